//! `GET /v1/products/{productId}/releases/{releaseId}/assemblies` (seed 004, of the same name).

use axum::extract::State;
use latchkey_core::ops::assemblies::release_assemblies;

use super::super::releases::release;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Memory};
use crate::path::Path;
use crate::wire::Assembly;

/// Lists the assemblies of a release.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
    list: List,
) -> Result<Listing<Assembly>, Error> {
    let query = list.query::<Assembly>()?;
    let assemblies = release_assemblies(&service.core, caller.account(), release(product, of)?).await?;
    Listing::of(&caller, &query, &Memory::new(assemblies.into_iter().map(Assembly::from).collect())).await
}
