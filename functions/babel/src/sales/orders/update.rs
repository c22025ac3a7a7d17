//! `PUT /v1/orders` (seed 004, "PUT /v1/orders").

use axum::extract::State;
use latchkey_core::domain::ids::OrderId;
use latchkey_core::ops::orders::{EditOrder, edit_order};
use latchkey_core::ops::rejected::Thing;
use serde::Deserialize;

use super::{fields, parse};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::id;
use crate::wire::OrderGiven;

/// The order to be changed, by its id.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateOrderRequest {
    order: OrderGiven,
}

/// Changes an order: what is said of it. An order always has a number. Licences that there are stay as they are; those that are issued
/// from then on are made out to the customer that it has then.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<UpdateOrderRequest>,
) -> Result<Answer<Done>, Error> {
    let number = request.order.id.value().ok_or_else(|| Error::missing("order.id"))?;
    let order = id(number, OrderId::new, Thing::Order)?;
    let changes = parse(request.order)?;
    let edit = EditOrder { account: caller.account(), order, seen: None };
    edit_order(&service.core, edit, |before| changes.made_of(fields(before))).await?;
    Ok(Answer::done(&caller))
}
