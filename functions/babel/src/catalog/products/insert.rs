//! `POST /v1/products` (seed 004, "POST /v1/products").

use axum::extract::State;
use latchkey_core::domain::product::ProductKind;
use latchkey_core::ops::products::{InTheField, ProductCard, record_product};
use serde::{Deserialize, Serialize};

use super::super::HEAVY;
use super::changes;
use crate::Service;
use crate::body::{Body, optional, text};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{ProductGiven, number};

/// The product to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertProductRequest {
    product: ProductGiven,
}

/// The new product.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertProductAnswer {
    /// Its number.
    product_id: i32,
}

/// Makes a product, which every other interface serves as well.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertProductRequest, HEAVY>,
) -> Result<Answer<InsertProductAnswer>, Error> {
    let mut given = request.product;
    let (slug, kind) = (std::mem::take(&mut given.slug).said(), std::mem::take(&mut given.product_kind).said());
    let field = InTheField {
        slug: slug.map(|slug| optional("product.slug", &slug)).transpose()?.flatten(),
        kind: kind.map(|kind| parse_kind(&kind)).transpose()?.unwrap_or(ProductKind::Program),
    };
    let name = std::mem::take(&mut given.name).said().unwrap_or_default();
    let product = changes(given)?.made_of(blank(&name)?);
    let record = record_product(&service.core, caller.account(), product, field).await?;
    Ok(Answer::new(&caller, InsertProductAnswer { product_id: number(record.id.get()) }))
}

/// A product of which the name alone is known.
fn blank(name: &str) -> Result<ProductCard, Error> {
    Ok(ProductCard {
        code: None,
        name: text("product.name", name)?,
        description: None,
        url: None,
        copyright: None,
        image: None,
        price: None,
        reseller_price: None,
        currency: None,
        signature_keys: None,
        meta: None,
    })
}

fn parse_kind(kind: &str) -> Result<ProductKind, Error> {
    let kinds = [ProductKind::Plugin, ProductKind::Theme, ProductKind::Program];
    match kind.trim() {
        "" => Ok(ProductKind::Program),
        kind => kinds
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(kind))
            .ok_or_else(|| Error::invalid("product.kind", "it is plugin, theme or program")),
    }
}
