//! One call to the table: repeated while it may help, bounded in attempts and time.
//!
//! The SDK's own retries are switched off, because the answer to a conditional write depends on whether an earlier attempt
//! of the same call may have been carried out (reliability F5), and the SDK does not tell.

use std::future::Future;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::{Instant, sleep};

use crate::fault::{Fault, FaultKind};
use crate::random::Random;

/// How long a call is tried. One attempt < the whole call < the function's timeout < the gateway's 30 s.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The longest that one attempt may take.
    pub attempt: Duration,
    /// No attempt is begun later than this after the first.
    pub call: Duration,
    /// The most attempts.
    pub attempts: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempt: Duration::from_secs(2), call: Duration::from_secs(6), attempts: 8 }
    }
}

/// An answer, and what became of the attempts before it.
pub(super) struct Answer<T> {
    pub(super) value: T,
    pub(super) loss: Loss,
    /// How often it was sent: 1 where the first attempt was answered.
    pub(super) attempts: u32,
}

/// Whether an attempt of a call was lost on the way, so that nobody knows whether it was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// None was: what the store answered is all that happened.
    None,
    /// One was, before the attempt that was answered.
    Before,
}

/// Why a call was given up: the store's definite answer, or a fault.
pub(super) enum Refused<E> {
    /// A condition of the write did not hold.
    Condition(Answer<E>),
    Fault(Fault),
}

/// What an error means for the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// A definite answer.
    Condition,
    /// Try again: it was not carried out.
    Again(FaultKind),
    /// Try again: nobody knows whether it was carried out.
    Lost,
    /// No attempt will help.
    Never(FaultKind),
}

/// Errors of the store's operations.
pub(super) trait StoreError: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static {
    /// The codes that say why a transaction was cancelled, by position.
    fn cancellations(&self) -> Option<Vec<&str>> {
        None
    }
}

macro_rules! plain_store_errors {
    ($($operation:ident::$error:ident,)+) => {$(
        impl StoreError for aws_sdk_dynamodb::operation::$operation::$error {}
    )+};
}

plain_store_errors! {
    batch_get_item::BatchGetItemError,
    delete_item::DeleteItemError,
    get_item::GetItemError,
    put_item::PutItemError,
    query::QueryError,
    scan::ScanError,
    update_item::UpdateItemError,
}

impl StoreError for TransactWriteItemsError {
    fn cancellations(&self) -> Option<Vec<&str>> {
        let Self::TransactionCanceledException(cancelled) = self else { return None };
        Some(cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None")).collect())
    }
}

/// Sends until there is an answer. `what` names the call in a fault's text.
pub(super) async fn call<T, E, F>(
    patience: Patience,
    random: &Random,
    what: &'static str,
    send: impl Fn() -> F,
) -> Result<Answer<T>, Refused<E>>
where
    E: StoreError,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let begun = Instant::now();
    let mut loss = Loss::None;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let answer = tokio::time::timeout(patience.attempt, send()).await;
        let (meaning, error) = match answer {
            Ok(Ok(value)) => return Ok(Answer { value, loss, attempts: attempt }),
            Ok(Err(error)) => (meaning(&error), Some(error)),
            Err(_) => (Meaning::Lost, None),
        };
        let kind = match meaning {
            Meaning::Condition => match error.and_then(SdkError::into_service_error_opt) {
                Some(value) => return Err(Refused::Condition(Answer { value, loss, attempts: attempt })),
                None => return Err(Refused::Fault(Fault::new(FaultKind::Corrupt, what))),
            },
            Meaning::Again(kind) => kind,
            Meaning::Lost => {
                loss = Loss::Before;
                FaultKind::Unavailable
            }
            Meaning::Never(kind) => return Err(Refused::Fault(fault(kind, what, error))),
        };
        let pause = backoff(attempt, random);
        if attempt >= patience.attempts || begun.elapsed() + pause >= patience.call {
            return Err(Refused::Fault(fault(kind, what, error)));
        }
        sleep(pause).await;
    }
}

/// Full jitter: anywhere from nothing to 25 ms, 50 ms, 100 ms … 1 s.
pub(crate) fn backoff(attempt: u32, random: &Random) -> Duration {
    let ceiling = 25_000_u64.saturating_mul(1 << (attempt - 1).min(10)).min(1_000_000);
    Duration::from_micros(random.below(ceiling))
}

fn fault<E: StoreError, R: std::fmt::Debug + Send + Sync + 'static>(
    kind: FaultKind,
    what: &'static str,
    error: Option<SdkError<E, R>>,
) -> Fault {
    match error {
        Some(error) => Fault::caused(kind, what, error),
        None => Fault::caused(kind, what, "no answer in time"),
    }
}

fn meaning<E: StoreError>(error: &SdkError<E, HttpResponse>) -> Meaning {
    if let SdkError::ConstructionFailure(_) = error {
        return Meaning::Never(FaultKind::Denied);
    }
    // The other errors are about the way there and back.
    let SdkError::ServiceError(service) = error else { return Meaning::Lost };
    let error = service.err();
    match error.cancellations() {
        Some(reasons) => cancelled(&reasons),
        // Whatever a store calls it, a status of 5xx is a fault of the store's.
        None if service.raw().status().is_server_error() => Meaning::Lost,
        None => by_code(error.code().unwrap_or_default()),
    }
}

fn by_code(code: &str) -> Meaning {
    match code {
        "ConditionalCheckFailedException" => Meaning::Condition,
        "ProvisionedThroughputExceededException" | "ThrottlingException" | "RequestLimitExceeded" | "LimitExceededException" => {
            Meaning::Again(FaultKind::Throttled)
        }
        "TransactionConflictException" => Meaning::Again(FaultKind::Contended),
        // Another attempt with the same token is still running: whether it will be carried out is not known yet.
        "TransactionInProgressException" | "InternalServerError" | "ServiceUnavailable" | "" => Meaning::Lost,
        _ => Meaning::Never(FaultKind::Denied),
    }
}

fn cancelled(reasons: &[&str]) -> Meaning {
    let has = |code: &str| reasons.contains(&code);
    if has("ConditionalCheckFailed") {
        Meaning::Condition
    } else if has("TransactionConflict") {
        Meaning::Again(FaultKind::Contended)
    } else if has("ThrottlingError") || has("ProvisionedThroughputExceeded") {
        Meaning::Again(FaultKind::Throttled)
    } else {
        Meaning::Never(FaultKind::Denied)
    }
}

impl StoreError for TransactGetItemsError {
    fn cancellations(&self) -> Option<Vec<&str>> {
        let Self::TransactionCanceledException(cancelled) = self else { return None };
        Some(cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None")).collect())
    }
}

/// [`SdkError::into_service_error`] that does not make one up.
trait IntoServiceErrorOpt<E> {
    fn into_service_error_opt(self) -> Option<E>;
}

impl<E, R> IntoServiceErrorOpt<E> for SdkError<E, R> {
    fn into_service_error_opt(self) -> Option<E> {
        if let SdkError::ServiceError(service) = self { Some(service.into_err()) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_condition_is_an_answer_even_beside_a_conflict() {
        assert_eq!(cancelled(&["TransactionConflict", "ConditionalCheckFailed"]), Meaning::Condition);
        assert_eq!(cancelled(&["None", "TransactionConflict"]), Meaning::Again(FaultKind::Contended));
        assert_eq!(cancelled(&["ThrottlingError", "None"]), Meaning::Again(FaultKind::Throttled));
        assert_eq!(cancelled(&["ValidationError"]), Meaning::Never(FaultKind::Denied));
    }

    #[test]
    fn codes_say_whether_another_attempt_may_help() {
        assert_eq!(by_code("ProvisionedThroughputExceededException"), Meaning::Again(FaultKind::Throttled));
        assert_eq!(by_code("TransactionConflictException"), Meaning::Again(FaultKind::Contended));
        assert_eq!(by_code("InternalServerError"), Meaning::Lost);
        assert_eq!(by_code("AccessDeniedException"), Meaning::Never(FaultKind::Denied));
        assert_eq!(by_code("ExpiredTokenException"), Meaning::Never(FaultKind::Denied));
        assert_eq!(by_code("ResourceNotFoundException"), Meaning::Never(FaultKind::Denied));
    }

    #[test]
    fn the_pause_grows_and_is_bounded() {
        let random = Random::seeded(1);
        for attempt in 1..40 {
            let ceiling = Duration::from_millis(25 << (attempt - 1).min(10)).min(Duration::from_secs(1));
            assert!(backoff(attempt, &random) <= ceiling);
        }
    }
}
