//! Logging in: a name and a password for a Bearer, and for a token by which the login goes on.
//!
//! Nobody is told whether there is such a user: what is unknown is looked for, compared and counted as what is wrong.

use std::net::IpAddr;

use ulid::Ulid;

use super::attempts::Attempt;
use super::authenticate::AuthFailure;
use crate::core::{Access, Core};
use crate::credentials::password::PasswordHash;
use crate::domain::ids::AccountId;
use crate::domain::log_entry::Entry;
use crate::domain::password::Password;
use crate::domain::role::Roles;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserId, UserName};
use crate::fault::Fault;
use crate::table::{Freshness, Session};
use crate::tokens::{Bearer, REFRESH_SECONDS, RefreshToken, SESSION_SECONDS, SealedBearer, SessionId};

/// What a request presents.
#[derive(Clone)]
pub struct LogIn<'a> {
    /// The user's name in the deployment, or, where the account is said, the user's e-mail address in it.
    pub name: &'a str,
    /// The account, where it is said. Believed only as far as that the user must be one of its.
    pub account: Option<AccountId>,
    /// The password, however it was typed.
    pub password: &'a str,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// Who logged in, and as what.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// The user's roles now.
    pub roles: Roles,
    /// What the next requests are made with.
    pub bearer: SealedBearer,
    /// The first moment at which that is too old.
    pub expires: Timestamp,
    /// What the login goes on by, once.
    pub refresh: RefreshToken,
    /// The first moment at which that is too old.
    pub refresh_expires: Timestamp,
}

/// The longest name that is looked at.
const MOST_BYTES: usize = 1_016;

/// Who it is, and a Bearer for half an hour.
///
/// Which account it is follows from the user's name, which is unique in the deployment, as API keys are: a login that had to say
/// its account would need an address for each vendor. E-mail addresses are unique in an account only, for one person may be a
/// customer of two vendors; so they need the account beside them, unless they are the user's name as well.
pub async fn log_in(core: &Core, access: &Access, presented: &LogIn<'_>) -> Result<LoggedIn, AuthFailure> {
    let LogIn { name, account, password, address } = presented;
    let folded = if name.len() <= MOST_BYTES { name.trim().to_lowercase() } else { String::new() };
    let attempt = Attempt::begin(core, &access.credentials, *address, &folded).await?;
    let found = look_up(core, &folded, *account, password).await;
    let found = attempt.or_back(core, found).await?;
    let Some(user) = found else {
        attempt.was_wrong(core).await;
        return Err(AuthFailure::Unknown);
    };
    let now = core.now();
    let logged_in = begin(core, access, &user, now);
    let (logged_in, noted, ()) =
        tokio::join!(Box::pin(logged_in), Box::pin(core.table.note_log_in(user.account, user.id, now)), Box::pin(attempt.give_back(core)));
    if let Err(fault) = noted {
        tracing::warn!(%fault, "a login is not noted at its user");
    }
    Ok(logged_in?)
}

/// The user whose name and password these are. The same is read and compared where there is none.
async fn look_up(core: &Core, name: &str, account: Option<AccountId>, password: &str) -> Result<Option<User>, Fault> {
    let email = account.and_then(|account| Some((account, Email::parse(name).ok()?)));
    let holder = match (email, UserName::parse(name)) {
        (Some((account, email)), _) => core.table.user_with_email(account, &email).await?,
        (None, Ok(user_name)) => core.table.user_with_name(&user_name).await?,
        (None, Err(_)) => None,
    };
    let holder = holder.filter(|(theirs, _)| account.is_none_or(|account| account == *theirs));
    let Some((account, id)) = holder.or_else(nobody) else { return Ok(None) };
    let (user, hash) = tokio::join!(Box::pin(core.table.user(account, id, Freshness::Strong)), Box::pin(core.table.password(account, id)));
    let (user, hash) = (user?, hash?);
    let password = Password::parse(password).ok();
    let is_right = PasswordHash::admits(hash.as_ref(), password.as_ref()).await?;
    if let Some(user) = user.as_ref().filter(|_| !is_right) {
        // What was typed is not told: it may be a password in the wrong field.
        core.note(user.account, Entry::warning("A login of user {UserId} failed: the password was wrong").with("UserId", user.id));
    }
    Ok(user.filter(|_| is_right))
}

/// Where nobody is.
fn nobody() -> Option<(AccountId, UserId)> {
    AccountId::new(1).map(|account| (account, UserId::new(Ulid::nil())))
}

/// A Bearer, and a login that goes on.
async fn begin(core: &Core, access: &Access, user: &User, now: Timestamp) -> Result<LoggedIn, Fault> {
    let id = SessionId::draw(&core.random);
    let refresh = RefreshToken::draw(id, &core.random);
    let (expires, ends) = (now.plus_seconds(REFRESH_SECONDS), now.plus_seconds(SESSION_SECONDS));
    let session = Session { account: user.account, user: user.id, era: user.era, current: refresh.digest(), expires, ends, revoked: false };
    let logged_in = issued(core, access, user, refresh, expires)?;
    core.table.begin_session(id, &session).await?;
    Ok(logged_in)
}

/// What a login is answered with.
pub(super) fn issued(
    core: &Core,
    access: &Access,
    user: &User,
    refresh: RefreshToken,
    refresh_expires: Timestamp,
) -> Result<LoggedIn, Fault> {
    let bearer = Bearer::new(user.account, user.id, user.roles, user.era, core.now());
    let sealed = bearer.seal(&access.bearer, &core.public_url, &core.random)?;
    Ok(LoggedIn {
        account: user.account,
        user: user.id,
        roles: user.roles,
        bearer: sealed,
        expires: bearer.expires,
        refresh,
        refresh_expires,
    })
}

/// Neither a password nor a name reaches a log line by way of a debug print.
impl std::fmt::Debug for LogIn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogIn(..)")
    }
}
