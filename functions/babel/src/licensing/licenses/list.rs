//! `GET /v1/licenses` (seed 004, "GET /v1/licenses").

use axum::extract::State;
use latchkey_core::query::Comparison;

use super::rows::Licenses;
use crate::Signing;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::wire::License;

/// Lists the account's licences; a customer's own, where a customer asks.
pub(crate) async fn handle(State(signing): State<Signing>, caller: Caller, list: List) -> Result<Listing<License>, Error> {
    let query = list.query::<License>()?;
    let only = caller.only_customer()?;
    let query = match only {
        Some(customer) => query.only(&["customerId"], Comparison::Equal, customer.get()),
        None => query,
    };
    Listing::of(&caller, &query, &Licenses::of(&signing, caller.account(), only)).await
}
