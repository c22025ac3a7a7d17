//! `GET /v1/customers` (seed 004, "GET /v1/customers").

use axum::extract::State;

use super::rows;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::wire::Customer;

/// Lists the account's customers.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Customer>, Error> {
    Listing::of(&caller, &list.query::<Customer>()?, &rows(&service.core, caller.account())).await
}
