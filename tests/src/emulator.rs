//! Functions as processes of their own, behind the Runtime API of cargo-lambda's emulator.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Request, header};
use http_body_util::BodyExt as _;

use crate::vendor::http_client;

/// What passes requests on to the function `name` of the emulator at `url`, and its answers back.
pub(crate) fn function(url: &str, name: &'static str) -> Router {
    let base = format!("{url}/lambda-url/{name}");
    Router::new().fallback(move |request: Request<Body>| pass_on(base.clone(), request))
}

async fn pass_on(base: String, request: Request<Body>) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(header::HOST);
    let body = body.collect().await.unwrap().to_bytes();
    let request = http_client().request(parts.method, format!("{base}{}", parts.uri)).headers(parts.headers).body(body);
    let answer = request.send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
