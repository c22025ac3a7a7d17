//! `GET /v1/orders` (seed 004, "GET /v1/orders").

use axum::extract::State;
use latchkey_core::query::Comparison;

use super::rows;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::wire::Order;

/// Lists the account's orders; a customer's own, where a customer asks.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Order>, Error> {
    let query = list.query::<Order>()?;
    let query = match caller.only_customer()? {
        Some(customer) => query.only(&["customerId"], Comparison::Equal, customer.get()),
        None => query,
    };
    Listing::of(&caller, &query, &rows(&service.core, caller.account())).await
}
