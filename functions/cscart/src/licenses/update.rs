//! `PUT /api/4.0/licenses/{id}` (seed 000, "Editing domains and a license expiration date").

use axum::body::Body;
use axum::extract::State;
use http::HeaderMap;
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::site::Site;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::http::MAX_BODY_BYTES;
use latchkey_core::ops::assign_sites::{Ends, NewSites, assign_sites};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::present_licenses::present_assigned;
use serde_json::{Map, Value};

use super::{LicenseBody, METHODS, license_id};
use crate::Api;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::error::Error;
use crate::negotiation::check_content_type;

/// Sets a licence's end, its domains or both, together or not at all, and shows what it is then.
///
/// The seed prints the request's body under "Response"; the answer is the licence (contracts §1, inferred).
pub(crate) async fn handle(State(api): State<Api>, parts: Parts, body: Body) -> Result<Answer<LicenseBody>, Error> {
    let license = license_id(&parts.uri)?;
    let caller = Caller::of(&api, &parts, Permission::Write)?;
    let new = match changes(&parts.headers, body).await {
        Ok(new) => new,
        Err(wrong) => return Err(caller.told(wrong).await),
    };
    let account = caller.admitted().await?;
    let assigned = Box::pin(assign_sites(&api.core, Edit { account, license, seen: None }, new)).await?;
    let presented = Box::pin(present_assigned(&api.core, assigned)).await?;
    Ok(Answer { account, body: LicenseBody::new(&presented, &api.core.public_url) })
}

/// What the body asks for; parameters come from nowhere else (contracts §1).
async fn changes(headers: &HeaderMap, body: Body) -> Result<NewSites, Error> {
    check_content_type(headers)?;
    let body = match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Error::TooLong),
        Err(_) => return Err(Error::bad("The body did not arrive whole")),
    };
    parse(&body)
}

fn parse(body: &[u8]) -> Result<NewSites, Error> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::MethodNotAllowed(METHODS));
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return Err(Error::bad("The body must be a JSON object")) };
    let (ends, sites) = (given(&members, "expires_at").map(ends), given(&members, "domain_name").map(sites));
    match (ends, sites) {
        (None, None) => Err(Error::Bad(vec!["Nothing to change".to_owned(), "Send expires_at, domain_name or both".to_owned()])),
        // All that is wrong is told at once.
        (Some(Err(ends)), Some(Err(sites))) => Err(Error::Bad([ends, sites].concat())),
        (ends, sites) => Ok(NewSites { ends: ends.transpose().map_err(Error::Bad)?, sites: sites.transpose().map_err(Error::Bad)? }),
    }
}

fn given<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

/// Seconds since 1970, as a number or its digits; 0 is never.
fn ends(value: &Value) -> Result<Ends, Vec<String>> {
    let seconds = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(digits) => {
            Some(digits.trim()).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit())).and_then(|d| d.parse().ok())
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let moment = seconds.and_then(|seconds| i64::try_from(seconds).ok()).and_then(Timestamp::from_seconds);
    match (seconds, moment) {
        (Some(0), _) => Ok(Ends::Never),
        (_, Some(moment)) => Ok(Ends::At(moment)),
        (_, None) => Err(vec!["expires_at must be a Unix timestamp, or 0 for never".to_owned()]),
    }
}

/// One domain or several; what is blank is none.
fn sites(value: &Value) -> Result<Vec<Site>, Vec<String>> {
    let wrong = || vec!["domain_name must be a domain or an array of domains".to_owned()];
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(wrong)?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return Err(wrong()),
    };
    let texts = texts.into_iter().filter(|text| !text.trim().is_empty()).enumerate();
    let parsed =
        texts.map(|(place, text)| Site::parse(text).map_err(|_| vec![format!("Domain {} of domain_name is no domain", place + 1)]));
    parsed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(ends: Option<Ends>, sites: Option<&[&str]>) -> NewSites {
        NewSites { ends, sites: sites.map(|sites| sites.iter().map(|site| Site::parse(site).unwrap()).collect()) }
    }

    #[test]
    fn the_seeds_own_bodies_are_understood() {
        let end = Ends::At(Timestamp::from_seconds(1_919_710_900).unwrap());
        let both = parse(br#"{ "expires_at": "1919710900", "domain_name": "test.cs-cart.io" }"#).unwrap();
        assert_eq!(both, new(Some(end), Some(&["test.cs-cart.io"])));
        let three = parse(br#"{ "domain_name": [ "test1.cs-cart.io", "test2.cs-cart.io", "test3.cs-cart.io" ] }"#).unwrap();
        assert_eq!(three, new(None, Some(&["test1.cs-cart.io", "test2.cs-cart.io", "test3.cs-cart.io"])));
    }

    #[test]
    fn an_end_is_a_number_or_its_digits_and_zero_is_never() {
        let end = |json: &str| parse(format!("{{\"expires_at\":{json}}}").as_bytes()).map(|new| new.ends.unwrap());
        let at = |seconds| Ends::At(Timestamp::from_seconds(seconds).unwrap());
        for (json, expected) in [("1919710900", at(1_919_710_900)), ("\" 17 \"", at(17)), ("0", Ends::Never), ("\"0\"", Ends::Never)] {
            assert_eq!(end(json).unwrap(), expected, "{json}");
        }
        for json in
            ["-1", "1.5", "\"\"", "\"+1\"", "\"2030-01-01\"", "true", "[0]", "{}", "99999999999999", "1e400", "\"99999999999999999999\""]
        {
            assert!(end(json).is_err(), "{json}");
        }
    }

    #[test]
    fn blank_domains_are_none_and_a_null_is_not_sent() {
        for json in [r#""""#, "[]", r#"["", " "]"#] {
            let none = parse(format!("{{\"domain_name\":{json}}}").as_bytes()).unwrap();
            assert_eq!(none, new(None, Some(&[])), "{json}");
        }
        assert!(matches!(parse(br#"{"domain_name":null,"expires_at":null}"#), Err(Error::Bad(_))));
        for json in ["3", "true", "{}", "[1]", "[[\"a.com\"]]", "\"a b\"", "\"ftp://a.com\"", "\"a@b.com\""] {
            assert!(parse(format!("{{\"domain_name\":{json}}}").as_bytes()).is_err(), "{json}");
        }
    }

    #[test]
    fn an_empty_body_is_no_update() {
        for body in [&b""[..], b" \r\n"] {
            assert!(matches!(parse(body), Err(Error::MethodNotAllowed(_))));
        }
        for body in ["{", "[]", "null", "\"x\"", "{} x"] {
            assert!(matches!(parse(body.as_bytes()), Err(Error::Bad(_))), "{body}");
        }
    }
}
