//! `DELETE /v1/customers/{customerId}` (seed 004, "DELETE /v1/customers/{customerId}").

use axum::extract::State;
use latchkey_core::domain::ids::CustomerId;
use latchkey_core::ops::customers::{EditCustomer, delete_customer};
use latchkey_core::ops::rejected::Thing;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes a customer and its contacts, unless a licence or an order is the customer's.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(number): Path<i32>) -> Result<Answer<Done>, Error> {
    let customer = id(number, CustomerId::new, Thing::Customer)?;
    delete_customer(&service.core, EditCustomer { account: caller.account(), customer, seen: None }).await?;
    Ok(Answer::done(&caller))
}
