//! `GET /v1/orders/{orderId}/licenses` (seed 004, "GET /v1/orders/{orderId}/licenses").

use axum::extract::State;

use super::of;
use crate::Signing;
use crate::caller::Caller;
use crate::error::Error;
use crate::licensing::licenses::listing_of;
use crate::list::{List, Listing};
use crate::path::Path;
use crate::wire::License;

/// Lists an order's licences; of a customer's order that customer's, where a customer asks.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Caller,
    Path(order): Path<i32>,
    list: List,
) -> Result<Listing<License>, Error> {
    of(&signing.service.core, &caller, order).await?;
    listing_of(&signing, &caller, &list, "orderId", order).await
}
