//! `PUT /v1/products/{productId}/releases` (seed 004, "PUT /v1/products/{productId}/releases").

use axum::extract::State;
use latchkey_core::ops::releases::change_release;
use serde::Deserialize;

use super::super::HEAVY;
use super::super::products::target;
use super::insert::ReleaseAnswer;
use super::{changes, release};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;
use crate::wire::{ReleaseGiven, number};

/// What is to become of a release.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UpdateProductReleaseRequest {
    release: ReleaseGiven,
}

/// Changes a release; what is said of the one that clients are offered, they are told within a minute.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(product): Path<i32>,
    Body(request): Body<UpdateProductReleaseRequest, HEAVY>,
) -> Result<Answer<ReleaseAnswer>, Error> {
    let of = release(product, target("release.id", request.release.id)?)?;
    let changes = changes(request.release)?;
    let release = change_release(&service.core, caller.account(), of, |card| Ok(changes.made_of(card))).await?;
    Ok(Answer::new(&caller, ReleaseAnswer { release_id: number(release.id.get()) }))
}
