//! The secrets that the functions are given: there, strong, and nobody else's.

use std::collections::BTreeSet;

use latchkey_core::config::{Environment, ProcessEnvironment};
use latchkey_core::local;

use super::finding::Finding;
use crate::session::Session;

/// Each check and its variable.
const SECRETS: [(&str, &str); 4] = [
    ("token_secret", "LATCHKEY_TOKEN_SECRET"),
    ("credential_secret", "LATCHKEY_CREDENTIAL_SECRET"),
    ("bearer_secret", "LATCHKEY_BEARER_SECRET"),
    ("sealing_secret", "LATCHKEY_SEALING_SECRET"),
];

/// Shorter than this, a secret is no secret.
const LEAST: usize = 32;

/// A secret with fewer different characters was not drawn at random.
const LEAST_DIFFERENT: usize = 12;

/// All of them.
pub(super) fn all(session: &Session) -> Vec<Finding> {
    if session.target.local.is_some() {
        let skipped = |(check, _): &(&'static str, &str)| {
            Finding::skipped(check, "the local stack's are known to everybody", "only a deployment has secrets")
        };
        return SECRETS.iter().map(skipped).collect();
    }
    judged(&ProcessEnvironment)
}

fn judged(environment: &impl Environment) -> Vec<Finding> {
    let given: Vec<_> = SECRETS.iter().map(|(check, variable)| (*check, *variable, environment.get(variable))).collect();
    let judge = |(check, variable, secret): &(&'static str, &'static str, Option<String>)| {
        let Some(secret) = secret else {
            let hint = format!("set {variable} as it is for the functions: infra/README.md, \"Rotating secrets\", has the command");
            return Finding::skipped(check, format!("{variable} is not set here"), hint);
        };
        let others = given.iter().filter(|(other, ..)| other != check);
        let is_shared = others.into_iter().any(|(.., other)| other.as_ref() == Some(secret));
        let previous = environment.get(&format!("{variable}_PREVIOUS"));
        match weakness(secret, is_shared) {
            Some(weakness) => Finding::failed(check, weakness, "rotate it: infra/README.md, \"Rotating secrets\""),
            None if previous.as_ref() == Some(secret) => Finding::warning(
                check,
                "is the same as its predecessor",
                "give the rotated secret another value, or leave the former one out",
            ),
            None if previous.is_some() => Finding::ok(check, "strong; its predecessor is accepted too, as while it is being rotated"),
            None => Finding::ok(check, "strong"),
        }
    };
    given.iter().map(judge).collect()
}

/// What is wrong with a secret. Nothing of the secret itself is told.
fn weakness(secret: &str, is_shared: bool) -> Option<&'static str> {
    let different = secret.chars().collect::<BTreeSet<_>>().len();
    if [local::CREDENTIAL_SECRET, local::SEALING_SECRET].contains(&secret) || secret.contains("known-to-everybody") {
        Some("is the local stack's, which everybody knows")
    } else if secret.len() < LEAST {
        Some("is shorter than 32 characters")
    } else if different < LEAST_DIFFERENT {
        Some("has too few different characters to have been drawn at random")
    } else if is_shared {
        Some("is the same as another secret")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    const STRONG: &str = "q8Zr2LmX0vTn5KcWb7YdHs4PfGj9RaEu";

    fn state_of(token: &str, credential: Option<&str>, previous: Option<&str>) -> (State, String) {
        let environment = |variable: &str| match variable {
            "LATCHKEY_TOKEN_SECRET" => Some(token.to_owned()),
            "LATCHKEY_TOKEN_SECRET_PREVIOUS" => previous.map(str::to_owned),
            "LATCHKEY_CREDENTIAL_SECRET" => credential.map(str::to_owned),
            _ => None,
        };
        let found = judged(&environment).remove(0);
        assert!(!found.message.contains(token));
        (found.state, found.message)
    }

    #[test]
    fn a_secret_is_strong_or_it_is_said_what_is_wrong_with_it() {
        assert_eq!(state_of(STRONG, None, None), (State::Ok, "strong".to_owned()));
        assert_eq!(state_of(STRONG, Some("another"), Some("former")).0, State::Ok);
        assert_eq!(state_of(STRONG, None, Some(STRONG)).0, State::Warning);
        for (secret, credential, part) in [
            (local::CREDENTIAL_SECRET, None, "everybody"),
            ("q8Zr2LmX0vTn5KcW", None, "shorter"),
            ("abababababababababababababababababab", None, "different"),
            (STRONG, Some(STRONG), "another secret"),
        ] {
            let (state, message) = state_of(secret, credential, None);
            assert!(state == State::Failed && message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_secret_that_is_not_given_is_skipped() {
        let found = judged(&|_: &str| None::<String>);
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|found| found.state == State::Skipped && found.hint.is_some()));
    }
}
