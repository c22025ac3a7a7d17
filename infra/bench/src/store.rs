//! A `DynamoDB` that knows one answer: enough to make a function open its connection, sign, send and read, at a known delay.

use crate::failure::Failure;
use crate::server::{Server, reply};
use http::{HeaderValue, StatusCode, header};
use hyper::body::Bytes;
use std::time::Duration;

/// Starts it: `GetItem` is answered with `item` (the JSON body of `DynamoDB`'s answer), any other operation with `{}`, each after `delay`.
///
/// There is no checksum in the answers, as AWS's would have: the SDK then skips the check, which costs a few microseconds.
pub(crate) async fn canned(item: Bytes, delay: Duration) -> Result<Server, Failure> {
    Server::start(move |request| {
        let operation = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let body = if operation.ends_with(".GetItem") { item.clone() } else { Bytes::from_static(b"{}") };
        async move {
            // Tokio's shortest sleep is a millisecond, even of nothing.
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            let mut answer = reply(StatusCode::OK, body);
            answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
            answer
        }
    })
    .await
}
