//! `GET /v1/customers/{customerId}/contacts` (seed 004, "GET /v1/customers/{customerId}/contacts").

use axum::extract::State;
use latchkey_core::query::Comparison;

use super::of;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::path::Path;
use crate::sales::contacts::rows;
use crate::wire::Contact;

/// Lists a customer's contacts.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(customer): Path<i32>,
    list: List,
) -> Result<Listing<Contact>, Error> {
    let query = list.query::<Contact>()?;
    let customer = of(&service.core, &caller, customer).await?;
    let query = query.only(&["customerId"], Comparison::Equal, customer.get());
    Listing::of(&caller, &query, &rows(&service.core, caller.account())).await
}
