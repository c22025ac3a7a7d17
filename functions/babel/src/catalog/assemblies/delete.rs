//! `DELETE /v1/assemblies/{assemblyId}` (seed 004, "DELETE /v1/assemblies/{assemblyId}").

use axum::extract::State;
use latchkey_core::domain::ids::AssemblyId;
use latchkey_core::ops::assemblies::{EditAssembly, delete_assembly};
use latchkey_core::ops::rejected::Thing;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes an assembly, whichever release it is of.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(assembly): Path<i32>) -> Result<Answer<Done>, Error> {
    let assembly = id(assembly, AssemblyId::new, Thing::Assembly)?;
    delete_assembly(&service.core, EditAssembly { account: caller.account(), assembly, of: None, seen: None }).await?;
    Ok(Answer::done(&caller))
}
