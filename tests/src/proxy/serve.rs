//! One request's way through the proxy.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Response;
use http::header::{ETAG, HeaderValue};
use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use tokio::sync::watch;

use super::call::{Call, Request};
use super::fault::Fault;
use super::forward::{Answer, Upstream};
use super::record::{Capacity, Log, Place};
use super::refuse::{cancel, fail, misplaced, nothing_processed, refuse};
use super::schedule::Schedule;

/// What all connections share.
#[derive(Debug)]
pub(super) struct State {
    upstream: Upstream,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) schedule: Schedule,
    pub(super) log: Log,
}

/// The connection is to be closed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped by the fault proxy")
    }
}

impl Error for Dropped {}

impl State {
    pub(super) fn new(upstream: Upstream) -> Self {
        Self { upstream, inner: Mutex::default() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the request, then answers it in a task of its own, so that a client that gives up does not call back what it has
    /// already sent. The task ends with the proxy.
    pub(super) async fn serve(
        self: Arc<Self>,
        mut ended: watch::Receiver<()>,
        request: http::Request<Incoming>,
    ) -> Result<Response<Answer>, Dropped> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
        let request = Request::new(parts, body);
        let task = tokio::spawn(async move {
            tokio::select! {
                answer = self.handle(request) => answer,
                _ = ended.changed() => Err(Dropped),
            }
        });
        task.await.unwrap_or(Err(Dropped))
    }

    async fn handle(&self, request: Request) -> Result<Response<Answer>, Dropped> {
        let (place, fault) = self.admit(&request);
        let answer = match fault {
            None => Answer::whole(self.forward(&request, place).await?),
            Some(Fault::Delay(delay)) => {
                tokio::time::sleep(delay).await;
                Answer::whole(self.forward(&request, place).await?)
            }
            Some(Fault::DelayAnswer(delay)) => {
                let answer = self.forward(&request, place).await?;
                tokio::time::sleep(delay).await;
                Answer::whole(answer)
            }
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::DropBefore) => return Err(Dropped),
            Some(Fault::DropAfter) => {
                self.forward(&request, place).await?;
                return Err(Dropped);
            }
            Some(Fault::DropAfterForgotten(delay)) => {
                tokio::time::sleep(delay).await;
                self.forward(&request.without_token(), place).await?;
                return Err(Dropped);
            }
            Some(Fault::TruncateBody) => {
                let answer = self.forward(&request, place).await?;
                if answer.body().is_empty() {
                    return Err(Dropped);
                }
                Answer::half(answer)
            }
            Some(Fault::WrongEtag) => {
                let mut answer = self.forward(&request, place).await?;
                answer.headers_mut().insert(ETAG, HeaderValue::from_static("\"00000000000000000000000000000000\""));
                Answer::whole(answer)
            }
            Some(fault) => Answer::whole(instead(&request, &fault)),
        };
        if let Some(recorded) = self.lock().log.at(place) {
            recorded.status = Some(answer.status().as_u16());
        }
        Ok(answer)
    }

    /// Numbers, judges and records the call in one step, so that calls in parallel cannot change places in between.
    fn admit(&self, request: &Request) -> (Place, Option<Fault>) {
        let mut inner = self.lock();
        let call = Call { index: inner.log.next_index(), operation: request.operation.clone() };
        let fault = inner.schedule.decide(&call);
        (inner.log.open(call, request, fault.clone()), fault)
    }

    async fn forward(&self, request: &Request, place: Place) -> Result<Response<Bytes>, Dropped> {
        let answer = self.upstream.call(request).await.map_err(|error| {
            tracing::warn!(%error, operation = request.operation, "the upstream does not answer");
            Dropped
        })?;
        if let Some(recorded) = self.lock().log.at(place) {
            recorded.upstream_status = Some(answer.status().as_u16());
            recorded.capacity = Capacity::of_answer(answer.body());
        }
        Ok(answer)
    }
}

/// The answer that a fault gives in the upstream's place.
fn instead(request: &Request, fault: &Fault) -> Response<Bytes> {
    match *fault {
        Fault::Throttle => refuse(request, (400, "ProvisionedThroughputExceededException"), (503, "SlowDown")),
        Fault::ThrottleRequests => refuse(request, (400, "ThrottlingException"), (503, "SlowDown")),
        Fault::TransactionConflict => cancel(request, |_| "TransactionConflict")
            .unwrap_or_else(|| refuse(request, (400, "TransactionConflictException"), (409, "ConditionalRequestConflict"))),
        Fault::ConditionFailed { position } => cancel_at(request, position, "ConditionalCheckFailed")
            .unwrap_or_else(|| refuse(request, (400, "ConditionalCheckFailedException"), (412, "PreconditionFailed"))),
        Fault::Cancelled { position, code } => {
            cancel_at(request, position, code).unwrap_or_else(|| misplaced(request, "a cancelled transaction"))
        }
        Fault::Status(status) => fail(request, status),
        Fault::AccessDenied => refuse(request, (400, "AccessDeniedException"), (403, "AccessDenied")),
        Fault::Expired => refuse(request, (400, "ExpiredTokenException"), (400, "ExpiredToken")),
        Fault::Error { status, code } => refuse(request, (status, code), (status, code)),
        Fault::Unprocessed => nothing_processed(request).unwrap_or_else(|| misplaced(request, "an unprocessed batch")),
        Fault::Delay(_)
        | Fault::DelayAnswer(_)
        | Fault::Hang
        | Fault::DropBefore
        | Fault::DropAfter
        | Fault::DropAfterForgotten(_)
        | Fault::TruncateBody
        | Fault::WrongEtag => misplaced(request, "a fault of the connection"),
    }
}

/// A transaction's cancellation for one position; `None` where the request is no transaction.
fn cancel_at(request: &Request, position: usize, code: &'static str) -> Option<Response<Bytes>> {
    let answer = cancel(request, |at| if at == position { code } else { "None" })?;
    let parts = request.json()["TransactItems"].as_array().map_or(0, Vec::len);
    Some(if position < parts { answer } else { misplaced(request, "a position beyond the last") })
}
