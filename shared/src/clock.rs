//! The one home of "now".
//!
//! `.clippy.toml` bans the system's clock everywhere else, so that every operation can be tested at any moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::time::Timestamp;

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved: for tests.
    Manual(ManualClock),
}

impl Clock {
    /// The present moment, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the one home of the system's clock")]
                let now = jiff::Timestamp::now();
                Timestamp::from_micros(now.as_microsecond()).unwrap_or(Timestamp::MAX)
            }
            Self::Manual(clock) => clock.now(),
        }
    }
}

/// A clock that a test moves by hand; clones share the same hands.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.as_micros())))
    }

    /// The moment the clock stands at.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }

    /// Moves the clock forward, or back by a negative number, by whole seconds.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }
}
