//! `POST /v1/license/floating/release` (seed 004 has none: ours)

use axum::extract::State;
use latchkey_core::ops::heartbeat::Beat;
use latchkey_core::ops::release_floating::release_floating;

use super::super::deactivate::GivenBack;
use super::super::gate::meet;
use super::super::license::license_id;
use super::super::program::{ProgramBody, Seats};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;

/// Takes the program's seat back, whatever became of the licence.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Option<Caller>,
    Body(body): Body<ProgramBody>,
) -> Result<Answer<GivenBack>, Error> {
    let program = body.program()?;
    let client = program.floating()?;
    let grant = meet(&service, caller.as_ref(), &program).await?;
    let ask = Beat { key: &program.key, product: program.product(), client: &client };
    let (given_back, license_id) = tokio::join!(Box::pin(release_floating(&service.core, ask)), license_id(&service, &grant));
    let grant = given_back?;
    Ok(Answer::of(Some(grant.account), GivenBack { license_id: license_id?, seats: Seats::of(&grant) }))
}
