//! Licence templates: made, listed, changed, deleted; and the licences that were made from one.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod licenses;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, ProductId, ReleaseId, ResourceId};
use latchkey_core::domain::key::format::{KeyFormat, KeyPattern};
use latchkey_core::domain::template::{MOST_DAYS, Template};
use latchkey_core::domain::terms::{Content, ProductCopy};
use latchkey_core::ops::create_license::stated_product;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::templates::TemplateFields;
use latchkey_core::query::{Comparison, Index, Value};
use latchkey_core::table::records::List as OfTable;

use super::licenses::{format, mode, parsed, reference};
use crate::body::{Given, text};
use crate::caller::Caller;
use crate::changes::Changes;
use crate::error::Error;
use crate::list::{Leads, List, Listing, Records};
use crate::wire::{LicenseProductGiven, LicenseTemplate, LicenseTemplateGiven, wording};

/// The account's templates.
pub(super) fn rows(core: &Core, account: AccountId) -> Records<'_, Template, LicenseTemplate> {
    Records::led(core, account, leads)
}

/// The list of the templates of a release. That the release is there, the caller sees to.
pub(crate) async fn listing_of_release(core: &Core, caller: &Caller, list: &List, release: i32) -> Result<Listing<LicenseTemplate>, Error> {
    let query = list.query::<LicenseTemplate>()?.only(&["releaseId"], Comparison::Equal, release);
    Listing::of(caller, &query, &rows(core, caller.account())).await
}

fn leads(index: &Index, value: &Value<'static>) -> Leads {
    let number = value.as_whole().and_then(|number| u32::try_from(number).ok());
    let list = match index.path {
        ["code"] => return Leads::Text(Template::CODE, value.as_text().unwrap_or_default().to_owned()),
        ["releaseId"] => number.and_then(ReleaseId::new).map(OfTable::Release),
        ["productId"] => number.and_then(ProductId::new).map(OfTable::Product),
        ["signatureKeysId"] => number.and_then(ResourceId::new).map(OfTable::Resource),
        _ => None,
    };
    list.map_or(Leads::Anywhere, Leads::To)
}

/// What a request says of a template.
fn changes(mut given: LicenseTemplateGiven) -> Result<Changes<TemplateFields>, Error> {
    let mut changes = Changes::of("licenseTemplate");
    content_changes(&mut given, &mut changes)?;
    let name = given.name.said().map(|name| text("licenseTemplate.name", &name)).transpose()?;
    changes.set(name, |fields: &mut TemplateFields| &mut fields.name);
    // A template without a code keeps the one that it has.
    changes.text("code", given.code, |fields| &mut fields.code)?;
    changes.text("licenseType", given.license_type, |fields| &mut fields.details.kind)?;
    changes.set(format("licenseTemplate.format", given.format)?, |fields| &mut fields.details.format);
    changes.set(mode("licenseTemplate.licensingMode", given.licensing_mode)?, |fields| &mut fields.details.mode);
    changes.text("licenseFileName", given.license_file_name, |fields| &mut fields.details.file_name)?;
    changes.set(given.issue_date.said(), |fields| &mut fields.details.states_issue);
    changes.parsed(given.expire_days, |fields| &mut fields.details.expire_days, |number| days("expireDays", number))?;
    changes.parsed(given.support_days, |fields| &mut fields.details.support_days, |number| days("supportDays", number))?;
    changes.set(given.generate_key_info.said(), |fields| &mut fields.details.key_info);
    changes.parsed(given.user_key, |fields| &mut fields.details.key_format, |pattern: String| key_format(&pattern))?;
    changes.text("description", given.description, |fields| &mut fields.details.description)?;
    changes.text("template", given.template, |fields| &mut fields.details.text)?;
    let product = |number| reference(Some(number), ProductId::new, Thing::Product);
    changes.parsed(given.product_id, |fields| &mut fields.product, product)?;
    let signer = |number| reference(Some(number), ResourceId::new, Thing::Resource);
    changes.parsed(given.signature_keys_id, |fields| &mut fields.details.signer, signer)?;
    let release = |number| reference(Some(number), ReleaseId::new, Thing::Release);
    changes.parsed(given.release_id, |fields| &mut fields.release, release)?;
    Ok(changes)
}

/// What it says of what stands in signed licences. A template's lists are answered whole, so an empty one is empty.
fn content_changes(given: &mut LicenseTemplateGiven, changes: &mut Changes<TemplateFields>) -> Result<(), Error> {
    let product = std::mem::take(&mut given.product).value();
    let product = product.map(|product| LicenseProductGiven::parse(product, "licenseTemplate.product")).transpose()?;
    changes.by(product, |fields, product| {
        let before = fields.content.product.take().unwrap_or_default();
        fields.content.product = Some(product.applied(before));
    });
    let components = std::mem::take(&mut given.components);
    if components != Given::Missing {
        let components = parsed("licenseTemplate.components", components, |path, text| wording(path, Some(text)))?;
        changes.set(Some(components), |fields| &mut fields.content.components);
    }
    macro_rules! lists {
        ($($member:ident),*) => {$(
            let list = std::mem::take(&mut given.$member);
            if !matches!(list, Given::Missing) {
                let path = concat!("licenseTemplate.", stringify!($member));
                let list = parsed(path, list, |path, entry| entry.parse(path))?;
                changes.set(Some(list), |fields| &mut fields.content.$member);
            }
        )*};
    }
    lists!(assemblies, fields, features, restrictions);
    Ok(())
}

/// What is known of the product that a request names, where it says something of how licences are to state it: the rest stays so.
async fn known_of_product(core: &Core, account: AccountId, given: &LicenseTemplateGiven) -> Result<Option<ProductCopy>, Error> {
    let Given::Value(_) = &given.product else { return Ok(None) };
    match reference(given.product_id.said(), ProductId::new, Thing::Product)? {
        Some(product) => Ok(Some(stated_product(core, account, product).await?)),
        None => Ok(None),
    }
}

/// A number of days; 0 is never.
fn days(member: &str, number: i32) -> Result<Option<u32>, Error> {
    match u32::try_from(number) {
        Ok(0) => Ok(None),
        Ok(days) if days <= MOST_DAYS => Ok(Some(days)),
        Ok(_) | Err(_) => Err(Error::invalid(&format!("licenseTemplate.{member}"), format_args!("it is a number from 0 to {MOST_DAYS}"))),
    }
}

fn key_format(pattern: &str) -> Result<Option<KeyFormat>, Error> {
    if pattern.trim().is_empty() {
        return Ok(None);
    }
    let pattern = KeyPattern::parse(pattern.trim()).map_err(|error| Error::invalid("licenseTemplate.userKey", error))?;
    Ok(Some(KeyFormat::Pattern(pattern)))
}

/// A template of which nothing is said but its name.
fn named(name: &str) -> Result<TemplateFields, Error> {
    Ok(TemplateFields {
        name: text("licenseTemplate.name", name)?,
        code: None,
        product: None,
        release: None,
        details: latchkey_core::domain::template::TemplateDetails::default(),
        content: Content::default(),
    })
}
