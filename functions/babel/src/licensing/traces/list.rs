//! `GET /v1/license-traces` (seed 004)

use axum::extract::State;
use latchkey_core::domain::ids::LicenseId;
use latchkey_core::ops::rejected::Thing;

use super::rows::Traces;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::path::id;
use crate::wire::LicenseTrace;

/// The traces of the account, or of the licence that `licenseId` names: 0 names none, as a generated client sends it for nothing.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<LicenseTrace>, Error> {
    let query = list.query::<LicenseTrace>()?;
    let license = list.parsed::<i32>("licenseId", "it has to be a whole number of 32 bits")?.filter(|license| *license != 0);
    let license = license.map(|license| id(license, LicenseId::new, Thing::License)).transpose()?;
    let rows = Traces::new(&service.core, caller.account(), license);
    Listing::of(&caller, &query, &rows).await
}
