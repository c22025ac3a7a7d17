//! `POST /v1/products/{productId}/releases/{releaseId}/assemblies` (seed 004, of the same name).

use axum::extract::State;
use latchkey_core::ops::assemblies::create_assembly;

use super::super::assemblies::card;
use super::super::assemblies::insert::{InsertAssemblyAnswer, InsertAssemblyRequest};
use super::super::releases::release;
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;
use crate::wire::number;

/// Makes an assembly of a release: the one that the address names, whatever `productId` and `releaseId` in the body say.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
    Body(request): Body<InsertAssemblyRequest>,
) -> Result<Answer<InsertAssemblyAnswer>, Error> {
    let assembly = create_assembly(&service.core, caller.account(), Some(release(product, of)?), card(request.assembly)?).await?;
    Ok(Answer::new(&caller, InsertAssemblyAnswer { assembly_id: number(assembly.id.get()) }))
}
