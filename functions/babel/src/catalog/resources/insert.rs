//! `POST /v1/resources` (seed 004, "POST /v1/resources").

use axum::extract::State;
use latchkey_core::ops::resources::{ResourceCard, create_resource};
use serde::{Deserialize, Serialize};

use super::super::HEAVY;
use super::changes;
use crate::Signing;
use crate::body::{Body, text};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{ResourceGiven, number};

/// The resource to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertResourceRequest {
    pub(super) resource: ResourceGiven,
}

/// The new resource.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertResourceAnswer {
    /// Its number.
    resource_id: i32,
}

/// Makes a resource. A signature key that comes without data is made here.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Caller,
    Body(request): Body<InsertResourceRequest, HEAVY>,
) -> Result<Answer<InsertResourceAnswer>, Error> {
    let mut given = request.resource;
    let name = text("resource.name", &std::mem::take(&mut given.name).said().unwrap_or_default())?;
    let (changes, data) = changes(given)?;
    let blank = ResourceCard { name, sort: None, code: None, description: None, source: None, data_format: None, meta: None };
    let (core, card) = (&signing.service.core, changes.made_of(blank));
    let resource = create_resource(core, &signing.keys, caller.account(), card, &data.unwrap_or_default()).await?;
    Ok(Answer::new(&caller, InsertResourceAnswer { resource_id: number(resource.id.get()) }))
}
