//! `GET /v1/license-templates` (seed 004, "GET /v1/license-templates").

use axum::extract::State;

use super::rows;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::wire::LicenseTemplate;

/// Lists the account's templates.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<LicenseTemplate>, Error> {
    Listing::of(&caller, &list.query::<LicenseTemplate>()?, &rows(&service.core, caller.account())).await
}
