//! Authenticating: whose API key it is that a script presents.

use std::future::Future;
use std::net::IpAddr;

use crate::core::{Core, Credentials};
use crate::credentials::{ApiKeyDigests, Asker, AskerDigest};
use crate::domain::api_key::{ApiKeySecret, Principal};
use crate::domain::failure_window::{FailureWindow, MOST_FAILURES};
use crate::domain::ids::AccountId;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::table::{Found, Freshness};

/// What a request presents.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The key.
    pub secret: ApiKeySecret,
    /// The user that it says the key belongs to, in dialects that ask for one.
    pub email: Option<Email>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// Why nobody was authenticated.
#[derive(Debug, thiserror::Error)]
pub enum AuthFailure {
    /// No such key: unknown, revoked, too old, or of another user. Which of them is nobody's business.
    #[error("no such API key")]
    Unknown,
    /// Too many failures: the key was not looked at.
    #[error("too many failed attempts: wait {retry_after} seconds")]
    RateLimited {
        /// For how many seconds to wait.
        retry_after: u32,
    },
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl AuthFailure {
    /// A stable name for the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unknown => "unauthenticated",
            Self::RateLimited { .. } => "rate_limited",
            Self::Fault(fault) => fault.kind.name(),
        }
    }
}

/// Whose key it is.
///
/// The key and the asker's failures are read side by side, half a read unit each. That there is no such key is confirmed by a
/// strongly consistent read, for it may have been made a moment ago; then the failure is counted. A good key writes nothing,
/// but for its first use after a rotation of the secret, which stores it anew. Whoever has failed ten times within five minutes waits for their end, with a good key too: the limit would
/// otherwise limit nothing, since the answer to a good guess would tell it from a bad one.
pub async fn authenticate(core: &Core, credentials: &Credentials, presented: &Presented) -> Result<Principal, AuthFailure> {
    let Presented { secret, email, address } = presented;
    let now = core.now();
    let window = FailureWindow::at(now);
    let asker = credentials.keys.asker(Asker { address: *address, email: email.as_ref(), secret });
    let (found, failures) = tokio::join!(find(core, credentials, presented, Freshness::Eventual), core.table.failures(asker, window));
    // Without the count a key is looked at all the same: guessing is hopeless anyway, and a fault must not stop good keys.
    let failures = failures.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "how often an asker has failed is not known");
        0
    });
    if let Some(retry_after) = window.wait(failures, MOST_FAILURES, now) {
        return Err(AuthFailure::RateLimited { retry_after });
    }
    match found? {
        Some(principal) => Ok(principal),
        None => Box::pin(look_again(core, credentials, presented, asker, window)).await,
    }
}

/// The second look at a key that was not found; where it finds nothing either, the failure counts.
async fn look_again(
    core: &Core,
    credentials: &Credentials,
    presented: &Presented,
    asker: AskerDigest,
    window: FailureWindow,
) -> Result<Principal, AuthFailure> {
    if let Some(principal) = find(core, credentials, presented, Freshness::Strong).await? {
        return Ok(principal);
    }
    if let Err(fault) = core.table.note_failure(asker, window).await {
        tracing::warn!(%fault, "a failed authentication was not counted");
    }
    Err(AuthFailure::Unknown)
}

/// The same, and what `read` reads of the account: side by side where the key says whose it is, one after the other where it
/// does not. What was read of another account than the authenticated one is thrown away.
///
/// Whether the principal may see what was read is for the caller to ask, before showing anything of it.
pub async fn authenticate_and_read<T, F: Future<Output = T>>(
    core: &Core,
    credentials: &Credentials,
    presented: &Presented,
    read: impl Fn(AccountId) -> F,
) -> Result<(Principal, T), AuthFailure> {
    let Some(hint) = presented.secret.account_hint() else {
        let principal = Box::pin(authenticate(core, credentials, presented)).await?;
        let answer = read(principal.account).await;
        return Ok((principal, answer));
    };
    let (principal, answer) = tokio::join!(Box::pin(authenticate(core, credentials, presented)), read(hint));
    let principal = principal?;
    let answer = if principal.account == hint { answer } else { read(principal.account).await };
    Ok((principal, answer))
}

async fn find(core: &Core, credentials: &Credentials, presented: &Presented, freshness: Freshness) -> Result<Option<Principal>, Fault> {
    let Presented { secret, email, .. } = presented;
    let (now, digests) = (core.now(), credentials.keys.digests(secret));
    if let Some(found) = core.table.admission(digests.name, freshness).await? {
        return Ok(admit(&found, &digests, email.as_ref(), now));
    }
    let Some(former) = credentials.keys.previous_digests(secret) else { return Ok(None) };
    let Some(found) = core.table.admission(former.name, freshness).await? else { return Ok(None) };
    let principal = admit(&found, &former, email.as_ref(), now);
    if principal.is_some() {
        // Once a key and rotation: without it, the former secret could never be given up.
        let moving = Box::pin(core.table.move_admission(&found.admission, former.name, &digests, now));
        if let Err(fault) = moving.await {
            tracing::warn!(%fault, "an API key stays under the former secret for now");
        }
    }
    Ok(principal)
}

fn admit(found: &Found, digests: &ApiKeyDigests, email: Option<&Email>, now: Timestamp) -> Option<Principal> {
    let is_the_key = found.check == digests.check;
    found.admission.admit(email, now).filter(|_| is_the_key)
}
