//! Functions as processes of their own, behind the Runtime API of cargo-lambda's emulator. Requests are given to them as API Gateway does.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request, header};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};

use crate::vendor::http_client;

/// What passes requests on to the function `name` of the emulator at `url`, and its answers back.
pub(crate) fn function(url: &str, name: &'static str) -> Router {
    let url = format!("{url}/2015-03-31/functions/{name}/invocations");
    Router::new().fallback(move |request: Request<Body>| pass_on(url.clone(), request))
}

async fn pass_on(url: String, request: Request<Body>) -> Response {
    let event = event(request).await;
    let answer = http_client().post(url).header(header::CONTENT_TYPE, "application/json").body(event.to_string()).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "the function did not answer: {status} {text}");
    response(&serde_json::from_str(&text).unwrap())
}

/// The event of a request
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>, format 2.0).
async fn event(request: Request<Body>) -> Value {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let is_text =
        std::str::from_utf8(&body).is_ok() && kind(&parts.headers).is_some_and(|kind| kind.starts_with("text/") || kind.contains("json"));
    let headers: Map<String, Value> = parts.headers.keys().map(|name| (name.to_string(), joined(&parts.headers, name).into())).collect();
    let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
    let mut event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers,
        "requestContext": {
            "accountId": "123456789012", "apiId": "aaaaaaaaaa", "domainName": "licenses.example.com", "domainPrefix": "licenses",
            "http": {
                "method": parts.method.as_str(), "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "tests",
            },
            "requestId": "LV7fzho-PHcEJPw=", "routeKey": "$default", "stage": "$default",
            "time": "21/Apr/2020:15:08:21 +0000", "timeEpoch": 1_587_481_701_067_i64,
        },
        "isBase64Encoded": !is_text,
    });
    if !body.is_empty() {
        event["body"] = if is_text { String::from_utf8_lossy(&body).into() } else { STANDARD.encode(&body).into() };
    }
    event
}

/// The answer that API Gateway makes of what a function says.
fn response(said: &Value) -> Response {
    let mut response = Response::builder().status(u16::try_from(said["statusCode"].as_u64().unwrap()).unwrap());
    for (name, value) in said["headers"].as_object().into_iter().flatten() {
        response = response.header(name, value.as_str().unwrap());
    }
    for cookie in said["cookies"].as_array().into_iter().flatten() {
        response = response.header(header::SET_COOKIE, cookie.as_str().unwrap());
    }
    let text = said["body"].as_str().unwrap_or_default();
    let body = if said["isBase64Encoded"] == true { STANDARD.decode(text).unwrap() } else { text.as_bytes().to_vec() };
    response.body(Body::from(body)).unwrap()
}

fn kind(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

/// All values of a header, as API Gateway has them in one.
fn joined(headers: &HeaderMap, name: &header::HeaderName) -> String {
    let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    values.join(",")
}
