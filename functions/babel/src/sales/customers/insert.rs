//! `POST /v1/customers` (seed 004, "POST /v1/customers").

use axum::extract::State;
use latchkey_core::ops::customers::create_customer;
use serde::{Deserialize, Serialize};

use super::{Parts, new, parse};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{CustomerGiven, number};

/// The customer to be recorded.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertCustomerRequest {
    customer: CustomerGiven,
}

/// The new customer.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertCustomerAnswer {
    /// Its number.
    customer_id: i32,
    /// The code that it has, given or drawn.
    customer_code: String,
}

/// Records a customer. Without a code one is drawn: `C-` and eight capital letters or digits.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertCustomerRequest>,
) -> Result<Answer<InsertCustomerAnswer>, Error> {
    let new = new(parse(request.customer)?.made_of(Parts::default()))?;
    let created = create_customer(&service.core, caller.account(), new).await?;
    let answer = InsertCustomerAnswer { customer_id: number(created.id.get()), customer_code: created.code.as_str().to_owned() };
    Ok(Answer::new(&caller, answer))
}
