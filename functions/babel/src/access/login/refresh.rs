//! `POST /v1/login/refresh` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::authenticate::AuthFailure;
use latchkey_core::ops::refresh::refresh;

use super::{LoggedInAnswer, RefreshRequest, answered};
use crate::Service;
use crate::body::Body;
use crate::code::Code;
use crate::envelope::Answer;
use crate::error::Error;

/// Goes on with a login: another Bearer, and another refresh token in the place of the one that was sent.
pub(crate) async fn handle(State(service): State<Service>, Body(request): Body<RefreshRequest>) -> Result<Answer<LoggedInAnswer>, Error> {
    match refresh(&service.core, &service.access, &request.refresh_token).await {
        Ok(logged_in) => Ok(answered(&logged_in)),
        Err(AuthFailure::Unknown) => Err(Error::new(Code::LoginFailed, "The login is over: please log in again.")),
        Err(failure @ (AuthFailure::RateLimited { .. } | AuthFailure::Fault(_))) => Err(failure.into()),
    }
}
