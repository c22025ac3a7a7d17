//! Logging in, going on, logging out. The original's interface for this is not public (contracts §5): all of it is ours.

pub(super) mod enter;
pub(super) mod leave;
pub(super) mod refresh;

use latchkey_core::domain::role::Role;
use latchkey_core::ops::log_in::LoggedIn;
use serde::{Deserialize, Serialize};

use crate::envelope::Answer;
use crate::wire::Moment;

/// What a user has who is logged in.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedInAnswer {
    /// The Bearer: `Authorization: Bearer …`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// The first moment at which the Bearer is too old.
    expire_at: Moment,
    /// What the login goes on by, once.
    refresh_token: String,
    /// The first moment at which that is too old.
    refresh_expire_at: Moment,
    /// The user.
    user_id: String,
    /// The names of its roles.
    roles: Vec<&'static str>,
}

/// What a login goes on by.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefreshRequest {
    /// The token that the last answer had.
    refresh_token: String,
}

fn answered(logged_in: &LoggedIn) -> Answer<LoggedInAnswer> {
    let LoggedIn { account, user, roles, bearer, expires, refresh, refresh_expires } = logged_in;
    let answer = LoggedInAnswer {
        access_token: bearer.expose().to_owned(),
        token_type: "Bearer",
        expire_at: (*expires).into(),
        refresh_token: refresh.expose(),
        refresh_expire_at: (*refresh_expires).into(),
        user_id: user.to_string(),
        roles: roles.iter().map(Role::name).collect(),
    };
    Answer::of(Some(*account), answer)
}
