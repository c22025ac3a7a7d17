//! What a request is, as far as faults care.

use http::Method;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use hyper::body::Bytes;

/// One request that arrived at the proxy.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its place among all calls since the proxy started or [`reset_calls`](super::Proxy::reset_calls), from 0.
    pub index: u64,
    /// For DynamoDB the operation's name, such as `UpdateItem`; for S3 `S3.` and the method, such as `S3.PUT`.
    pub operation: String,
}

/// The service a request speaks to, which decides the shape of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    DynamoDb,
    S3,
}

/// A request, read in full.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) parts: Parts,
    pub(super) body: Bytes,
    pub(super) service: Service,
    pub(super) operation: String,
}

impl Request {
    /// Classifies a request: DynamoDB's protocol names the operation in `X-Amz-Target`, after the API's version and a dot
    /// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html>); all else is S3.
    pub(super) fn new(parts: Parts, body: Bytes) -> Self {
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let (service, operation) = match target.and_then(|target| target.split_once('.')) {
            Some((_, operation)) => (Service::DynamoDb, operation.to_owned()),
            None => (Service::S3, format!("S3.{}", parts.method)),
        };
        Self { parts, body, service, operation }
    }

    /// The same without the token of a transaction.
    pub(super) fn without_token(&self) -> Self {
        let Self { mut parts, service, operation, .. } = self.clone();
        let mut json = self.json();
        let Some(_) = json.as_object_mut().and_then(|body| body.remove("ClientRequestToken")) else { return self.clone() };
        let body = Bytes::from(json.to_string());
        parts.headers.insert(CONTENT_LENGTH, body.len().into());
        Self { parts, body, service, operation }
    }

    /// Whether the answer must come without a body.
    pub(super) fn wants_no_body(&self) -> bool {
        self.parts.method == Method::HEAD
    }

    /// A DynamoDB request's body; null where it is no JSON.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(request: http::request::Builder) -> String {
        Request::new(request.body(()).unwrap().into_parts().0, Bytes::new()).operation
    }

    #[test]
    fn a_dynamodb_call_is_named_by_its_target() {
        let request = http::Request::builder().method("POST").header("X-Amz-Target", "DynamoDB_20120810.UpdateItem");
        assert_eq!(operation(request), "UpdateItem");
    }

    #[test]
    fn any_other_call_is_named_by_its_method() {
        assert_eq!(operation(http::Request::builder().method("PUT").uri("/bucket/key")), "S3.PUT");
    }
}
