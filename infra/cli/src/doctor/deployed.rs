//! Whether the deployed functions have the secrets that were given here: they are asked for a login token with an API key that was made
//! here. That they accept the key proves the secret of credentials; that the token verifies here proves the secret of tokens.

use latchkey_core::config::{ProcessEnvironment, TokenSecrets};
use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::ops::create_api_key::{NewApiKey, create_api_key};
use latchkey_core::ops::customers::create_customer;
use latchkey_core::ops::probe::Active;
use latchkey_core::table::NewCustomer;
use latchkey_core::tokens::{LoginToken, TokenKeys};
use reqwest::StatusCode;
use serde_json::Value;

use super::finding::{Finding, State};
use super::outside::ask_for_token;
use crate::problem::{Failed, Problem};
use crate::session::Session;

const CREDENTIAL: &str = "deployed_credential_secret";
const TOKEN: &str = "deployed_token_secret";

/// What of the table has a deployment's name in it for people.
const NAME: &str = "latchkey doctor";

const ROTATING: &str = "give what the functions have, or deploy them: they read secrets when they are deployed (infra/README.md, \"Rotating \
                        secrets\")";

/// Asks at `origin`, with a key and a customer of the throw-away account, which go with it.
pub(super) async fn secrets(session: &Session, origin: &str, active: &Active) -> Vec<Finding> {
    if session.credentials().is_err() {
        let skipped = |check| {
            Finding::skipped(check, "LATCHKEY_CREDENTIAL_SECRET is not set here, or too short", "set it as it is for the functions")
        };
        return vec![skipped(CREDENTIAL), skipped(TOKEN)];
    }
    let (key, customer) = match prepared(session, active).await {
        Ok(prepared) => prepared,
        Err(failed) => {
            let Problem { message, hint, .. } = failed.explain(&session.target);
            return vec![Finding { check: CREDENTIAL, state: State::Failed, message, hint }];
        }
    };
    match ask_for_token(origin, &key, &customer, active.code.as_str()).await {
        Ok((status, body)) => {
            let credential = accepted(status);
            let is_accepted = credential.state == State::Ok;
            let mut found = vec![credential];
            if is_accepted {
                found.push(token(session, &body, active));
            }
            found
        }
        Err(error) => vec![Finding::failed(CREDENTIAL, format!("{origin} does not answer: {error}"), "see public_address")],
    }
}

/// A key, and a customer as Bytex names one.
async fn prepared(session: &Session, active: &Active) -> Result<(String, String), Failed> {
    let odd = || Problem { code: "internal", message: "naming the API key".to_owned(), hint: None, exit: crate::problem::Exit::Fault };
    let (core, account) = (&session.core, active.account);
    let name = Line::parse(NAME).map_err(|_| odd())?;
    let email = Email::parse("doctor@example.com").map_err(|_| odd())?;
    let customer = create_customer(core, account, NewCustomer::named(name.clone())).await?;
    let made = create_api_key(core, &session.credentials()?, account, NewApiKey::of(name, email, Permissions::ALL)).await?;
    Ok((made.secret.expose().to_owned(), format!("K{:09}", customer.id.get())))
}

fn accepted(status: StatusCode) -> Finding {
    match status {
        StatusCode::OK => Finding::ok(CREDENTIAL, "the functions accept an API key that was made here"),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Finding::failed(
            CREDENTIAL,
            "the functions refuse an API key that was made here: they have another LATCHKEY_CREDENTIAL_SECRET",
            ROTATING,
        ),
        status => {
            let hint = "look at the function's log group: infra/README.md, \"What each alarm means\"";
            Finding::failed(CREDENTIAL, format!("asked with an API key that was made here, the functions answer {status}"), hint)
        }
    }
}

fn token(session: &Session, body: &Value, active: &Active) -> Finding {
    if session.target.local.is_some() {
        return Finding::skipped(TOKEN, "the local stack draws its own", "only a deployment has secrets");
    }
    let Ok(secrets) = TokenSecrets::read(&ProcessEnvironment) else {
        return Finding::skipped(TOKEN, "LATCHKEY_TOKEN_SECRET is not set here, or too short", "set it as it is for the functions");
    };
    let text = body["response"]["token"].as_str().unwrap_or_default();
    // A minute ago by this clock is still within the token's life by any that the doctor finds sound.
    match LoginToken::open(text, active.account, &TokenKeys::new(&secrets), session.core.now().plus_seconds(-60)) {
        Some(_) => Finding::ok(TOKEN, "a token of the functions' verifies here"),
        None => Finding::failed(TOKEN, "a token of the functions' does not verify here: they have another LATCHKEY_TOKEN_SECRET", ROTATING),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_refused_is_told_apart_from_functions_that_fail() {
        assert_eq!(accepted(StatusCode::OK).state, State::Ok);
        assert!(accepted(StatusCode::UNAUTHORIZED).message.contains("another LATCHKEY_CREDENTIAL_SECRET"));
        assert!(accepted(StatusCode::SERVICE_UNAVAILABLE).message.ends_with("answer 503 Service Unavailable"));
    }
}
