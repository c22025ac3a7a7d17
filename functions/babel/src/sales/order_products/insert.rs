//! `POST /v1/orders/{orderId}/products/{productId}` (seed 004, "POST /v1/orders/{orderId}/products/{productId}").

use axum::extract::State;
use latchkey_core::domain::order_product::Sale;
use latchkey_core::ops::order_products::add_order_product;
use serde::Deserialize;

use super::{of, parse};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;
use crate::wire::OrderProductGiven;

/// What of a product an order is to have.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertProductOrderRequest {
    product_order: OrderProductGiven,
}

/// Adds a product to an order that has it not. Nothing else is computed from it: the order's total stays what was said.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(ids): Path<(i32, i32)>,
    Body(request): Body<InsertProductOrderRequest>,
) -> Result<Answer<Done>, Error> {
    let of = of(&caller, ids)?;
    let sale = parse(request.product_order)?.made_of(Sale::default());
    add_order_product(&service.core, of, sale).await?;
    Ok(Answer::done(&caller))
}
