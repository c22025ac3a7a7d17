//! `POST /v1/login` (seed 004 has none: ours, for contracts §5 says that there is one).

use axum::extract::State;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::ops::authenticate::AuthFailure;
use latchkey_core::ops::log_in::{LogIn, log_in};
use serde::Deserialize;

use super::{LoggedInAnswer, answered};
use crate::Service;
use crate::address::Address;
use crate::body::Body;
use crate::code::Code;
use crate::envelope::Answer;
use crate::error::Error;

/// Who logs in.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogInRequest {
    /// The user's name; where the account is said, the user's e-mail address.
    user_name: String,
    /// The password.
    password: String,
    /// The number of the account, for who logs in with an e-mail address.
    account: Option<i32>,
}

/// Logs a user in: a Bearer for half an hour, and a token by which the login goes on.
pub(crate) async fn handle(
    State(service): State<Service>,
    address: Address,
    Body(request): Body<LogInRequest>,
) -> Result<Answer<LoggedInAnswer>, Error> {
    let LogInRequest { user_name, password, account } = &request;
    // 0 is what a client sends that has nothing to say.
    let account = account.filter(|number| *number != 0);
    let account = account.map(|number| u32::try_from(number).ok().and_then(AccountId::new).ok_or_else(failed)).transpose()?;
    let presented = LogIn { name: user_name, account, password, address: address.0 };
    match log_in(&service.core, &service.access, &presented).await {
        Ok(logged_in) => Ok(answered(&logged_in)),
        Err(AuthFailure::Unknown) => Err(failed()),
        Err(failure @ (AuthFailure::RateLimited { .. } | AuthFailure::Fault(_))) => Err(failure.into()),
    }
}

fn failed() -> Error {
    Error::new(Code::LoginFailed, "The user name or the password is not right.")
}
