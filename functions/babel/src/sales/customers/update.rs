//! `PUT /v1/customers` (seed 004, "PUT /v1/customers").

use axum::extract::State;
use latchkey_core::domain::ids::CustomerId;
use latchkey_core::ops::customers::{EditCustomer, change_customer};
use latchkey_core::ops::rejected::Thing;
use serde::Deserialize;

use super::{changed, parse};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::id;
use crate::wire::CustomerGiven;

/// The customer to be changed, by its id.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateCustomerRequest {
    customer: CustomerGiven,
}

/// Changes a customer: what is said of it. Licences and orders stay made out as they are.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<UpdateCustomerRequest>,
) -> Result<Answer<Done>, Error> {
    let number = request.customer.id.value().ok_or_else(|| Error::missing("customer.id"))?;
    let customer = id(number, CustomerId::new, Thing::Customer)?;
    let changes = parse(request.customer)?;
    let edit = EditCustomer { account: caller.account(), customer, seen: None };
    change_customer(&service.core, edit, |before| Ok(changed(before, &changes))).await?;
    Ok(Answer::done(&caller))
}
