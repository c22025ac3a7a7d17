//! Licence templates, as a vendor's staff manage them.

use super::change_record::{Seen, contended, load, not_written, replace};
use super::create_license::format_for;
use super::edit_license::ROUNDS;
use super::find_product::require_product;
use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, ProductId, ReleaseId, TemplateId};
use crate::domain::license::License;
use crate::domain::product::Product;
use crate::domain::product_record::ProductRecord;
use crate::domain::template::{Template, TemplateDetails};
use crate::domain::terms::{Content, ProductCopy, Wording};
use crate::domain::text::Line;
use crate::fault::{Fault, FaultKind};
use crate::table::records::{List, RecordError};
use crate::table::{Freshness, MOST_TEMPLATES, NotNoted, Page, Selection};

/// What staff say about a template.
#[derive(Clone, Debug)]
pub struct TemplateFields {
    /// What they call it.
    pub name: Line<120>,
    /// The vendor's own code for it, unique in the account. Where nothing is said, one is drawn for a new template, and another one
    /// keeps its own.
    pub code: Option<Line<64>>,
    /// What its licences are for.
    pub product: Option<ProductId>,
    /// The release that it was made for.
    pub release: Option<ReleaseId>,
    /// What it gives to its licences.
    pub details: TemplateDetails,
    /// What stands in their signed licences. Where nothing is said of the product, what is known of it.
    pub content: Content,
}

/// A template to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditTemplate {
    /// The account, from the credential.
    pub account: AccountId,
    /// The template.
    pub template: TemplateId,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

const WHAT: &str = "recording a template";
/// How often a code is drawn.
const DRAWS: usize = 3;

/// Records a template. Its content is written beside it, so that licences need not write it.
pub async fn create_template(core: &Core, account: AccountId, fields: TemplateFields) -> Result<Template, Rejected> {
    let TemplateFields { name, code: given, product, release, details, content } = fields;
    let details = with_format(core, account, details).await?;
    let (number, named) = tokio::try_join!(
        Box::pin(async { Ok(core.table.next_record::<Template>(account).await?) }),
        Box::pin(named_product(core, account, product, release)),
    )?;
    let id = TemplateId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
    let content = complete(content, named.as_ref())?;
    if content != Content::default() {
        core.table.write_content(account, &content).await?;
    }
    note(core, account, product, id).await?;
    let created = core.now();
    for _ in 0..DRAWS {
        let own_code = match &given {
            Some(given) => given.clone(),
            None => draw_code(core)?,
        };
        let (name, details, content) = (name.clone(), details.clone(), content.clone());
        let template =
            Template { id, account, name, code: own_code, product, release, details, content, created, updated: None, revision: 1 };
        match core.table.create_record(&template).await {
            Ok(()) => return Ok(template),
            Err(RecordError::NotUnique(_)) if given.is_none() => {}
            // After a fault nobody knows whether it was written: should it be there, it is not taken out of its product.
            Err(error @ (RecordError::NotUnique(_) | RecordError::Changed | RecordError::Fault(_))) => {
                if let Some(product) = product {
                    core.table.leave_template(account, product, id, created).await?;
                }
                return Err(not_written(error, Some(Unique::TemplateCode)));
            }
        }
    }
    Err(contended())
}

/// Changes a template by `change`, and no licence that was made from it. While there are any, it stays its product's.
pub async fn change_template(
    core: &Core,
    edit: EditTemplate,
    change: impl Fn(TemplateFields) -> Result<TemplateFields, Rejected>,
) -> Result<Template, Rejected> {
    for _ in 0..ROUNDS {
        let before: Template = load(core, edit.into()).await?;
        let TemplateFields { name, code, product, release, details, content } = change(TemplateFields::of(&before))?;
        let details = with_format(core, edit.account, details).await?;
        let named = named_product(core, edit.account, product, release).await?;
        let content = complete(content, named.as_ref())?;
        if before.product != product {
            require_unused(core, &before).await?;
            note(core, edit.account, product, before.id).await?;
        }
        if content != before.content && content != Content::default() {
            core.table.write_content(edit.account, &content).await?;
        }
        let after = Template {
            name,
            code: code.unwrap_or_else(|| before.code.clone()),
            product,
            release,
            details,
            content,
            updated: Some(core.now()),
            revision: before.revision.saturating_add(1),
            ..before.clone()
        };
        if let Some(changed) = replace(core, &before, after, Some(Unique::TemplateCode)).await? {
            if let Some(left) = before.product.filter(|left| Some(*left) != product) {
                core.table.leave_template(edit.account, left, before.id, core.now()).await?;
            }
            return Ok(changed);
        }
    }
    Err(contended())
}

/// Deletes a template that no licence was made from, of those that there are. A licence that is made from it in the same instant is left
/// with a number that leads nowhere.
pub async fn delete_template(core: &Core, edit: EditTemplate) -> Result<(), Rejected> {
    let template: Template = load(core, edit.into()).await?;
    require_unused(core, &template).await?;
    core.table.delete_record(&template).await.map_err(|error| not_written(error, None))?;
    if let Some(product) = template.product {
        core.table.leave_template(edit.account, product, template.id, core.now()).await?;
    }
    Ok(())
}

/// The template with this number.
pub async fn find_template(core: &Core, account: AccountId, id: TemplateId) -> Result<Template, Rejected> {
    core.table.record(account, id.get(), Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Template))
}

/// At most `limit` templates after the number `after`, in the order of their numbers: of a product, or of all. May lag a moment behind.
pub async fn list_templates(
    core: &Core,
    account: AccountId,
    product: Option<ProductId>,
    after: Option<TemplateId>,
    limit: u16,
) -> Result<Page<Template, TemplateId>, Fault> {
    let list = product.map(List::Product);
    let page = core.table.records::<Template>(account, list.as_ref(), after.map(TemplateId::get), limit).await?;
    Ok(Page { items: page.items, next: page.next.and_then(TemplateId::new) })
}

/// At most `limit` licences that were made from a template, after the number `after`, in the order of their numbers. A page costs what
/// it holds. May lag a moment behind.
pub async fn template_licenses(core: &Core, template: &Template, after: Option<LicenseId>, limit: u16) -> Result<Page<License>, Fault> {
    match template.product {
        Some(product) => {
            let made = Selection::Made(product, Some(template.id));
            core.table.licenses(template.account, &made, after, limit).await
        }
        None => Ok(Page { items: Vec::new(), next: None }),
    }
}

/// What is known of a product, for licences that do not state it otherwise.
pub(super) fn copy_of(product: &Named) -> ProductCopy {
    let Named { product, record } = product;
    let usual = copy_of_product(product);
    let Some(record) = record else { return usual };
    ProductCopy {
        id: wording(record.code.as_str()),
        copyright: record.copyright.as_ref().map(|line| wording(line.as_str())).unwrap_or_default(),
        description: record.description.as_ref().map(|text| wording(text.as_str())).unwrap_or_default(),
        ..usual
    }
}

/// The same of a product as copies in the field know it.
pub fn copy_of_product(product: &Product) -> ProductCopy {
    ProductCopy {
        id: wording(product.code.as_str()),
        name: wording(product.name.as_str()),
        url: product.url.as_ref().map(|url| wording(url.as_str())).unwrap_or_default(),
        ..ProductCopy::default()
    }
}

/// What is too long for a licence is left out.
fn wording(text: &str) -> Wording {
    Wording::parse(text).unwrap_or_default()
}

/// The details with the format in which the key signs, where one is named.
async fn with_format(core: &Core, account: AccountId, details: TemplateDetails) -> Result<TemplateDetails, Rejected> {
    let Some(signer) = details.signer else { return Ok(details) };
    Ok(TemplateDetails { format: format_for(core, account, signer, details.format).await?, ..details })
}

fn complete(mut content: Content, product: Option<&Named>) -> Result<Content, Rejected> {
    if content.product.is_none() {
        content.product = product.map(copy_of);
    }
    Ok(content.bounded()?)
}

async fn require_unused(core: &Core, template: &Template) -> Result<(), Rejected> {
    let licenses = template_licenses(core, template, None, 1).await?;
    if licenses.items.is_empty() { Ok(()) } else { Err(Rejected::Referenced { by: Thing::License }) }
}

async fn note(core: &Core, account: AccountId, product: Option<ProductId>, template: TemplateId) -> Result<(), Rejected> {
    let Some(product) = product else { return Ok(()) };
    match core.table.note_template(account, product, template, core.now()).await {
        Ok(()) => Ok(()),
        Err(NotNoted::Full) => Err(Rejected::TooManyTemplates { most: MOST_TEMPLATES }),
        Err(NotNoted::Fault(fault)) => Err(fault.into()),
    }
}

async fn named_product(
    core: &Core,
    account: AccountId,
    product: Option<ProductId>,
    release: Option<ReleaseId>,
) -> Result<Option<Named>, Rejected> {
    let Some(id) = product else {
        return if release.is_some() { Err(Rejected::NotFound(Thing::Product)) } else { Ok(None) };
    };
    let product = named(core, account, id).await?;
    if let Some(release) = release {
        core.table.release(account, id, release).await?.ok_or(Rejected::NotFound(Thing::Release))?;
    }
    Ok(Some(product))
}

/// A product as copies in the field know it, and as its vendor's staff do where they ever said anything of it.
pub(super) struct Named {
    pub(super) product: Product,
    pub(super) record: Option<ProductRecord>,
}

/// Both, side by side.
pub(super) async fn named(core: &Core, account: AccountId, id: ProductId) -> Result<Named, Rejected> {
    let (product, record) = tokio::try_join!(
        Box::pin(require_product(core, account, id)),
        Box::pin(async { Ok(core.table.product_record(account, id).await?) }),
    )?;
    Ok(Named { product, record })
}

/// A code for a template that came without one: 41 random bits behind `T-`.
fn draw_code(core: &Core) -> Result<Line<64>, Fault> {
    let drawn = format!("T-{}", core.random.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 8));
    Line::parse(&drawn).map_err(|error| Fault::corrupt(WHAT, error))
}

impl TemplateFields {
    /// What is said of a template.
    pub fn of(template: &Template) -> Self {
        let Template { name, code, product, release, details, content, .. } = template.clone();
        Self { name, code: Some(code), product, release, details, content }
    }
}

impl From<EditTemplate> for Seen {
    fn from(edit: EditTemplate) -> Self {
        Self { account: edit.account, number: edit.template.get(), revision: edit.seen, thing: Thing::Template }
    }
}
