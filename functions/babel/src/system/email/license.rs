//! `POST /v1/email/license` (seed 004, "POST /v1/email/license").

use axum::extract::State;
use latchkey_core::domain::ids::{LicenseId, ResourceId};
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::send_mail::mail_license;
use serde::Deserialize;

use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::id;

/// Which licence is to be sent, and in which words.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SendLicenseEmailRequest {
    /// The licence.
    license_id: i32,
    /// A resource of the type `email`.
    resource_id: i32,
}

/// Puts a mail with a licence into the outbox, to whoever the licence is made out to.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<SendLicenseEmailRequest>,
) -> Result<Answer<Done>, Error> {
    let license = id(request.license_id, LicenseId::new, Thing::License)?;
    let resource = id(request.resource_id, ResourceId::new, Thing::Resource)?;
    mail_license(&service.core, caller.account(), license, resource).await?;
    Ok(Answer::done(&caller))
}
