//! `GET /v1/license-traces` (seed 004, "GET /v1/license-traces").

use axum::extract::State;

use super::OfLicense;
use super::rows::Traces;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::wire::LicenseTrace;

/// The traces of the account, or of one licence.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    list: List,
    OfLicense(license): OfLicense,
) -> Result<Listing<LicenseTrace>, Error> {
    let query = list.query::<LicenseTrace>()?;
    let rows = Traces::new(&service.core, caller.account(), license);
    Listing::of(&caller, &query, &rows).await
}
