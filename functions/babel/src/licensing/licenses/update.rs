//! `PUT /v1/licenses` (seed 004, "PUT /v1/licenses").

use std::sync::Arc;

use axum::extract::State;
use latchkey_core::domain::ids::{CustomerId, LicenseId, OrderId, ResourceId, TemplateId};
use latchkey_core::domain::license::{License, Licensee};
use latchkey_core::domain::terms::Terms;
use latchkey_core::ops::change_license::{ChangeLicense, change_license};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::Thing;
use serde::{Deserialize, Serialize};

use super::{content_change, format, is_pattern, licensee, mode, reference, seat_limit, terms_changes};
use crate::Signing;
use crate::body::{Body, Given};
use crate::caller::Caller;
use crate::code::Code;
use crate::envelope::Answer;
use crate::error::Error;
use crate::licensing::signed::signed_as_stored;
use crate::path::id;
use crate::wire::LicenseGiven;

/// What is to become of a licence.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UpdateLicenseRequest {
    license: LicenseGiven,
}

/// The licence, changed.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateLicenseAnswer {
    /// Its public name.
    license_key_id: String,
    /// The key that opens it.
    user_key: String,
    /// The signed licence; empty where it has no signature key.
    license_key: String,
}

/// Changes a licence. Its seats stay; so does its user key, and what the request does not say.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Caller,
    Body(request): Body<UpdateLicenseRequest>,
) -> Result<Answer<UpdateLicenseAnswer>, Error> {
    let core = &signing.service.core;
    let number = request.license.id.value().ok_or_else(|| Error::missing("license.id"))?;
    let edit = Edit { account: caller.account(), license: id(number, LicenseId::new, Thing::License)?, seen: None };
    let said_key = match &request.license.user_key {
        // A pattern is what a key is made by.
        Given::Value(key) => Some(key.trim().to_owned()).filter(|key| !key.is_empty() && !is_pattern(key)),
        Given::Missing | Given::Null => None,
    };
    if let Some(key) = said_key {
        require_key(core.table.license(edit.account, edit.license).await?, &key)?;
    }
    let change = parse(request.license)?;
    let license = change_license(core, edit, &change).await?;
    let answer = UpdateLicenseAnswer {
        license_key_id: license.terms.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        user_key: license.key.expose().to_owned(),
        license_key: signed_as_stored(&signing, &license).await?,
    };
    Ok(Answer::new(&caller, answer))
}

/// A user key that is said has to be the licence's own, which never changes.
fn require_key(license: Option<License>, key: &str) -> Result<(), Error> {
    let license = license.ok_or_else(|| Error::not_found(Thing::License))?;
    if license.key.expose() == key {
        Ok(())
    } else {
        Err(Error::new(Code::WrongState, "A user key is never changed: make another license."))
    }
}

fn parse(mut given: LicenseGiven) -> Result<ChangeLicense, Error> {
    let content = content_change(&mut given, true)?;
    if matches!(&given.license_id, Given::Value(name) if is_pattern(name)) {
        given.license_id = Given::Missing;
    }
    let referred = |said: Option<i32>| said;
    let template = referred(std::mem::take(&mut given.template_id).said());
    let customer = referred(std::mem::take(&mut given.customer_id).said());
    let order = referred(std::mem::take(&mut given.order_id).said());
    let signer = referred(std::mem::take(&mut given.signature_keys_id).said());
    let signer = signer.map(|said| reference(Some(said), ResourceId::new, Thing::Resource)).transpose()?;
    let format = format("license.format", given.format)?;
    let restated = licensee(&mut given)?;
    let (trace, is_stopped) = (given.trace.value(), given.revoked.value());
    let (mode, seat_limit) = (mode("license.licensingMode", given.licensing_mode)?, seat_limit(given.max_allowed_sites)?);
    let until = std::mem::take(&mut given.expire_date).nullable().map(|date| date.map(|date| date.0));
    let changes = terms_changes(given)?;
    let restate = move |who: &mut Option<Licensee>, terms: &mut Terms| {
        *terms = changes.made_of(std::mem::take(terms));
        terms.format = format.unwrap_or(terms.format);
        terms.signer = signer.unwrap_or(terms.signer);
        restated(who, terms);
    };
    Ok(ChangeLicense {
        customer: customer.map(|said| reference(Some(said), CustomerId::new, Thing::Customer)).transpose()?,
        order: order.map(|said| reference(Some(said), OrderId::new, Thing::Order)).transpose()?,
        template: template.map(|said| reference(Some(said), TemplateId::new, Thing::Template)).transpose()?,
        licensee: None,
        until,
        seat_limit,
        mode,
        trace,
        is_stopped,
        terms: None,
        restate: Some(Arc::new(restate)),
        content,
    })
}
