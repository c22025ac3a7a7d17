//! The outermost layer of every function: one log line a request, and a time limit.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Request;
use tokio::time::{Instant, timeout};

use super::client::ClientAddress;
use crate::domain::ids::AccountId;
use crate::fault::{Fault, FaultKind};
use crate::sink::on_behalf_of;

/// The header that carries the gateway's request id into the router.
pub const REQUEST_ID: &str = "x-latchkey-request-id";

/// The longest that a request may take, in seconds: less than the function's timeout, so that the answer is ours.
pub const REQUEST_SECONDS: u64 = 12;

/// What a handler tells the log about its answer. Never a key, a token or an address.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// Whose licence it was about, where that is known.
    pub account: Option<AccountId>,
    /// What came of it: `ok`, or a refusal's name.
    pub outcome: &'static str,
    /// The fault of ours behind the answer.
    pub fault: Option<Arc<Fault>>,
}

/// What [`edge`] needs to know of a function.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The function's name.
    pub function: &'static str,
    /// The dialect's answer to a fault of ours.
    pub fault: fn(Fault) -> Response,
}

/// Serves a request within [`REQUEST_SECONDS`] and logs it.
///
/// Only the route that matched is logged: what a client sent may hold a key anywhere.
pub async fn edge(State(edge): State<Edge>, request: Request<Body>, next: Next) -> Response {
    let begun = Instant::now();
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let address = ClientAddress::of(request.extensions());
    let answer = timeout(Duration::from_secs(REQUEST_SECONDS), on_behalf_of(address, next.run(request))).await;
    let response = answer.unwrap_or_else(|_| (edge.fault)(Fault::new(FaultKind::Unavailable, "the request took too long")));
    let note = response.extensions().get::<Note>().cloned().unwrap_or_default();
    let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let operation = route.as_ref().map_or("none", MatchedPath::as_str);
    let account = note.account.map(AccountId::get);
    let status = response.status().as_u16();
    let (function, outcome) = (edge.function, note.outcome);
    if let Some(fault) = note.fault {
        tracing::error!(request = id, function, %method, operation, account, outcome, status, duration_ms, %fault);
    } else {
        tracing::info!(request = id, function, %method, operation, account, outcome, status, duration_ms);
    }
    response
}
