//! `POST /v1/assemblies` (seed 004, "POST /v1/assemblies").

use axum::extract::State;
use latchkey_core::ops::assemblies::create_assembly;
use serde::{Deserialize, Serialize};

use super::card;
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{AssemblyGiven, number};

/// The assembly to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertAssemblyRequest {
    pub(in super::super) assembly: AssemblyGiven,
}

/// The new assembly.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertAssemblyAnswer {
    /// Its number.
    pub(in super::super) assembly_id: i32,
}

/// Makes an assembly that is of no release.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertAssemblyRequest>,
) -> Result<Answer<InsertAssemblyAnswer>, Error> {
    let assembly = create_assembly(&service.core, caller.account(), None, card(request.assembly)?).await?;
    Ok(Answer::new(&caller, InsertAssemblyAnswer { assembly_id: number(assembly.id.get()) }))
}
