//! Attempts at a password: counted before the password is looked at, and taken back where it was right.
//!
//! Counted first, because guesses that come side by side would all find the count as it was before any of them.

use std::net::IpAddr;

use super::authenticate::AuthFailure;
use crate::core::{Core, Credentials};
use crate::credentials::{AskerDigest, LoginAskers};
use crate::domain::failure_window::{
    FailureWindow, MOST_FAILED_LOG_INS, MOST_FAILED_LOG_INS_FROM_ONE, MOST_FAILED_LOG_INS_OF_ONE, WINDOW_SECONDS,
};
use crate::fault::Fault;

/// An attempt that may be made.
pub(super) struct Attempt {
    window: FailureWindow,
    askers: LoginAskers,
}

impl Attempt {
    /// Counts an attempt as `name`, which is whatever was typed, in one case. It tells nothing of whether there is such a user.
    pub(super) async fn begin(core: &Core, credentials: &Credentials, address: Option<IpAddr>, name: &str) -> Result<Self, AuthFailure> {
        let now = core.now();
        let window = FailureWindow::at(now);
        let askers = credentials.keys.log_in_askers(address, name);
        let of_network = async {
            match askers.network {
                Some(network) => core.table.failures(network, window).await,
                None => Ok(0),
            }
        };
        let taking = core.table.take_attempt(askers.both, now, WINDOW_SECONDS, MOST_FAILED_LOG_INS);
        let (taken, of_name, of_network) =
            tokio::join!(Box::pin(taking), Box::pin(core.table.failures(askers.name, window)), Box::pin(of_network));
        if let Some(until) = taken? {
            let retry_after = u32::try_from(until.as_seconds() - now.as_seconds()).unwrap_or(1).max(1);
            return Err(AuthFailure::RateLimited { retry_after });
        }
        let attempt = Self { window, askers };
        let (of_name, of_network) = attempt.or_back(core, of_name.and_then(|of_name| Ok((of_name, of_network?)))).await?;
        let waits = [window.wait(of_name, MOST_FAILED_LOG_INS_OF_ONE, now), window.wait(of_network, MOST_FAILED_LOG_INS_FROM_ONE, now)];
        match waits.into_iter().flatten().max() {
            None => Ok(attempt),
            Some(retry_after) => {
                attempt.give_back(core).await;
                Err(AuthFailure::RateLimited { retry_after })
            }
        }
    }

    /// What came of looking at the password. Where that is a fault of ours, the attempt is taken back: nobody waits for our faults.
    pub(super) async fn or_back<T>(&self, core: &Core, outcome: Result<T, Fault>) -> Result<T, Fault> {
        if outcome.is_err() {
            self.give_back(core).await;
        }
        outcome
    }

    /// Takes the attempt back.
    pub(super) async fn give_back(&self, core: &Core) {
        warn(core.table.give_attempt_back(self.askers.both).await);
    }

    /// The attempt stays counted, and counts for the user alone and for the network alone too.
    pub(super) async fn was_wrong(&self, core: &Core) {
        let note = |asker: Option<AskerDigest>| async move {
            if let Some(asker) = asker {
                warn(core.table.note_failure(asker, self.window).await);
            }
        };
        tokio::join!(Box::pin(note(Some(self.askers.name))), Box::pin(note(self.askers.network)));
    }
}

fn warn(noted: Result<(), Fault>) {
    if let Err(fault) = noted {
        tracing::warn!(%fault, "an attempt at a password is not counted as it should be");
    }
}
