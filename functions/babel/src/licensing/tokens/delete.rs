//! `DELETE /v1/licenses/{licenseId}/tokens/{tokenId}` (seed 004, "DELETE /v1/licenses/{licenseId}/tokens/{tokenId}").

use axum::extract::State;
use latchkey_core::domain::ids::{LicenseId, SeatTokenId};
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::seat_tokens::delete_token;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Takes a seat away from whoever holds it, who may ask for one again.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((license, token)): Path<(i32, i32)>,
) -> Result<Answer<Done>, Error> {
    let license = id(license, LicenseId::new, Thing::License)?;
    let token = id(token, SeatTokenId::new, Thing::SeatToken)?;
    Box::pin(delete_token(&service.core, caller.account(), license, token)).await?;
    Ok(Answer::done(&caller))
}
