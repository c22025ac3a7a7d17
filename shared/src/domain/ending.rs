//! The ends of licences by the hour: a licence comes to its end without anything being written, so the clock has to say it.
//!
//! Each licence with an end has an entry in the hour of that end, or in the present hour where that is over. Whoever goes through the hours
//! looks at the entries whose moment has come, asks the licence itself, and leaves an hour behind when it has been over for a while, since
//! an entry may be written late.

use serde::{Deserialize, Serialize};

use super::event::can_expire;
use super::grant::Grant;
use super::key::KeyDigest;
use super::time::Timestamp;

const HOUR_SECONDS: i64 = 60 * 60;

/// How long an hour has been over before it is left behind, in seconds: entries are written when the stream tells, and that may lag. The
/// stream tells for a day, then never.
pub const LATE_SECONDS: i64 = 25 * HOUR_SECONDS;

/// An hour of the calendar, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hour(i64);

/// That a licence comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// The licence, by the digest of its key.
    pub key: KeyDigest,
    /// The end.
    pub until: Timestamp,
    /// The hour that the entry stands in.
    pub hour: Hour,
}

impl Hour {
    /// The hour that a moment lies in.
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.as_seconds().div_euclid(HOUR_SECONDS))
    }

    /// Its number, never negative.
    pub fn number(self) -> i64 {
        self.0.max(0)
    }

    /// The hour after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Whether nothing is written into it any more.
    pub fn is_closed(self, now: Timestamp) -> bool {
        now.as_seconds() >= (self.0 + 1).saturating_mul(HOUR_SECONDS).saturating_add(LATE_SECONDS)
    }
}

/// The entry for a grant that was written; nothing where its end is as it was, or there is none.
pub fn ending(before: Option<&Grant>, after: &Grant, now: Timestamp) -> Option<Ending> {
    let until = after.validity.until?;
    if before.is_some_and(|before| before.validity.until == Some(until)) {
        return None;
    }
    Some(Ending { key: after.key, until, hour: Hour::of(until).max(Hour::of(now)) })
}

/// Whether an entry whose moment has come is still true of the licence.
pub fn has_ended(ending: &Ending, grant: &Grant, now: Timestamp) -> bool {
    ending.until <= now && grant.validity.until == Some(ending.until) && can_expire(grant.standing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::license::Standing;
    use crate::domain::testing::grant;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
    }

    fn until(seconds: i64) -> Grant {
        let mut grant = grant();
        grant.validity.until = Some(at(seconds));
        grant
    }

    #[test]
    fn an_end_is_entered_when_it_is_new_and_never_in_an_hour_that_is_over() {
        assert_eq!(ending(None, &grant(), at(0)), None);
        assert_eq!(ending(None, &until(7_200), at(0)).unwrap().hour, Hour::of(at(7_200)));
        assert_eq!(ending(Some(&until(7_200)), &until(7_200), at(0)), None);
        assert_eq!(ending(Some(&grant()), &until(-86_400), at(0)).unwrap().hour, Hour::of(at(0)));
    }

    #[test]
    fn an_entry_is_true_as_long_as_the_licence_says_the_same() {
        let entry = ending(None, &until(10), at(0)).unwrap();
        assert!(!has_ended(&entry, &until(10), at(9)));
        assert!(has_ended(&entry, &until(10), at(10)));
        assert!(!has_ended(&entry, &until(11), at(20)) && !has_ended(&entry, &grant(), at(20)));
        assert!(!has_ended(&entry, &Grant { standing: Standing::Revoked, ..until(10) }, at(20)));
    }

    #[test]
    fn an_hour_is_closed_a_day_later() {
        let hour = Hour::of(at(0));
        assert_eq!(hour.next().number(), hour.number() + 1);
        let end = at(HOUR_SECONDS + LATE_SECONDS);
        assert!(!hour.is_closed(end.plus_seconds(-1)) && hour.is_closed(end));
    }
}
