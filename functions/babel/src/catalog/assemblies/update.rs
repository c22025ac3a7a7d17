//! `PUT /v1/assemblies` (seed 004, "PUT /v1/assemblies").

use axum::extract::State;
use latchkey_core::ops::assemblies::{EditAssembly, change_assembly};

use super::insert::InsertAssemblyRequest;
use super::{assembly, changes};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;

/// Changes an assembly, whichever release it is of.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertAssemblyRequest>,
) -> Result<Answer<Done>, Error> {
    let edit = EditAssembly { account: caller.account(), assembly: assembly(request.assembly.id)?, of: None, seen: None };
    let changes = changes(request.assembly)?;
    change_assembly(&service.core, edit, |card| Ok(changes.made_of(card))).await?;
    Ok(Answer::done(&caller))
}
