//! What is seen from outside: the time, and whether the public address answers.

use reqwest::StatusCode;
use serde_json::Value;

use super::finding::Finding;
use crate::session::Session;
use crate::store_clock::{self, Unknown, client, plain};

/// Further apart than this, signatures and tokens begin to be refused.
const WARNING_SECONDS: i64 = 30;

/// AWS refuses requests that are five minutes old.
const FAILING_SECONDS: i64 = 240;

/// This machine's clock against the store's, by the date of an answer.
pub(super) async fn clock(session: &Session) -> Finding {
    const CHECK: &str = "clock";
    match store_clock::behind(session).await {
        Ok(seconds) => of_skew(seconds),
        Err(Unknown { why, hint }) => Finding::skipped(CHECK, why, hint),
    }
}

fn of_skew(seconds: i64) -> Finding {
    const CHECK: &str = "clock";
    let message = format!("this machine's clock is {} s {}", seconds.abs(), if seconds > 0 { "behind" } else { "ahead" });
    let hint = "let it follow a time server; functions have AWS's own time";
    match seconds.abs() {
        off if off > FAILING_SECONDS => Finding::failed(CHECK, message, hint),
        off if off > WARNING_SECONDS => Finding::warning(CHECK, message, hint),
        _ => Finding::ok(CHECK, "agrees with the store's"),
    }
}

/// Whether the public address leads to functions that answer.
pub(super) async fn reachable(session: &Session) -> Finding {
    const CHECK: &str = "public_address";
    let Some(url) = &session.target.public_url else {
        return Finding::skipped(CHECK, "it was not given", "give --public-url or set LATCHKEY_PUBLIC_URL");
    };
    let (status, body) = match ask(url.origin(), "NO-SUCH-KEY", "no-such-package").await {
        Ok(answer) => answer,
        Err(error) => {
            let hint = "check the name in the DNS, the certificate and the API's custom domain: infra/README.md, \"Custom domain\"";
            return Finding::failed(CHECK, format!("{} does not answer: {error}", url.origin()), hint);
        }
    };
    match status {
        StatusCode::FORBIDDEN if body["code"] == "invalid_license_key" => Finding::ok(CHECK, "answers, and looks into a table"),
        status if status.is_server_error() => {
            let hint = "look at the function's log group: infra/README.md, \"What each alarm means\"";
            Finding::failed(CHECK, format!("{} answers {status}", url.origin()), hint)
        }
        status => {
            let hint = "does the name lead to this deployment's API, and past everything that answers in its place?";
            Finding::failed(CHECK, format!("{} answers {status}, which no function of Latchkey's does here", url.origin()), hint)
        }
    }
}

/// Asks the deployment for a licence, as a plugin of Woosa's does.
pub(super) async fn ask(origin: &str, key: &str, package: &str) -> Result<(StatusCode, Value), String> {
    let address = format!("{origin}/wp-json/lmn/v1/license/info");
    let answer = client().get(address).query(&[("key", key), ("package", package)]).send().await.map_err(|error| plain(&error))?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(|error| plain(&error))?;
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

/// Asks the deployment for a login token, as a shop of Bytex's does, with an API key.
pub(super) async fn ask_for_token(origin: &str, key: &str, user: &str, product: &str) -> Result<(StatusCode, Value), String> {
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("InternalUserIdentifier", user), ("ProductSku", product)])
        .finish();
    let asked = client().post(format!("{origin}/API/Public/v1/Authentication/r1/CreateToken"));
    let asked = asked.header("authorization", key).header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = asked.send().await.map_err(|error| plain(&error))?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(|error| plain(&error))?;
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_clock_is_off_a_little_or_too_far() {
        assert_eq!([of_skew(0).state, of_skew(-31).state, of_skew(241).state], [State::Ok, State::Warning, State::Failed]);
        assert_eq!(of_skew(-300).message, "this machine's clock is 300 s ahead");
    }
}
