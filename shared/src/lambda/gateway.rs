//! API Gateway's event as a request, and an answer as API Gateway takes it (HTTP API, payload format 2.0).
//!
//! Nothing that a client can send fails here: what cannot stand in a request is encoded or left out, and the dialect says
//! what it thinks of the rest. `lambda_http`'s own conversion panics on some of it (a raw quote in the query, two values in
//! `x-forwarded-proto`, a body that is no base64), which would end the function's process.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::body::{Body, Bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::{ClientAddress, REQUEST_ID};

/// What of the event is used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct GatewayEvent {
    raw_path: String,
    raw_query_string: String,
    headers: BTreeMap<String, String>,
    request_context: RequestContext,
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RequestContext {
    request_id: String,
    http: HttpContext,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HttpContext {
    method: String,
    source_ip: String,
}

/// An answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GatewayAnswer {
    status_code: u16,
    headers: BTreeMap<String, String>,
    body: String,
    is_base64_encoded: bool,
}

impl GatewayEvent {
    /// The request that was meant.
    pub(super) fn into_request(self) -> Request<Body> {
        let mut request = Request::new(Body::from(self.bytes()));
        // A method that is none is not GET either: no endpoint has it.
        *request.method_mut() = Method::from_bytes(self.request_context.http.method.as_bytes()).unwrap_or(Method::CONNECT);
        *request.uri_mut() = uri(&self.raw_path, &self.raw_query_string);
        let headers = self
            .headers
            .iter()
            .filter_map(|(name, value)| Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value.as_str()).ok()?)));
        request.headers_mut().extend(headers);
        // Whatever a client put there is not the gateway's.
        request.headers_mut().remove(REQUEST_ID);
        if let Ok(id) = HeaderValue::try_from(self.request_context.request_id) {
            request.headers_mut().insert(REQUEST_ID, id);
        }
        if let Ok(address) = self.request_context.http.source_ip.parse::<IpAddr>() {
            request.extensions_mut().insert(ClientAddress(address));
        }
        request
    }

    fn bytes(&self) -> Vec<u8> {
        let body = self.body.as_deref().unwrap_or_default();
        let decoded = if self.is_base64_encoded { STANDARD.decode(body).ok() } else { None };
        decoded.unwrap_or_else(|| body.as_bytes().to_vec())
    }
}

/// Path and query, with what may not stand in an address percent-encoded.
fn uri(path: &str, query: &str) -> Uri {
    let mut url = NOWHERE.clone();
    url.set_path(path);
    url.set_query(Some(query).filter(|query| !query.is_empty()));
    let target = url.as_str().strip_prefix("http://nowhere").unwrap_or("/");
    target.parse().unwrap_or_else(|_| Uri::from_static("/"))
}

static NOWHERE: std::sync::LazyLock<Url> = std::sync::LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant that a test parses")]
    Url::parse("http://nowhere").expect("a constant address")
});

impl GatewayAnswer {
    /// The answer with these parts.
    pub(super) fn new(status: http::StatusCode, headers: &HeaderMap, body: &Bytes) -> Self {
        let mut folded = BTreeMap::<String, String>::new();
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            let entry = folded.entry(name.as_str().to_owned()).or_default();
            if !entry.is_empty() {
                entry.push_str(", ");
            }
            entry.push_str(&value);
        }
        let text = std::str::from_utf8(body).map(str::to_owned);
        Self {
            status_code: status.as_u16(),
            headers: folded,
            is_base64_encoded: text.is_err(),
            body: text.unwrap_or_else(|_| STANDARD.encode(body)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn event(event: serde_json::Value) -> Request<Body> {
        serde_json::from_value::<GatewayEvent>(event).unwrap().into_request()
    }

    #[test]
    fn an_ordinary_event_is_the_request_that_was_sent() {
        let request = event(json!({
            "version": "2.0", "rawPath": "/wp-json/lmn/v1/license/info", "rawQueryString": "key=A%20B&package=p",
            "headers": {"content-type": "application/json", "x-latchkey-request-id": "forged"},
            "requestContext": {"requestId": "abc=", "http": {"method": "GET", "path": "/x", "sourceIp": "203.0.113.7"}},
            "isBase64Encoded": false,
        }));
        assert_eq!(request.method(), Method::GET);
        assert_eq!(request.uri(), "/wp-json/lmn/v1/license/info?key=A%20B&package=p");
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(request.headers()[REQUEST_ID], "abc=");
        assert_eq!(ClientAddress::of(request.extensions()), Some([203, 0, 113, 7].into()));
    }

    #[test]
    fn a_doubled_slash_reaches_the_function_as_it_was_sent() {
        let request = event(json!({
            "rawPath": "/v2/licenses//activate", "requestContext": {"http": {"method": "POST"}}, "body": "YT1i", "isBase64Encoded": true,
        }));
        assert_eq!((request.method(), request.uri().path()), (&Method::POST, "/v2/licenses//activate"));
    }

    #[test]
    fn what_cannot_stand_in_a_request_is_encoded_or_left_out() {
        let request = event(json!({
            "rawPath": "/a b\"<é", "rawQueryString": "x=\"<>\\ \u{1}é",
            "headers": {"x-forwarded-proto": "http, https", "host": "a b", "bad name": "x", "bad-value": "a\nb"},
            "requestContext": {"requestId": "a\nb", "http": {"method": "G E T", "sourceIp": "somewhere"}},
            "body": "%%%", "isBase64Encoded": true,
        }));
        assert!(request.uri().path().starts_with("/a%20b%22%3C"));
        assert!(!request.headers().contains_key(REQUEST_ID) && !request.headers().contains_key("bad-value"));
        assert_eq!(request.method(), Method::CONNECT);
        assert_eq!(ClientAddress::of(request.extensions()), None);
    }

    #[test]
    fn bytes_that_are_no_text_are_sent_as_base64() {
        let headers = HeaderMap::from_iter([(http::header::LOCATION, HeaderValue::from_static("https://example.com"))]);
        let answer = GatewayAnswer::new(http::StatusCode::FOUND, &headers, &Bytes::from_static(b"\xff"));
        let answer = serde_json::to_value(answer).unwrap();
        let expected = json!({"statusCode": 302, "headers": {"location": "https://example.com"}, "body": "/w==", "isBase64Encoded": true});
        assert_eq!(answer, expected);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(path in ".*", query in ".*", name in ".*", value in ".*", method in ".*", id in ".*", body in ".*", encoded: bool) {
            event(json!({
                "rawPath": path, "rawQueryString": query, "headers": {name: value},
                "requestContext": {"requestId": id, "http": {"method": method}}, "body": body, "isBase64Encoded": encoded,
            }));
        }
    }
}
