//! `PUT /v1/orders/{orderId}/products/{productId}` (seed 004, "PUT /v1/orders/{orderId}/products/{productId}").

use axum::extract::State;
use latchkey_core::ops::order_products::edit_order_product;
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
pub(crate) struct UpdateProductOrderRequest {
    product_order: OrderProductGiven,
}

/// Changes how much of a product an order has, and at which price: what is said of it.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(ids): Path<(i32, i32)>,
    Body(request): Body<UpdateProductOrderRequest>,
) -> Result<Answer<Done>, Error> {
    let of = of(&caller, ids)?;
    let changes = parse(request.product_order)?;
    edit_order_product(&service.core, of, |sale| changes.made_of(sale.clone())).await?;
    Ok(Answer::done(&caller))
}
