//! `DELETE /v1/orders/{orderId}` (seed 004, "DELETE /v1/orders/{orderId}").

use axum::extract::State;
use latchkey_core::domain::ids::OrderId;
use latchkey_core::ops::orders::{EditOrder, delete_order};
use latchkey_core::ops::rejected::Thing;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes an order and its products, unless a licence is the order's.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(number): Path<i32>) -> Result<Answer<Done>, Error> {
    let order = id(number, OrderId::new, Thing::Order)?;
    delete_order(&service.core, EditOrder { account: caller.account(), order, seen: None }).await?;
    Ok(Answer::done(&caller))
}
