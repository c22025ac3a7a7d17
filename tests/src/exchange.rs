//! Requests and answers, as they are sent and recorded.

use std::fmt::Write as _;
use std::net::IpAddr;

use axum::body::Body;
use base64::Engine as _;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use latchkey_core::http::ClientAddress;
use serde_json::Value;

use crate::world::World;

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Ask {
    method: Method,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    address: Option<IpAddr>,
}

/// A request and the answer that came.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was asked.
    pub ask: Ask,
    /// The answer's status.
    pub status: StatusCode,
    /// The answer's headers.
    pub headers: HeaderMap,
    /// The answer's body.
    pub body: Vec<u8>,
}

/// A GET of `path` with `query`.
pub fn get(path: &str, query: &[(&str, &str)]) -> Ask {
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(query);
    let encoded = encoded.finish();
    let target = if encoded.is_empty() { path.to_owned() } else { format!("{path}?{encoded}") };
    Ask { method: Method::GET, target, headers: Vec::new(), body: Vec::new(), address: None }
}

/// A POST of JSON to `path`, as PHP writes it: with escaped slashes.
pub fn post_json(path: &str, body: &Value) -> Ask {
    post(path, "application/json", body.to_string().replace('/', "\\/").as_bytes())
}

/// A POST of a form to `path`.
pub fn post_form(path: &str, fields: &[(&str, &str)]) -> Ask {
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(fields);
    post(path, "application/x-www-form-urlencoded", encoded.finish().as_bytes())
}

/// A POST of bytes to `path`.
pub fn post(path: &str, content_type: &str, body: &[u8]) -> Ask {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Ask { method: Method::POST, target: path.to_owned(), headers, body: body.to_vec(), address: None }
}

/// The header that HTTP Basic makes of an e-mail address and an API key.
pub fn basic(user: &str, key: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{key}")))
}

impl Ask {
    /// The same with another method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// The same to another path, with its query.
    #[must_use]
    pub fn to(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with an e-mail address and an API key, as HTTP Basic has them.
    #[must_use]
    pub fn basic(self, user: &str, key: &str) -> Self {
        self.header("authorization", &basic(user, key))
    }

    /// The same from another address.
    #[must_use]
    pub fn from_address(mut self, address: &str) -> Self {
        self.address = Some(address.parse().unwrap());
        self
    }

    /// Sends it through the gateway.
    pub async fn send(self, world: &World) -> Exchange {
        let mut request = Request::builder().method(self.method.clone()).uri(&self.target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(address) = self.address {
            request = request.extension(ClientAddress(address));
        }
        let response = world.gateway.call(request.body(Body::from(self.body.clone())).unwrap()).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Exchange { ask: self, status: parts.status, headers: parts.headers, body }
    }
}

impl Exchange {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The `code` of a WordPress error, or nothing.
    pub fn code(&self) -> Option<String> {
        self.json().get("code").and_then(Value::as_str).map(str::to_owned)
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The whole exchange as text, for a snapshot: bytes as they are, but for what differs from run to run.
    pub fn record(&self) -> String {
        let mut text = format!("{} {}\n", self.ask.method, self.ask.target);
        for (name, value) in &self.ask.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        if !self.ask.body.is_empty() {
            let _ = writeln!(text, "\n{}", shortened(&self.ask.body));
        }
        let _ = writeln!(text, "\n{}", self.status);
        let mut headers: Vec<_> = self.headers.iter().collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            let value = if name == "location" { presigned(value.to_str().unwrap()) } else { value.to_str().unwrap().to_owned() };
            let _ = writeln!(text, "{name}: {value}");
        }
        let _ = write!(text, "\n{}", shortened(&self.body));
        text
    }
}

/// A presigned address without what is drawn or signed anew each time; the names and the order of its parameters stay.
fn presigned(address: &str) -> String {
    let url = url::Url::parse(address).unwrap();
    let shown = ["x-id", "response-content-type", "response-content-disposition", "X-Amz-Expires", "X-Amz-Algorithm"];
    let query: Vec<String> = url
        .query_pairs()
        .map(|(name, value)| if shown.contains(&&*name) { format!("{name}={value}") } else { format!("{name}=…") })
        .collect();
    format!("[bucket]/[package]?{}", query.join("&"))
}

fn shortened(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if text.len() > 2_000 { format!("[{} bytes]", body.len()) } else { text.into_owned() }
}
