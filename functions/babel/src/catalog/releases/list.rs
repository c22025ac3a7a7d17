//! `GET /v1/products/{productId}/releases` (seed 004, "GET /v1/products/{productId}/releases").

use axum::extract::State;
use latchkey_core::domain::ids::ProductId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::releases::list_releases;

use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Memory};
use crate::path::{Path, id};
use crate::wire::Release;

/// Lists a product's releases, but for those that were withdrawn.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(product): Path<i32>,
    list: List,
) -> Result<Listing<Release>, Error> {
    let query = list.query::<Release>()?;
    let product = id(product, ProductId::new, Thing::Product)?;
    let releases = list_releases(&service.core, caller.account(), product).await?;
    Listing::of(&caller, &query, &Memory::new(releases.into_iter().map(Release::from).collect())).await
}
