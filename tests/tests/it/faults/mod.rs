//! Faults between the product and its store (reliability, "Fault matrix": F1, F4 to F9).
//!
//! The store is broken by the proxy in a stated way; what the client is told and what the table holds afterwards must agree,
//! and a fault of ours never reads as "invalid" (I7).

mod publish;
mod seats;

use std::time::Duration;

use latchkey_core::table::Patience;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;

/// As patient as the product, but for the longest waits.
pub(crate) async fn world() -> World {
    World::with_patience(Patience { attempt: Duration::from_millis(800), call: Duration::from_secs(6), attempts: 6 }).await
}

/// Faults that pass: the call must end as if nothing had been.
pub(crate) fn passing() -> Vec<(&'static str, Rule)> {
    vec![
        ("F1 throttled once", Rule::first(1, Fault::Throttle)),
        ("F1 throttled three times", Rule::first(3, Fault::ThrottleRequests)),
        ("F4 a conflict", Rule::first(2, Fault::TransactionConflict)),
        ("F5 carried out, and the answer lost", Rule::first(1, Fault::DropAfter)),
        ("F5 carried out, and the answer lost twice", Rule::first(2, Fault::DropAfter)),
        ("F7 carried out, the answer lost, and the call forgotten", Rule::first(1, Fault::DropAfterForgotten(Duration::ZERO))),
        ("F6 lost on the way", Rule::first(1, Fault::DropBefore)),
        ("F8 a fault of the store's", Rule::first(2, Fault::Status(500))),
        ("F8 the store is away", Rule::first(2, Fault::Status(503))),
        ("F9 slow", Rule::first(1, Fault::Delay(Duration::from_millis(200)))),
        ("F9 too slow, and carried out all the same", Rule::first(1, Fault::Delay(Duration::from_millis(1_200)))),
        ("F9 hanging", Rule::first(1, Fault::Hang)),
        ("an answer cut short", Rule::first(1, Fault::TruncateBody)),
    ]
}

/// Faults that stay: the call must end as a fault of ours.
pub(crate) fn staying() -> Vec<(&'static str, Fault)> {
    vec![
        ("F1 throttled for ever", Fault::Throttle),
        ("F6 always lost on the way", Fault::DropBefore),
        ("F8 always a fault of the store's", Fault::Status(500)),
        ("F9 always hanging", Fault::Hang),
        ("F22 credentials expired", Fault::Expired),
        ("F22 permission denied", Fault::AccessDenied),
    ]
}
