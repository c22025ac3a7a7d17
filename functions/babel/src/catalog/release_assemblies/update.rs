//! `PUT /v1/products/{productId}/releases/{releaseId}/assemblies` (seed 004, of the same name).

use axum::extract::State;
use latchkey_core::ops::assemblies::{EditAssembly, change_assembly};

use super::super::assemblies::insert::{InsertAssemblyAnswer, InsertAssemblyRequest};
use super::super::assemblies::{assembly, changes};
use super::super::releases::release;
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;
use crate::wire::number;

/// Changes an assembly of a release.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
    Body(request): Body<InsertAssemblyRequest>,
) -> Result<Answer<InsertAssemblyAnswer>, Error> {
    let of = Some(release(product, of)?);
    let edit = EditAssembly { account: caller.account(), assembly: assembly(request.assembly.id)?, of, seen: None };
    let changes = changes(request.assembly)?;
    let assembly = change_assembly(&service.core, edit, |card| Ok(changes.made_of(card))).await?;
    Ok(Answer::new(&caller, InsertAssemblyAnswer { assembly_id: number(assembly.id.get()) }))
}
