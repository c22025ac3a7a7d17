//! A port before the engine, which lets the feed know what is written.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::uri::Authority;
use http::{Request, StatusCode};
use tokio::net::TcpListener;

use crate::client::{Http, HttpError};
use crate::feed::Feed;
use crate::server::Server;
use crate::stack::StackError;

/// The longest call that DynamoDB takes: 16 MB
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>).
const MAX_CALL_BYTES: usize = 16 * 1024 * 1024;

/// Passes calls on.
#[derive(Clone, Debug)]
struct Tap {
    engine: Authority,
    http: Http,
    feed: Feed,
}

/// Serves a free port by passing all calls on to `engine`. It is there for the functions too, and so outlives the one port.
pub(crate) async fn start(engine: Authority, feed: Feed) -> Result<Server, StackError> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(StackError::Listen)?;
    let tap = Tap { engine, http: Http::new(), feed };
    let server = Server::start(listener, move |request| {
        let tap = tap.clone();
        async move {
            tap.call(request).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the engine did not answer");
                StatusCode::BAD_GATEWAY.into_response()
            })
        }
    });
    server.map_err(StackError::Listen)
}

impl Tap {
    async fn call(&self, request: Request<Body>) -> Result<Response, HttpError> {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        if !target.is_some_and(Feed::is_write) {
            return self.http.forward(request, self.engine.clone()).await;
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = axum::body::to_bytes(body, MAX_CALL_BYTES).await else {
            return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        };
        let response = self.http.forward(Request::from_parts(parts, Body::from(body.clone())), self.engine.clone()).await?;
        if response.status().is_success() {
            self.feed.note(&body);
        }
        Ok(response)
    }
}
