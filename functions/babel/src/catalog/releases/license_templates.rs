//! `GET /v1/products/{productId}/releases/{releaseId}/license-templates` (seed 004, of the same name).

use axum::extract::State;
use latchkey_core::ops::releases::find_release;

use super::release;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::licensing::templates::listing_of_release;
use crate::list::{List, Listing};
use crate::path::Path;
use crate::wire::LicenseTemplate;

/// Lists the templates that are made for a release.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
    list: List,
) -> Result<Listing<LicenseTemplate>, Error> {
    find_release(&service.core, caller.account(), release(product, of)?).await?;
    listing_of_release(&service.core, &caller, &list, of).await
}
