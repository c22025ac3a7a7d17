//! `DELETE /v1/resources/{resourceId}` (seed 004, "DELETE /v1/resources/{resourceId}").

use axum::extract::State;
use latchkey_core::domain::ids::ResourceId;
use latchkey_core::ops::delete_resource::delete_resource;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::resources::EditResource;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes a resource that nothing refers to.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(resource): Path<i32>) -> Result<Answer<Done>, Error> {
    let resource = id(resource, ResourceId::new, Thing::Resource)?;
    delete_resource(&service.core, EditResource { account: caller.account(), resource, seen: None }).await?;
    Ok(Answer::done(&caller))
}
