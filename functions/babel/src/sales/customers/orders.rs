//! `GET /v1/customers/{customerId}/orders` (seed 004, "GET /v1/customers/{customerId}/orders").

use axum::extract::State;
use latchkey_core::query::Comparison;

use super::of;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::path::Path;
use crate::sales::orders::rows;
use crate::wire::Order;

/// Lists a customer's orders.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(customer): Path<i32>,
    list: List,
) -> Result<Listing<Order>, Error> {
    let query = list.query::<Order>()?;
    let customer = of(&service.core, &caller, customer).await?;
    let query = query.only(&["customerId"], Comparison::Equal, customer.get());
    Listing::of(&caller, &query, &rows(&service.core, caller.account())).await
}
