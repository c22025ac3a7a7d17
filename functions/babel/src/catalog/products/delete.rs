//! `DELETE /v1/products/{productId}` (seed 004, "DELETE /v1/products/{productId}").

use axum::extract::State;
use latchkey_core::domain::ids::ProductId;
use latchkey_core::ops::products::{EditProduct, delete_product};
use latchkey_core::ops::rejected::Thing;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes a product that nothing refers to.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(product): Path<i32>) -> Result<Answer<Done>, Error> {
    let product = id(product, ProductId::new, Thing::Product)?;
    delete_product(&service.core, EditProduct { account: caller.account(), product, seen: None }).await?;
    Ok(Answer::done(&caller))
}
