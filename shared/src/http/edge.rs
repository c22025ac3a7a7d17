//! The outermost layer of every function: one log line a request, its metrics where they are wanted, and a time limit.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Request, StatusCode};
use tokio::time::{Instant, timeout};

use super::client::ClientAddress;
use super::origin::admit;
use crate::domain::ids::AccountId;
use crate::fault::{Fault, FaultKind};
use crate::metrics::{Meter, Metrics, Outcome, operation};
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
/// Only the route that matched is logged: what a client sent may hold a key anywhere. Metrics are written where the request has [`Metrics`]
/// for an extension, and where it has an [`Origin`](super::Origin), it must have come through the front.
pub async fn edge(State(edge): State<Edge>, mut request: Request<Body>, next: Next) -> Response {
    let begun = Instant::now();
    let admitted = admit(&mut request);
    let meter = request.extensions_mut().remove::<Metrics>().map(|metrics| metrics.meter(edge.function));
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let address = ClientAddress::of(request.extensions());
    let response = match admitted {
        Ok(()) => served(edge, meter.as_ref(), on_behalf_of(address, next.run(request))).await,
        Err(fault) => (edge.fault)(fault),
    };
    let note = response.extensions().get::<Note>().cloned().unwrap_or_default();
    let took = begun.elapsed();
    let route = route.as_ref().map(MatchedPath::as_str);
    if let Some(meter) = meter {
        meter.done(&operation(&method, route), note.what_became(response.status()), took);
    }
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let operation = route.unwrap_or("none");
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

/// The answer within [`REQUEST_SECONDS`], counted by `meter`.
async fn served(edge: Edge, meter: Option<&Meter>, work: impl Future<Output = Response>) -> Response {
    let limit = Duration::from_secs(REQUEST_SECONDS);
    let answer = match meter {
        Some(meter) => meter.within(timeout(limit, work)).await,
        None => timeout(limit, work).await,
    };
    answer.unwrap_or_else(|_| (edge.fault)(Fault::new(FaultKind::Unavailable, "the request took too long")))
}

impl Note {
    /// Some dialects answer a refusal with 200, and a few answers come without a note.
    fn what_became(&self, status: StatusCode) -> Outcome {
        if self.fault.is_some() || status.is_server_error() {
            Outcome::Fault
        } else if self.outcome == "ok" || (self.outcome.is_empty() && !status.is_client_error()) {
            Outcome::Ok
        } else {
            Outcome::Refused
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_request_is_told_by_note_and_status() {
        let note = |outcome: &'static str| Note { outcome, ..Note::default() };
        assert_eq!(note("ok").what_became(StatusCode::OK), Outcome::Ok);
        assert_eq!(note("").what_became(StatusCode::FOUND), Outcome::Ok);
        assert_eq!(note("").what_became(StatusCode::NOT_FOUND), Outcome::Refused);
        assert_eq!(note("expired").what_became(StatusCode::OK), Outcome::Refused);
        assert_eq!(note("throttled").what_became(StatusCode::SERVICE_UNAVAILABLE), Outcome::Fault);
        let fault = Some(Arc::new(Fault::new(FaultKind::Throttled, "a test")));
        assert_eq!(Note { fault, ..note("ok") }.what_became(StatusCode::OK), Outcome::Fault);
    }
}
