//! `POST /v1/products/{productId}/releases` (seed 004, "POST /v1/products/{productId}/releases").

use axum::extract::State;
use latchkey_core::domain::ids::ProductId;
use latchkey_core::domain::text::Prose;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::releases::{ReleaseCard, create_release};
use serde::{Deserialize, Serialize};

use super::super::HEAVY;
use super::{changes, version};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::{Path, id};
use crate::wire::{ReleaseGiven, number};

/// The release to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertProductReleaseRequest {
    release: ReleaseGiven,
}

/// A release.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleaseAnswer {
    /// Its number.
    pub(super) release_id: i32,
}

/// Makes a release without a package: nobody is offered it before one is published.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(product): Path<i32>,
    Body(request): Body<InsertProductReleaseRequest, HEAVY>,
) -> Result<Answer<ReleaseAnswer>, Error> {
    let mut given = request.release;
    let product = id(product, ProductId::new, Thing::Product)?;
    let version = version(&std::mem::take(&mut given.version).said().unwrap_or_default())?;
    let card = changes(given)?.made_of(ReleaseCard { version, name: None, dated: None, changelog: Prose::default() });
    let release = create_release(&service.core, caller.account(), product, card).await?;
    Ok(Answer::new(&caller, ReleaseAnswer { release_id: number(release.id.get()) }))
}
