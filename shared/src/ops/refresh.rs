//! Going on with a login whose Bearer is over, and ending one.

use super::authenticate::AuthFailure;
use super::log_in::{LoggedIn, issued};
use crate::core::{Access, Core};
use crate::fault::Fault;
use crate::table::{Freshness, Rotated, Session};
use crate::tokens::{REFRESH_SECONDS, RefreshToken};

/// A new Bearer and a new refresh token for the one in `text`, which counts no more.
///
/// A token that was used before ends its login: somebody has it who should not, and nobody can tell who of the two that is. The
/// same happens to who uses one twice side by side, or again because the answer was lost on its way: they log in again.
///
/// Everything is read before the one conditional write, so a fault leaves the token as it was.
pub async fn refresh(core: &Core, access: &Access, text: &str) -> Result<LoggedIn, AuthFailure> {
    let now = core.now();
    let token = RefreshToken::parse(text).ok_or(AuthFailure::Unknown)?;
    let id = token.session();
    let session = core.table.session(id).await?.ok_or(AuthFailure::Unknown)?;
    if session.revoked || now >= session.expires || now >= session.ends {
        return Err(AuthFailure::Unknown);
    }
    if session.current != token.digest() {
        return used_again(core, &token, &session).await;
    }
    let user = core.table.user(session.account, session.user, Freshness::Strong).await?;
    let user = user.filter(|user| user.era == session.era).ok_or(AuthFailure::Unknown)?;
    let next = RefreshToken::draw(id, &core.random);
    let after = Session { current: next.digest(), expires: now.plus_seconds(REFRESH_SECONDS).min(session.ends), ..session.clone() };
    let issued = issued(core, access, &user, next, after.expires)?;
    match core.table.rotate_session(id, &session, &after).await? {
        Rotated::Done => Ok(issued),
        Rotated::TooLate => used_again(core, &token, &session).await,
    }
}

/// Ends the login that a refresh token is of. Its Bearer lives on, for half an hour at most: the program forgets it.
pub async fn log_out(core: &Core, text: &str) -> Result<(), Fault> {
    match RefreshToken::parse(text) {
        Some(token) => core.table.revoke_session(token.session()).await,
        None => Ok(()),
    }
}

async fn used_again(core: &Core, token: &RefreshToken, session: &Session) -> Result<LoggedIn, AuthFailure> {
    core.table.revoke_session(token.session()).await?;
    tracing::warn!(account = session.account.get(), "a refresh token was used again: its login was ended");
    Err(AuthFailure::Unknown)
}
