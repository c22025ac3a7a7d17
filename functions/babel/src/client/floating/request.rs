//! `POST /v1/license/floating/request` (seed 004 has none: ours)

use axum::extract::State;
use latchkey_core::domain::lease::HEARTBEAT_SECONDS;
use latchkey_core::domain::seat_token::Holder;
use latchkey_core::ops::request_floating::{RequestFloating, request_floating};
use latchkey_core::table::seats::Lent;
use serde::Serialize;

use super::super::activate::Held;
use super::super::gate::meet;
use super::super::license::signed;
use super::super::program::{ProgramBody, Seats, Token};
use crate::Signing;
use crate::address::Address;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;

/// The program's token, and the signed licence.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Requested {
    #[serde(flatten)]
    held: Held,
    /// How often the program should be heard, in seconds.
    heartbeat_interval: i64,
}

/// Lends a seat, or renews the one that the program holds.
///
/// After a look at the licence, the transaction goes out beside what the answer shows of it.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    Address(address): Address,
    caller: Option<Caller>,
    Body(body): Body<ProgramBody>,
) -> Result<Answer<Requested>, Error> {
    let program = body.program()?;
    let client = program.floating()?;
    let grant = meet(&signing.service, caller.as_ref(), &program).await?;
    let ask = RequestFloating { key: &program.key, product: program.product(), client: &client, name: program.name.as_ref(), address };
    let (lent, license) = tokio::join!(Box::pin(request_floating(&signing.service.core, ask)), Box::pin(signed(&signing, &grant, None)));
    let Lent { lease, grant } = lent?;
    let held = Held { token: Token::of(&grant, &Holder::Floating(lease)), seats: Seats::of(&grant), license: license? };
    Ok(Answer::of(Some(grant.account), Requested { held, heartbeat_interval: HEARTBEAT_SECONDS }))
}
