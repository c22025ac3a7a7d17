//! Restores into the table: what they write happened elsewhere, and was told there.
//!
//! Before it writes anything, a restore says from when on new items are its own, and until when at most: a lease, which it makes longer while it
//! is at work. So one that was killed claims nothing for longer than [`LEASE_SECONDS`], and one that goes on claims what it writes before it
//! writes it. All of these moments are the store's clock's, for so is the time that the table's stream says.
//!
//! Only items that were not there before can be a restore's, for it writes nothing over. Whatever changes an item is told at any time.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// For how long a restore claims new items each time, in seconds.
pub const LEASE_SECONDS: i64 = 15 * 60;

/// How old its claim is when a restore makes it longer, in seconds.
pub const RENEWAL_SECONDS: i64 = 60;

/// For how long it is known that a restore ended, in seconds: the stream tells for a day.
pub const KNOWN_SECONDS: i64 = 3 * 24 * 60 * 60;

/// A restore into the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// Its name, drawn at random.
    pub id: String,
    /// When it began, or went on with one that broke off.
    pub begun: Timestamp,
    /// From this second on new items are its own.
    pub since: Timestamp,
    /// Until before this second.
    pub until: Timestamp,
    /// Whether everything was written, or another one went on with it.
    #[serde(default)]
    pub is_over: bool,
}

/// How the clock of who restores is compared with the store's, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// How far the store's is ahead.
    pub ahead: i64,
    /// By how much that may be wrong, either way.
    pub doubt: i64,
    /// How long after a write the stream may say that it was made.
    pub lag: i64,
}

impl Skew {
    /// What the store's clock says, as far as is known, when ours says `now`.
    pub fn there(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.ahead)
    }
}

impl Restore {
    /// One that begins now, by our clock.
    pub fn begin(id: String, now: Timestamp, skew: Skew) -> Self {
        let begun = skew.there(now);
        let since = whole(begun.plus_seconds(-skew.doubt));
        Self { id, begun, since, until: lease(now, skew), is_over: false }
    }

    /// The same with its claim made longer now.
    #[must_use]
    pub fn renewed(&self, now: Timestamp, skew: Skew) -> Self {
        Self { until: lease(now, skew).max(self.until), ..self.clone() }
    }

    /// The same when everything was written: it claims what the stream may tell of until it has caught up, and nothing after it.
    #[must_use]
    pub fn ended(&self, now: Timestamp, skew: Skew) -> Self {
        let until = whole(skew.there(now).plus_seconds(skew.lag + skew.doubt + 1));
        Self { until, is_over: true, ..self.clone() }
    }

    /// The same when another one goes on with it, for it broke off: it claims nothing of what is written from now on.
    #[must_use]
    pub fn broken_off(&self, now: Timestamp, skew: Skew) -> Self {
        let ended = self.ended(now, skew);
        Self { until: self.until.min(ended.until), ..ended }
    }

    /// Whether a new item that came about at this moment, as the stream says, is its own.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.since <= at && at < self.until
    }

    /// Whether whatever is done when our clock says `now` comes after it for certain.
    pub fn is_past(&self, now: Timestamp, skew: Skew) -> bool {
        self.until.plus_seconds(skew.doubt) <= skew.there(now)
    }
}

fn lease(now: Timestamp, skew: Skew) -> Timestamp {
    whole(skew.there(now).plus_seconds(LEASE_SECONDS + skew.doubt))
}

/// The second that a moment lies in: the stream says no more.
fn whole(moment: Timestamp) -> Timestamp {
    Timestamp::from_seconds(moment.as_seconds()).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: Skew = Skew { ahead: 0, doubt: 0, lag: 2 };

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000 + micros).unwrap()
    }

    fn after(seconds: i64) -> Timestamp {
        at(seconds * 1_000_000)
    }

    fn begun(now: Timestamp, skew: Skew) -> Restore {
        Restore::begin("a".to_owned(), now, skew)
    }

    #[test]
    fn what_is_written_from_the_beginning_to_the_end_is_the_restores_and_nothing_else() {
        // As the stream says it: in whole seconds.
        let restore = begun(at(700_000), EXACT);
        assert_eq!([after(-1), after(0), after(899)].map(|at| restore.covers(at)), [false, true, true]);
        assert!(!restore.covers(after(LEASE_SECONDS)));
        let ended = restore.ended(at(60_900_000), EXACT);
        assert_eq!([after(0), after(60), after(62), after(63)].map(|at| ended.covers(at)), [true, true, true, false]);
        assert!(!ended.is_past(at(62_999_999), EXACT) && ended.is_past(after(63), EXACT));
    }

    #[test]
    fn one_that_is_killed_claims_nothing_for_longer_than_its_lease() {
        let restore = begun(after(0), EXACT).renewed(after(600), EXACT);
        assert_eq!([after(600 + LEASE_SECONDS - 1), after(600 + LEASE_SECONDS)].map(|at| restore.covers(at)), [true, false]);
        assert!(!restore.is_over);
        assert_eq!(restore.renewed(after(0), EXACT), restore, "a clock that was put back makes no claim shorter");
    }

    #[test]
    fn one_that_another_goes_on_with_claims_no_more_than_it_can_have_written() {
        let killed = begun(after(0), EXACT);
        let soon = killed.broken_off(after(60), EXACT);
        assert_eq!((soon.covers(after(60)), soon.until, soon.is_over), (true, after(63), true));
        assert_eq!(killed.broken_off(after(100_000), EXACT).until, killed.until);
    }

    #[test]
    fn a_clock_that_is_wrong_or_not_known_changes_nothing_in_that() {
        for (ahead, doubt) in [(0, 0), (-200, 0), (200, 2), (0, 300)] {
            let skew = Skew { ahead, doubt, lag: 60 };
            for error in [-doubt, doubt] {
                let there = |seconds: i64| after(seconds + ahead + error);
                let restore = begun(after(0), skew);
                assert!(restore.covers(there(0)) && restore.covers(there(LEASE_SECONDS - 1)), "{skew:?} {error}");
                let ended = restore.ended(after(500), skew);
                assert!(ended.covers(there(500 + 60)), "{skew:?} {error}");
                let past = (500..2_000).find(|seconds| ended.is_past(after(*seconds), skew)).unwrap();
                assert!(!ended.covers(there(past)), "{skew:?} {error}: who waited is told of");
            }
        }
    }
}
