//! `POST /v1/orders` (seed 004, "POST /v1/orders").

use axum::extract::State;
use latchkey_core::ops::orders::{OrderFields, create_order};
use serde::{Deserialize, Serialize};

use super::parse;
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{OrderGiven, number};

/// The order to be recorded.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertOrderRequest {
    order: OrderGiven,
}

/// The new order.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertOrderAnswer {
    /// Its number in our count.
    order_id: i32,
    /// The number that it has, given or drawn.
    order_number: String,
}

/// Records an order. Without a number one is drawn: `O-` and eight capital letters or digits.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertOrderRequest>,
) -> Result<Answer<InsertOrderAnswer>, Error> {
    let fields = parse(request.order)?.made_of(OrderFields::default());
    let created = create_order(&service.core, caller.account(), fields).await?;
    let answer = InsertOrderAnswer { order_id: number(created.id.get()), order_number: created.reference.as_str().to_owned() };
    Ok(Answer::new(&caller, answer))
}
