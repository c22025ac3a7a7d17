//! `POST /v1/license/activate` (seed 004 is of management alone: contracts §5)

use axum::extract::State;
use latchkey_core::domain::seat::{Device, Seat};
use latchkey_core::domain::seat_token::Holder;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::activate::{Activate, activate_client};
use latchkey_core::table::seats::Snapshot;
use serde::Serialize;

use super::gate::meet;
use super::license::{LicenseBody, signed};
use super::program::{ProgramBody, Seats, Token};
use crate::Signing;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;

/// The program's token, and the signed licence.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Held {
    #[serde(flatten)]
    pub(super) token: Token,
    #[serde(flatten)]
    pub(super) seats: Seats,
    pub(super) license: LicenseBody,
}

/// Takes a seat for the machine, or finds the one that it holds.
///
/// After a look at the licence, the write goes out beside what the answer shows of it.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Option<Caller>,
    Body(body): Body<ProgramBody>,
) -> Result<Answer<Held>, Error> {
    let program = body.program()?;
    let device = Device::Machine(program.machine()?.clone());
    let grant = meet(&signing.service, caller.as_ref(), &program).await?;
    let ask = Activate { key: &program.key, product: program.product(), device: &device, label: program.name.as_ref() };
    let activating = activate_client(&signing.service.core, ask, program.client.as_ref());
    let (activated, license) = tokio::join!(Box::pin(activating), Box::pin(signed(&signing, &grant, None)));
    let Snapshot { grant, seats } = activated?;
    let token = Token::of(&grant, &holder(&device, &seats)?);
    let body = Held { token, seats: Seats::of(&grant), license: license? };
    Ok(Answer::of(Some(grant.account), body))
}

/// The machine's seat, which is always among those that an activation tells.
fn holder(device: &Device, seats: &[Seat]) -> Result<Holder, Fault> {
    let seat = seats.iter().find(|seat| seat.device == *device).cloned();
    let seat = seat.ok_or_else(|| Fault::new(FaultKind::Contended, "the seat was given up while it was being shown"))?;
    Ok(Holder::Activated { seat, is_counted: true })
}
