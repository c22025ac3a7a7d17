//! `POST /v1/licenses` (seed 004, "POST /v1/licenses").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, CustomerId, OrderId, ProductId, ResourceId, TemplateId};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::key::format::{KeyFormat, KeyPattern};
use latchkey_core::domain::key::pattern::Pattern;
use latchkey_core::domain::terms::{Format, Terms};
use latchkey_core::domain::text::ProductCode;
use latchkey_core::ops::create_license::{CreateLicense, create_license};
use latchkey_core::ops::products::find_product_by_code;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::table::Freshness;
use serde::{Deserialize, Serialize};

use super::{content_change, format, is_pattern, licensee, mode, reference, seat_limit, terms_changes};
use crate::Signing;
use crate::body::{Body, Given};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::licensing::signed::signed_as_stored;
use crate::wire::{LicenseGiven, LicenseProductGiven, number};

/// The licence to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertLicenseRequest {
    license: LicenseGiven,
}

/// The new licence.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertLicenseAnswer {
    /// Its number.
    license_id: i32,
    /// Its public name.
    license_key_id: String,
    /// The key that opens it.
    user_key: String,
    /// The signed licence; empty where it has no signature key.
    license_key: String,
}

/// Makes a licence, from a template or whole, and signs it.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Caller,
    Body(request): Body<InsertLicenseRequest>,
) -> Result<Answer<InsertLicenseAnswer>, Error> {
    let core = &signing.service.core;
    let create = parse(core, caller.account(), request.license).await?;
    let license = create_license(core, caller.account(), create).await?;
    let license_key = signed_as_stored(&signing, &license).await?;
    let answer = InsertLicenseAnswer {
        license_id: number(license.id.get()),
        license_key_id: license.terms.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        user_key: license.key.expose().to_owned(),
        license_key,
    };
    Ok(Answer::new(&caller, answer))
}

async fn parse(core: &Core, account: AccountId, mut given: LicenseGiven) -> Result<CreateLicense, Error> {
    let template = reference(std::mem::take(&mut given.template_id).said(), TemplateId::new, Thing::Template)?;
    let customer = reference(std::mem::take(&mut given.customer_id).said(), CustomerId::new, Thing::Customer)?;
    let order = reference(std::mem::take(&mut given.order_id).said(), OrderId::new, Thing::Order)?;
    let signer = reference(std::mem::take(&mut given.signature_keys_id).said(), ResourceId::new, Thing::Resource)?;
    let key = std::mem::take(&mut given.user_key).said().filter(|key| !key.trim().is_empty());
    let (key, key_format) = match key {
        Some(text) if is_pattern(&text) => {
            let pattern = KeyPattern::parse(text.trim()).map_err(|error| Error::invalid("license.userKey", error))?;
            (None, Some(KeyFormat::Pattern(pattern)))
        }
        Some(text) => (Some(LicenseKey::parse(&text).map_err(|error| Error::invalid("license.userKey", error))?), None),
        None => (None, None),
    };
    if let Given::Value(name) = &mut given.license_id
        && is_pattern(name)
    {
        *name = made(name, core)?;
    }
    let until = std::mem::take(&mut given.expire_date).value().map(|date| date.0);
    let (mode, seat_limit) = (mode("license.licensingMode", given.licensing_mode)?, seat_limit(given.max_allowed_sites)?);
    let format = format("license.format", given.format)?;
    // With a template, 0 is what a program sends that says nothing.
    let format = format.filter(|format| template.is_none() || *format != Format::Xml);
    let (trace, is_revoked) = (given.trace == Given::Value(true), given.revoked == Given::Value(true));
    let product = match template {
        Some(_) => None,
        None => Some(product(core, account, &given).await?),
    };
    if let Given::Value(product) = &mut given.product {
        product.forget_empty();
    }
    let content = content_change(&mut given, false)?;
    let (mut terms, mut licensee_now) = (Terms::default(), None);
    let restated = licensee(&mut given)?;
    let changes = terms_changes(given)?;
    terms = changes.made_of(terms);
    restated(&mut licensee_now, &mut terms);
    terms.signer = signer;
    Ok(CreateLicense {
        template,
        product,
        key,
        key_format,
        customer,
        order,
        licensee: licensee_now,
        until,
        seat_limit,
        mode,
        format,
        trace,
        is_revoked,
        terms,
        content,
    })
}

/// A name made by a pattern.
fn made(pattern: &str, core: &Core) -> Result<String, Error> {
    let pattern = Pattern::parse(pattern.trim()).map_err(|error| Error::invalid("license.licenseId", error))?;
    Ok(pattern.generate(&core.random))
}

/// The product that a licence without a template is for: the one with the code that its product's `id` says, the vendor's or the public
/// one.
async fn product(core: &Core, account: AccountId, given: &LicenseGiven) -> Result<ProductId, Error> {
    let said = if let Given::Value(LicenseProductGiven { id: Given::Value(id), .. }) = &given.product { id.trim() } else { "" };
    if said.is_empty() {
        return Err(Error::missing("license.templateId"));
    }
    if let Some(record) = find_product_by_code(core, account, said).await? {
        return Ok(record.id);
    }
    if let Ok(public) = ProductCode::parse(said)
        && let Some((_, product)) = core.table.product_with_code(&public, Freshness::Strong).await?.filter(|(owner, _)| *owner == account)
    {
        return Ok(product);
    }
    Err(Error::not_found(Thing::Product))
}
