//! `POST /v1/license/validate` (seed 004 has none: ours)

use axum::extract::State;
use latchkey_core::ops::validate_license::{Validate, Validated, validate_license};

use super::activate::Held;
use super::gate::permit;
use super::license::signed;
use super::program::{ProgramBody, Seats, Token};
use crate::Signing;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;

/// Tells whether the licence may be used, and the token that the program holds where it names a machine.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Option<Caller>,
    Body(body): Body<ProgramBody>,
) -> Result<Answer<Held>, Error> {
    let program = body.program()?;
    let (machine, client) = (program.machine.as_ref(), program.client.as_ref());
    let ask = Validate { key: &program.key, product: program.product(), machine, client };
    let Validated { grant, holder } = validate_license(&signing.service.core, ask).await?;
    permit(&signing.service, caller.as_ref(), &grant).await?;
    let token = holder.as_ref().map(|holder| Token::of(&grant, holder));
    program.expects(token.as_ref())?;
    let license = Box::pin(signed(&signing, &grant, program.signed.as_deref())).await?;
    let body = Held { token: token.unwrap_or_default(), seats: Seats::of(&grant), license };
    Ok(Answer::of(Some(grant.account), body))
}
