//! The one port: what a request is for.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{Method, Request};

use crate::gateway::Gateway;
use crate::objects::Objects;
use crate::queues::{self, InProcess};
use crate::reference;
use crate::tap::Tap;
use latchkey_core::local::{BUCKET, MAIL_QUEUE, PUSH_QUEUE, TABLE, WEBHOOK_QUEUE};

/// Everything that listens on the one port.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    pub(crate) gateway: Gateway,
    pub(crate) objects: Objects,
    pub(crate) tap: Tap,
    pub(crate) url: String,
    pub(crate) pushes: InProcess,
    pub(crate) webhooks: InProcess,
    pub(crate) mail: InProcess,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Destination {
    Engine,
    Objects,
    Queue,
    Page,
    Reference,
    Gateway,
}

impl Front {
    /// Answers a request.
    pub(crate) async fn call(&self, request: Request<Body>) -> Response {
        match destination(&request) {
            Destination::Engine => self.tap.answer(request).await,
            Destination::Queue => {
                let queues = [(PUSH_QUEUE, &self.pushes), (WEBHOOK_QUEUE, &self.webhooks), (MAIL_QUEUE, &self.mail)];
                queues::answer(&queues, request).await
            }
            Destination::Objects => self.objects.call(request).await,
            Destination::Page => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], page(&self.url)).into_response(),
            Destination::Reference => reference::answer(request.uri().path()),
            Destination::Gateway => self.gateway.call(request).await,
        }
    }
}

fn destination(request: &Request<Body>) -> Destination {
    let begins = |name: &str, with: &str| request.headers().get(name).is_some_and(|value| value.as_bytes().starts_with(with.as_bytes()));
    let path = request.uri().path();
    let below = path.strip_prefix('/').and_then(|path| path.strip_prefix(BUCKET));
    // Of any bucket: a test may have one of its own. No dialect has anything like a signature.
    let is_signed =
        begins("authorization", "AWS4-HMAC-SHA256") || request.uri().query().is_some_and(|query| query.contains("X-Amz-Signature="));
    if begins("x-amz-target", "DynamoDB") {
        Destination::Engine
    } else if begins("x-amz-target", "AmazonSQS.") {
        Destination::Queue
    } else if is_signed || below.is_some_and(|below| below.is_empty() || below.starts_with('/')) {
        Destination::Objects
    } else if path == "/" && matches!(*request.method(), Method::GET | Method::HEAD) {
        Destination::Page
    } else if path == reference::DOCUMENT || path == reference::PAGE || path.starts_with("/reference/") {
        Destination::Reference
    } else {
        Destination::Gateway
    }
}

fn page(url: &str) -> String {
    format!(
        "Latchkey, all of it in one process, for trying and developing.\n\
         \n\
         Woosa License Manager API     {url}/wp-json/lmn/v1/...\n\
         Sellcodes Licensing API v2    {url}/v2/licenses/...\n\
         CS-Cart Marketplace API       {url}/api/4.0/licenses...\n\
         DynamoDB, table {TABLE:<14}{url} (any request with x-amz-target)\n\
         S3, bucket {BUCKET}  {url}/{BUCKET}\n\
         The reference                 {url}/reference (OpenAPI: {url}/openapi.json)\n\
         \n\
         The console that started it shows licence keys and commands to paste.\n\
         `cargo run -- demo` plays a plugin's whole life over HTTP.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(request: http::request::Builder) -> Destination {
        destination(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn the_aws_tools_are_told_by_their_headers() {
        assert_eq!(of(Request::post("/").header("x-amz-target", "DynamoDB_20120810.GetItem")), Destination::Engine);
        assert_eq!(of(Request::post("/").header("x-amz-target", "DynamoDBStreams_20120810.ListStreams")), Destination::Engine);
        assert_eq!(of(Request::post("/").header("x-amz-target", "AmazonSQS.SendMessageBatch")), Destination::Queue);
        assert_eq!(of(Request::post("/").header("x-amz-target", "AmazonSNS.Publish")), Destination::Gateway);
        assert_eq!(of(Request::get("/").header("authorization", "AWS4-HMAC-SHA256 Credential=local/...")), Destination::Objects);
        assert_eq!(of(Request::get("/other-bucket/x?X-Amz-Expires=60&X-Amz-Signature=00")), Destination::Objects);
    }

    #[test]
    fn the_bucket_is_a_path_and_no_prefix_of_one() {
        for path in ["/latchkey-packages", "/latchkey-packages?list-type=2", "/latchkey-packages/a/b"] {
            assert_eq!(of(Request::get(path)), Destination::Objects, "{path}");
        }
        for path in ["/latchkey-packages2", "/wp-json/lmn/v1/license/info", "/x/latchkey-packages"] {
            assert_eq!(of(Request::get(path)), Destination::Gateway, "{path}");
        }
    }

    #[test]
    fn the_page_is_at_the_top_and_only_read() {
        assert_eq!(of(Request::get("/")), Destination::Page);
        assert_eq!(of(Request::get("/?x")), Destination::Page);
        assert_eq!(of(Request::post("/")), Destination::Gateway);
    }
}
