//! `PUT /v1/products` (seed 004, "PUT /v1/products").

use axum::extract::State;
use latchkey_core::domain::ids::ProductId;
use latchkey_core::ops::products::{EditProduct, change_product};
use latchkey_core::ops::rejected::Thing;
use serde::Deserialize;

use super::super::HEAVY;
use super::{changes, target};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::id;
use crate::wire::ProductGiven;

/// What is to become of a product.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UpdateProductRequest {
    product: ProductGiven,
}

/// Changes a product. Its slug, its kind and its public code stay.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<UpdateProductRequest, HEAVY>,
) -> Result<Answer<Done>, Error> {
    let product = id(target("product.id", request.product.id)?, ProductId::new, Thing::Product)?;
    let changes = changes(request.product)?;
    let edit = EditProduct { account: caller.account(), product, seen: None };
    change_product(&service.core, edit, |card| Ok(changes.made_of(card))).await?;
    Ok(Answer::done(&caller))
}
