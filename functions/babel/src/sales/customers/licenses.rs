//! `GET /v1/customers/{customerId}/licenses` (seed 004, "GET /v1/customers/{customerId}/licenses").

use axum::extract::State;

use super::of;
use crate::Signing;
use crate::caller::Caller;
use crate::error::Error;
use crate::licensing::licenses::listing_of;
use crate::list::{List, Listing};
use crate::path::Path;
use crate::wire::License;

/// Lists a customer's licences.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Caller,
    Path(customer): Path<i32>,
    list: List,
) -> Result<Listing<License>, Error> {
    of(&signing.service.core, &caller, customer).await?;
    listing_of(&signing, &caller, &list, "customerId", customer).await
}
