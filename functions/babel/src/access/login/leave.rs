//! `POST /v1/logout` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::refresh::log_out;

use super::RefreshRequest;
use crate::Service;
use crate::body::Body;
use crate::envelope::{Answer, Done};
use crate::error::Error;

/// Ends a login: its refresh token counts no more, whatever became of it. Its Bearer lives on, for half an hour at most.
pub(crate) async fn handle(State(service): State<Service>, Body(request): Body<RefreshRequest>) -> Result<Answer<Done>, Error> {
    log_out(&service.core, &request.refresh_token).await?;
    Ok(Answer::of(None, Done {}))
}
