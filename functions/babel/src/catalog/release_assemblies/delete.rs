//! `DELETE /v1/products/{productId}/releases/{releaseId}/assemblies/{assemblyId}` (seed 004, of the same name).

use axum::extract::State;
use latchkey_core::domain::ids::AssemblyId;
use latchkey_core::ops::assemblies::{EditAssembly, delete_assembly};
use latchkey_core::ops::rejected::Thing;

use super::super::releases::release;
use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes an assembly of a release.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of, assembly)): Path<(i32, i32, i32)>,
) -> Result<Answer<Done>, Error> {
    let (of, assembly) = (Some(release(product, of)?), id(assembly, AssemblyId::new, Thing::Assembly)?);
    delete_assembly(&service.core, EditAssembly { account: caller.account(), assembly, of, seen: None }).await?;
    Ok(Answer::done(&caller))
}
