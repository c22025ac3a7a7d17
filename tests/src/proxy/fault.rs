//! What can go wrong with a call.

use std::time::Duration;

/// A fault, in the words of DynamoDB. A call to S3 gets S3's nearest error.
///
/// The faults that are answers never reach the upstream, unless they say so.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The table's or a partition's capacity is used up: 400 `ProvisionedThroughputExceededException`. S3: 503 `SlowDown`.
    Throttle,
    /// The account's requests come too fast: 400 `ThrottlingException`. S3: 503 `SlowDown`.
    ThrottleRequests,
    /// Another transaction holds the item. A transaction is cancelled with `TransactionConflict` at every position; any other call
    /// gets 400 `TransactionConflictException`. S3: 409 `ConditionalRequestConflict`.
    TransactionConflict,
    /// The condition does not hold. A transaction is cancelled with `ConditionalCheckFailed` at `position` (from 0) and `None` at
    /// all others; any other call gets 400 `ConditionalCheckFailedException`. S3: 412 `PreconditionFailed`.
    ConditionFailed {
        /// Which part of the transaction fails; without meaning elsewhere.
        position: usize,
    },
    /// A transaction is cancelled with the reason `code`, such as `ThrottlingError` or `ItemCollectionSizeLimitExceeded`, at
    /// `position` (from 0).
    Cancelled {
        /// Which part of the transaction fails.
        position: usize,
        /// The reason's code.
        code: &'static str,
    },
    /// The service fails: 500 `InternalServerError` or 503 `ServiceUnavailable`; S3: `InternalError` or `SlowDown`. Any other status
    /// comes without a body, as from something between the client and the service.
    Status(u16),
    /// The caller may not do this: 400 `AccessDeniedException`. S3: 403 `AccessDenied`.
    AccessDenied,
    /// The caller's credentials have run out: 400 `ExpiredTokenException`. S3: 400 `ExpiredToken`.
    Expired,
    /// Any other error by its name, such as 400 `TransactionInProgressException`.
    Error {
        /// The HTTP status.
        status: u16,
        /// The error's name: DynamoDB's without a namespace.
        code: &'static str,
    },
    /// A batch is accepted and none of it done: everything comes back as `UnprocessedKeys` or `UnprocessedItems`.
    Unprocessed,
    /// The call is forwarded after this time, **also when the client has given up by then**, as a late packet is.
    Delay(Duration),
    /// The call is forwarded and done; its answer is sent on after this time.
    DelayAnswer(Duration),
    /// The call is neither forwarded nor answered: the connection stays open and silent until the proxy is dropped.
    Hang,
    /// The connection is closed; the call is not forwarded.
    DropBefore,
    /// The call is forwarded and done; then the connection is closed without an answer.
    DropAfter,
    /// The same, after this time, to a store that has forgotten the call when it is repeated: a transaction is forwarded without the
    /// token by which a second attempt would be known (reliability, F7). The request is another one then than the one that was
    /// signed, which only the real service minds.
    DropAfterForgotten(Duration),
    /// The call is forwarded and done; the answer announces its whole length and breaks off half way. An answer without a body is
    /// dropped altogether.
    TruncateBody,
    /// The call is forwarded and done; the answer's `ETag` is another one.
    WrongEtag,
}
