//! A port before the engine, which lets the feed know what is written, and the events' feed what it was before and is after.

use std::collections::BTreeSet;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::uri::Authority;
use http::{Request, StatusCode};
use tokio::net::TcpListener;

use crate::client::{Http, HttpError};
use crate::events::Events;
use crate::feed::Feed;
use crate::images::{self, Key, Turns};
use crate::server::Server;
use crate::stack::StackError;

/// The longest call that DynamoDB takes: 16 MB
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>).
const MAX_CALL_BYTES: usize = 16 * 1024 * 1024;

/// Passes calls on.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    engine: Authority,
    http: Http,
    feed: Feed,
    events: Events,
    turns: Turns,
}

impl Tap {
    /// Before `engine`.
    pub(crate) fn new(engine: Authority, feed: Feed, events: Events) -> Self {
        Self { engine, http: Http::new(), feed, events, turns: Turns::default() }
    }

    /// Serves a free port by passing all calls on. It is there for the functions, and so outlives the one port.
    pub(crate) async fn serve(&self) -> Result<Server, StackError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(StackError::Listen)?;
        let tap = self.clone();
        let server = Server::start(listener, move |request| {
            let tap = tap.clone();
            async move { tap.answer(request).await }
        });
        server.map_err(StackError::Listen)
    }

    /// Answers a call with what the engine answers.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response {
        self.call(request).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the engine did not answer");
            StatusCode::BAD_GATEWAY.into_response()
        })
    }

    async fn call(&self, request: Request<Body>) -> Result<Response, HttpError> {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        if !target.is_some_and(Feed::is_write) {
            return self.http.forward(request, self.engine.clone()).await;
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = axum::body::to_bytes(body, MAX_CALL_BYTES).await else {
            return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        };
        let keys = Events::keys(&body);
        if keys.is_empty() {
            return self.pass(parts, body).await;
        }
        // Whoever asked may leave at any moment; what was written is told nevertheless.
        let tap = self.clone();
        tokio::spawn(async move { tap.watch(parts, body, keys).await }).await.map_err(HttpError::of)?
    }

    /// Passes a write on, and tells the feed.
    async fn pass(&self, parts: Parts, body: Bytes) -> Result<Response, HttpError> {
        let response = self.http.forward(Request::from_parts(parts, Body::from(body.clone())), self.engine.clone()).await?;
        if response.status().is_success() {
            self.feed.note(&body);
        }
        Ok(response)
    }

    /// The same while nobody else writes to these items, and tells how they changed, whatever the engine answers.
    async fn watch(&self, parts: Parts, body: Bytes, keys: BTreeSet<Key>) -> Result<Response, HttpError> {
        let _turns = self.turns.take(&keys).await;
        let headers = parts.headers.clone();
        let before = images::read(&self.http, &self.engine, &headers, &keys).await?;
        let response = self.pass(parts, body).await;
        match images::read(&self.http, &self.engine, &headers, &keys).await {
            Ok(after) => self.events.note(keys, &before, &after),
            Err(error) => tracing::error!(%error, "a change was not told"),
        }
        response
    }
}
