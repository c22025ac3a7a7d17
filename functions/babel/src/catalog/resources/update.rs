//! `PUT /v1/resources` (seed 004, "PUT /v1/resources").

use axum::extract::State;
use latchkey_core::domain::ids::ResourceId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::resources::{EditResource, change_resource};

use super::super::HEAVY;
use super::super::products::target;
use super::changes;
use super::insert::InsertResourceRequest;
use crate::Signing;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::id;

/// Changes a resource. Where a signature key's `data` is missing, empty, or the public part that is shown, the key stays.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Caller,
    Body(request): Body<InsertResourceRequest, HEAVY>,
) -> Result<Answer<Done>, Error> {
    let resource = id(target("resource.id", request.resource.id)?, ResourceId::new, Thing::Resource)?;
    let (changes, data) = changes(request.resource)?;
    let edit = EditResource { account: caller.account(), resource, seen: None };
    change_resource(&signing.service.core, &signing.keys, edit, |card| Ok(changes.made_of(card)), data.as_ref()).await?;
    Ok(Answer::done(&caller))
}
