//! `DELETE /v1/orders/{orderId}/products/{productId}` (seed 004, "DELETE /v1/orders/{orderId}/products/{productId}").

use axum::extract::State;
use latchkey_core::ops::order_products::delete_order_product;

use super::of;
use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Takes a product out of an order.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(ids): Path<(i32, i32)>) -> Result<Answer<Done>, Error> {
    delete_order_product(&service.core, of(&caller, ids)?).await?;
    Ok(Answer::done(&caller))
}
