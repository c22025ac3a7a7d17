//! `GET /api/4.0/licenses` (seed 000, "Request for a list of licenses").

use axum::extract::State;
use http::request::Parts;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::ops::present_licenses::present_licenses;
use latchkey_core::ops::search_licenses::search_licenses;

use super::LicenseBody;
use super::search::Asked;
use crate::Api;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::error::Error;
use crate::negotiation::check_accept;

/// Lists a page of the account's licences, those that fit all that is searched for.
pub(crate) async fn handle(State(api): State<Api>, parts: Parts) -> Result<Answer<Vec<LicenseBody>>, Error> {
    let caller = Caller::of(&api, &parts, Permission::Read)?;
    let asked = match check_accept(&parts.headers).and_then(|()| Asked::parse(&parts.uri)) {
        Ok(asked) => asked,
        Err(wrong) => return Err(caller.told(wrong).await),
    };
    let core = &api.core;
    let Asked { search, page, packages } = &asked;
    let (account, found) = match search {
        None => (caller.admitted().await?, Ok(Vec::new())),
        Some(search) if asked.is_cheap() => caller.admitted_with(|account| search_licenses(core, account, search, *page)).await?,
        // What may be long is read for nobody who is not known.
        Some(search) => {
            let account = caller.admitted().await?;
            (account, search_licenses(core, account, search, *page).await)
        }
    };
    let presented = Box::pin(present_licenses(core, account, found?, *packages)).await?;
    let body = presented.iter().map(|license| LicenseBody::new(license, &core.public_url)).collect();
    Ok(Answer { account, body })
}
