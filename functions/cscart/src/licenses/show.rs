//! `GET /api/4.0/licenses/{id}` (seed 000, "To get one specific license").

use axum::extract::State;
use http::request::Parts;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::ops::present_licenses::{find_license, present_license};

use super::search::{packages, params};
use super::{LicenseBody, license_id};
use crate::Api;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::error::Error;
use crate::negotiation::check_accept;

/// Shows a licence of the account as it is now.
pub(crate) async fn handle(State(api): State<Api>, parts: Parts) -> Result<Answer<LicenseBody>, Error> {
    let id = license_id(&parts.uri)?;
    let caller = Caller::of(&api, &parts, Permission::Read)?;
    let packages = match check_accept(&parts.headers).and_then(|()| params(&parts.uri)) {
        Ok(params) => packages(&params),
        Err(wrong) => return Err(caller.told(wrong).await),
    };
    let core = &api.core;
    let (account, license) = caller.admitted_with(|account| find_license(core, account, id)).await?;
    let presented = Box::pin(present_license(core, license?, packages)).await?;
    Ok(Answer { account, body: LicenseBody::new(&presented, &core.public_url) })
}
