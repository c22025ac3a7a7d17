//! Products, as a vendor's staff manage them. One that is made here is served by every dialect, as one that the tool made.

use super::change_record::{Seen, contended, load};
use super::create_product::draw_code;
use super::edit_license::ROUNDS;
use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::fixed_point::FixedPoint;
use crate::domain::ids::{AccountId, ProductId, ResourceId};
use crate::domain::key::format::KeyFormat;
use crate::domain::product::{DevelopmentSites, Product, ProductKind, Requirements};
use crate::domain::product_record::{ProductRecord, slug_of};
use crate::domain::release::ReleaseState;
use crate::domain::resource::Resource;
use crate::domain::seat::SeatLimit;
use crate::domain::template::Template;
use crate::domain::text::{Line, ProductCode, Prose, Slug};
use crate::fault::{Fault, FaultKind};
use crate::table::records::{List, RecordError};
use crate::table::{CreateProductError, Freshness, ProductRecordError, Selection, Span};

/// What a vendor's staff say of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductCard {
    /// The vendor's code; where nothing is said, a new product has its public code, and another one keeps its own.
    pub code: Option<Line<64>>,
    /// What people call it.
    pub name: Line<120>,
    /// What it is.
    pub description: Option<Prose<8_000>>,
    /// Its page.
    pub url: Option<Line<2_048>>,
    /// Whose it is.
    pub copyright: Option<Line<500>>,
    /// A picture.
    pub image: Option<Line<60_000>>,
    /// What one costs.
    pub price: Option<FixedPoint>,
    /// What one costs whoever sells it on.
    pub reseller_price: Option<FixedPoint>,
    /// In which currency.
    pub currency: Option<Line<32>>,
    /// The resource that its licences are signed with.
    pub signature_keys: Option<ResourceId>,
    /// Whatever the vendor's programs keep.
    pub meta: Option<Prose<8_000>>,
}

/// What copies in the field have to do with a new product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InTheField {
    /// Its folder name; where nothing is said, one is made of its code or its name.
    pub slug: Option<Slug>,
    /// What sort of thing it is.
    pub kind: ProductKind,
}

/// A product to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditProduct {
    /// The account, from the credential.
    pub account: AccountId,
    /// The product.
    pub product: ProductId,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

const WHAT: &str = "keeping a record of a product";

/// How often a slug or a code that is in use is made anew.
const DRAWS: usize = 4;

/// Records a product. Its code must be new in the account. Where that can be a public code, and is nobody's, it is the product's
/// public code, too; else one is drawn. A new licence of it has one seat, unless its issuer says otherwise.
pub async fn record_product(core: &Core, account: AccountId, card: ProductCard, field: InTheField) -> Result<ProductRecord, Rejected> {
    require_key(core, account, card.signature_keys).await?;
    let owner = core.table.account(account).await?.ok_or(Rejected::NotFound(Thing::Account))?;
    let id = core.table.next_product(account).await?;
    let said = card.code.as_ref().and_then(|code| ProductCode::parse(code.as_str()).ok());
    let slug = card.code.as_ref().and_then(|code| slug_of(code.as_str())).or_else(|| slug_of(card.name.as_str()));
    let mut product = Product {
        id,
        account,
        slug: field.slug.clone().or(slug).map_or_else(|| numbered("product", id), Ok)?,
        code: said.map_or_else(|| draw_code(core), Ok)?,
        name: card.name.clone(),
        author: owner.name,
        url: None,
        docs_url: None,
        requirements: Requirements::default(),
        kind: field.kind,
        key_format: KeyFormat::default(),
        seat_limit: SeatLimit::Limited(1),
        development_sites: DevelopmentSites::default(),
        current: None,
        created: core.now(),
        revision: 1,
    };
    for _ in 0..DRAWS {
        let record = fill(&ProductRecord::of(&product), card.clone());
        product.url = record.web_url();
        match core.table.create_product(&product, &record).await {
            Ok(()) => return Ok(record),
            Err(CreateProductError::SlugTaken) if field.slug.is_some() => return Err(Rejected::InUse(Unique::Slug)),
            Err(CreateProductError::SlugTaken) => product.slug = numbered(product.slug.as_str(), id)?,
            Err(CreateProductError::OwnCodeTaken) if card.code.is_some() => return Err(Rejected::InUse(Unique::Code)),
            Err(CreateProductError::CodeTaken | CreateProductError::OwnCodeTaken) => product.code = draw_code(core)?,
            Err(CreateProductError::NoAccount) => return Err(Rejected::NotFound(Thing::Account)),
            Err(CreateProductError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "naming a product").into())
}

/// Changes a product by `change`. Its slug and its public code stay.
pub async fn change_product(
    core: &Core,
    edit: EditProduct,
    change: impl Fn(ProductCard) -> Result<ProductCard, Rejected>,
) -> Result<ProductRecord, Rejected> {
    for _ in 0..ROUNDS {
        let before: ProductRecord = load(core, edit.into()).await?;
        let card = change(ProductCard::of(&before))?;
        if card.signature_keys != before.signature_keys {
            require_key(core, edit.account, card.signature_keys).await?;
        }
        let revision = before.revision.saturating_add(1);
        let after = ProductRecord { updated: Some(core.now()), revision, ..fill(&before, card) };
        match core.table.replace_product_record(&before, &after).await {
            Ok(()) => return Ok(after),
            Err(ProductRecordError::Changed) => {}
            Err(ProductRecordError::CodeTaken) => return Err(Rejected::InUse(Unique::Code)),
            Err(ProductRecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(contended())
}

/// Deletes a product, unless a licence, an order, a template or a release that can be fetched is its; then its slug and its codes are free. What
/// it has of other releases goes after it; where it is gone already, what is left of them goes all the same.
///
/// A licence that is issued for it in the same instant leads nowhere.
pub async fn delete_product(core: &Core, edit: EditProduct) -> Result<(), Rejected> {
    let EditProduct { account, product: id, .. } = edit;
    let record: ProductRecord = match load(core, edit.into()).await {
        Ok(record) => record,
        Err(Rejected::NotFound(thing)) => {
            core.table.clear_releases(account, id).await?;
            return Err(Rejected::NotFound(thing));
        }
        Err(other) => return Err(other),
    };
    let product = core.table.product(account, id, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Product))?;
    let selection = Selection::Product(id);
    // Boxed, for each holds a whole call.
    let list = List::Product(id);
    let (licenses, orders, templates, releases) = tokio::try_join!(
        Box::pin(core.table.licenses(account, &selection, None, 1)),
        Box::pin(core.table.orders_of_product(account, id, Span::ALL, None, 1)),
        Box::pin(core.table.records::<Template>(account, Some(&list), None, 1)),
        Box::pin(core.table.releases(account, id)),
    )?;
    if !licenses.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::License });
    }
    if !orders.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::Order });
    }
    if !super::templates::list_templates(core, account, Some(id), None, 1).await?.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::Template });
    }
    if !templates.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::Template });
    }
    if releases.iter().any(|release| matches!(release.state, ReleaseState::Published(_))) {
        return Err(Rejected::Referenced { by: Thing::Release });
    }
    match core.table.delete_product(&product, &record).await {
        Ok(()) => {}
        Err(ProductRecordError::Changed | ProductRecordError::CodeTaken) => return Err(Rejected::Changed),
        Err(ProductRecordError::Fault(fault)) => return Err(fault.into()),
    }
    for release in releases {
        super::assemblies::clear_assemblies(core, account, release.id).await?;
    }
    core.table.clear_releases(account, id).await?;
    Ok(())
}

/// Gives a record to each product of an account that was made before there were records.
pub async fn complete_products(core: &Core, account: AccountId) -> Result<(), Fault> {
    for product in core.table.products(account).await? {
        if core.table.product_record(account, product.id).await?.is_some() {
            continue;
        }
        let record = ProductRecord::of(&product);
        // Another product may have been given this one's public code as its vendor's code meanwhile.
        let other = Line::parse(&format!("{}-{}", product.slug, product.id)).unwrap_or_else(|_| record.code.clone());
        match core.table.create_record(&record).await {
            Ok(()) => {}
            Err(RecordError::NotUnique(_) | RecordError::Changed) => {
                core.table.create_record(&ProductRecord { code: other, ..record }).await.map_err(|error| Fault::corrupt(WHAT, error))?;
            }
            Err(RecordError::Fault(fault)) => return Err(fault),
        }
    }
    Ok(())
}

/// The product with this number, as its vendor keeps it.
pub async fn find_product_record(core: &Core, account: AccountId, id: ProductId) -> Result<ProductRecord, Rejected> {
    core.table.product_record(account, id).await?.ok_or(Rejected::NotFound(Thing::Product))
}

/// The account's product that has the vendor's code `text`.
pub async fn find_product_by_code(core: &Core, account: AccountId, text: &str) -> Result<Option<ProductRecord>, Fault> {
    core.table.record_with(account, ProductRecord::CODE, text).await
}

/// That a resource is a signature key, where one is named.
pub async fn require_key(core: &Core, account: AccountId, key: Option<ResourceId>) -> Result<(), Rejected> {
    let Some(key) = key else { return Ok(()) };
    let resource: Option<Resource> = core.table.record(account, key.get(), Freshness::Strong).await?;
    let resource = resource.ok_or(Rejected::NotFound(Thing::Resource))?;
    if resource.is_signature_key() { Ok(()) } else { Err(Rejected::NoSignatureKey) }
}

impl ProductCard {
    /// What is said of a product.
    pub fn of(record: &ProductRecord) -> Self {
        let ProductRecord { code, name, description, url, copyright, image, price, reseller_price, currency, signature_keys, meta, .. } =
            record.clone();
        let code = Some(code);
        Self { code, name, description, url, copyright, image, price, reseller_price, currency, signature_keys, meta }
    }
}

/// The record with this said of it.
fn fill(record: &ProductRecord, card: ProductCard) -> ProductRecord {
    let ProductCard { code, name, description, url, copyright, image, price, reseller_price, currency, signature_keys, meta } = card;
    let code = code.unwrap_or_else(|| record.code.clone());
    ProductRecord { code, name, description, url, copyright, image, price, reseller_price, currency, signature_keys, meta, ..*record }
}

/// A slug that no other product of the account can have by its name alone.
fn numbered(slug: &str, id: ProductId) -> Result<Slug, Fault> {
    Slug::parse(&format!("{slug}-{id}")).map_err(|error| Fault::corrupt("naming a product", error))
}

impl From<EditProduct> for Seen {
    fn from(edit: EditProduct) -> Self {
        Self { account: edit.account, number: edit.product.get(), revision: edit.seen, thing: Thing::Product }
    }
}
