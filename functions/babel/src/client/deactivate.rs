//! `POST /v1/license/deactivate` (seed 004 is of management alone: contracts §5)

use axum::extract::State;
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::deactivate::{Deactivate, deactivate};
use serde::Serialize;

use super::gate::meet;
use super::license::license_id;
use super::program::{ProgramBody, Seats};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;

/// Which licence it was, and what is left of its seats.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct GivenBack {
    pub(super) license_id: String,
    #[serde(flatten)]
    pub(super) seats: Seats,
}

/// Gives up the seat that the machine holds, whatever became of the licence.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Option<Caller>,
    Body(body): Body<ProgramBody>,
) -> Result<Answer<GivenBack>, Error> {
    let program = body.program()?;
    let device = Device::Machine(program.machine()?.clone());
    let grant = meet(&service, caller.as_ref(), &program).await?;
    let ask = Deactivate { key: &program.key, product: program.product(), device: &device };
    let (given_up, license_id) = tokio::join!(Box::pin(deactivate(&service.core, ask)), license_id(&service, &grant));
    let grant = given_up?.grant;
    Ok(Answer::of(Some(grant.account), GivenBack { license_id: license_id?, seats: Seats::of(&grant) }))
}
