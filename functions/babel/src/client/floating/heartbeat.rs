//! `POST /v1/license/floating/heartbeat` (seed 004 has none: ours)

use axum::extract::State;
use latchkey_core::domain::lease::HEARTBEAT_SECONDS;
use latchkey_core::domain::seat_token::Holder;
use latchkey_core::ops::heartbeat::{Beat, heartbeat};
use latchkey_core::table::seats::Lent;
use serde::Serialize;

use super::super::gate::permit;
use super::super::program::{ProgramBody, Token};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;

/// The token, and until when it is held now.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Renewed {
    #[serde(flatten)]
    token: Token,
    /// How often the program should be heard, in seconds.
    heartbeat_interval: i64,
}

/// Renews the program's seat, unless its time is over.
///
/// One write and nothing before it: whether an application's key is missing is looked at afterwards, with the account that the write told.
/// Who is refused then has kept a seat for a quarter of an hour that it was lent with a key.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Option<Caller>,
    Body(body): Body<ProgramBody>,
) -> Result<Answer<Renewed>, Error> {
    let program = body.program()?;
    let client = program.floating()?;
    let beat = Beat { key: &program.key, product: program.product(), client: &client };
    let Lent { lease, grant } = Box::pin(heartbeat(&service.core, beat)).await?;
    permit(&service, caller.as_ref(), &grant).await?;
    let token = Token::of(&grant, &Holder::Floating(lease));
    Ok(Answer::of(Some(grant.account), Renewed { token, heartbeat_interval: HEARTBEAT_SECONDS }))
}
