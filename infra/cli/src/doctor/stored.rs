//! Whether the secrets that were given are those that the table was written with.
//!
//! Strong secrets that are somebody else's are worth nothing: a deployment that is given them refuses every API key, and opens no
//! signature key. What is stored tells which secret it is under, without telling the secret.

use latchkey_core::core::Credentials;
use latchkey_core::domain::api_key::ApiKeyState;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::fault::Fault;
use latchkey_core::ops::sealed_under::{SealedUnder, sealed_under};

use super::finding::Finding;
use crate::session::Session;

/// The most accounts that are looked into, the first ones.
const MOST_ACCOUNTS: u32 = 100;

/// How many of what is stored are under which secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    current: usize,
    previous: usize,
    neither: usize,
}

/// Each secret that something is stored under.
pub(super) async fn all(session: &Session) -> Vec<Finding> {
    let keys = match session.credentials() {
        Ok(credentials) => {
            of_counts("stored_api_keys", "API keys", "LATCHKEY_CREDENTIAL_SECRET", api_keys(session, &credentials).await, session)
        }
        Err(_) => not_given("stored_api_keys", "LATCHKEY_CREDENTIAL_SECRET"),
    };
    let sealed = match (session.sealing(), session.signature_sealing()) {
        (Ok(sealing), Ok(keys)) => {
            let mut counts = Counts::default();
            let looked = async {
                for account in accounts(session).await? {
                    let SealedUnder { current, previous, neither } = sealed_under(&session.core, &sealing, &keys, account).await?;
                    counts = Counts {
                        current: counts.current + current,
                        previous: counts.previous + previous,
                        neither: counts.neither + neither,
                    };
                }
                Ok(counts)
            };
            of_counts("stored_secrets", "signature keys and webhooks' secrets", "LATCHKEY_SEALING_SECRET", looked.await, session)
        }
        (Err(_), _) | (_, Err(_)) => not_given("stored_secrets", "LATCHKEY_SEALING_SECRET"),
    };
    vec![keys, sealed]
}

async fn accounts(session: &Session) -> Result<Vec<AccountId>, Fault> {
    let last = session.core.table.last_account().await?.map_or(0, AccountId::get);
    Ok((1..=last.min(MOST_ACCOUNTS)).filter_map(AccountId::new).collect())
}

async fn api_keys(session: &Session, credentials: &Credentials) -> Result<Counts, Fault> {
    let (current, previous) = (credentials.keys.secret_id(), credentials.keys.previous_secret_id());
    let (mut counts, now) = (Counts::default(), session.core.now());
    for account in accounts(session).await? {
        for listed in session.core.table.api_keys(account).await? {
            // What opens nothing any more is no loss.
            let is_over = matches!(listed.key.state, ApiKeyState::Revoked(_)) || listed.key.expires.is_some_and(|expires| expires <= now);
            if is_over {
                continue;
            }
            if listed.secret == current {
                counts.current += 1;
            } else if previous.as_ref() == Some(&listed.secret) {
                counts.previous += 1;
            } else {
                counts.neither += 1;
            }
        }
    }
    Ok(counts)
}

fn of_counts(check: &'static str, what: &str, variable: &str, found: Result<Counts, Fault>, session: &Session) -> Finding {
    match found {
        Ok(counts) => judged(check, what, variable, counts),
        Err(fault) => Finding::of_fault(check, &fault, &session.target),
    }
}

fn judged(check: &'static str, what: &str, variable: &str, counts: Counts) -> Finding {
    let Counts { current, previous, neither } = counts;
    match (current, previous, neither) {
        (0, 0, 0) => Finding::ok(check, format!("no {what} are stored yet")),
        (_, 0, 0) => Finding::ok(check, format!("all {current} {what} are stored under {variable}")),
        (_, _, 0) => Finding::ok(check, format!("{current} {what} are stored under {variable}, {previous} under its predecessor still")),
        (0, 0, _) => Finding::failed(
            check,
            format!("none of {neither} {what} is stored under this {variable}"),
            "it is another deployment's, or was replaced: give the one that the functions have; if they have this one, deploy them with the \
             one before (infra/README.md, \"Rotating secrets\")",
        ),
        (_, _, _) => Finding::warning(
            check,
            format!("{neither} of {} {what} are stored under neither {variable} nor its predecessor", current + previous + neither),
            "while a secret is being rotated, give the former one as well, with _PREVIOUS behind the variable's name; what was not stored anew \
             before that was let go of is lost: make those anew",
        ),
    }
}

fn not_given(check: &'static str, variable: &str) -> Finding {
    Finding::skipped(check, format!("{variable} is not set here, or too short"), format!("set {variable} as it is for the functions"))
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn what_is_under_another_secret_is_found() {
        let state =
            |current, previous, neither| judged("x", "API keys", "LATCHKEY_CREDENTIAL_SECRET", Counts { current, previous, neither });
        assert_eq!(state(3, 0, 0).message, "all 3 API keys are stored under LATCHKEY_CREDENTIAL_SECRET");
        assert_eq!([state(0, 0, 0).state, state(1, 2, 0).state, state(0, 2, 0).state], [State::Ok; 3]);
        assert_eq!((state(0, 0, 3).state, state(2, 0, 1).state), (State::Failed, State::Warning));
        assert!(state(1, 1, 1).message.starts_with("1 of 3 API keys"));
    }
}
