//! When something that was to be told to somebody else's server is tried again, and when it is given up.
//!
//! | answer | meaning |
//! |---|---|
//! | 2xx | done |
//! | 403, 404, 410 | final: the other side does not want it |
//! | all else, and no answer | again |
//!
//! Between attempts lies a random time up to twice that of the attempt before, so that many who failed together do not come back
//! together: at first up to 15 s, an hour at most. `Retry-After` makes it longer, never shorter. It ends 24 hours after the first attempt,
//! with one last attempt at that moment.

use crate::domain::time::Timestamp;

/// How long after the first attempt the last one is, in seconds.
pub const WINDOW_SECONDS: i64 = 24 * 60 * 60;

/// The longest time between two attempts that is not asked for, in seconds.
pub const MAX_PAUSE_SECONDS: i64 = 60 * 60;

/// The longest time before the second attempt, in seconds.
pub const FIRST_PAUSE_SECONDS: i64 = 15;

/// What an answer means for the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It arrived.
    Done,
    /// It never will.
    Final,
    /// It may later.
    Again,
}

impl Verdict {
    /// What an answer of this status means.
    pub const fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Done,
            403 | 404 | 410 => Self::Final,
            _ => Self::Again,
        }
    }
}

/// When to try again after an attempt that failed; nothing where that was the last one.
///
/// `attempts` counts the one that failed, `first` and `now` are when the first one was begun and the last one ended, and `retry_after` is what
/// was asked for, in seconds. `below` draws a number from 0 to below what it is given.
pub fn next(
    first: Timestamp,
    now: Timestamp,
    attempts: u32,
    retry_after: Option<i64>,
    below: impl FnOnce(u64) -> u64,
) -> Option<Timestamp> {
    let end = first.plus_seconds(WINDOW_SECONDS);
    if now >= end {
        return None;
    }
    let doublings = attempts.saturating_sub(1).min(16);
    let longest = (FIRST_PAUSE_SECONDS << doublings).min(MAX_PAUSE_SECONDS);
    let drawn = i64::try_from(below(longest.unsigned_abs())).unwrap_or(longest).clamp(0, longest);
    // Never at once: a second is the least that a queue can wait.
    let pause = drawn.max(retry_after.unwrap_or(0)).max(1);
    Some(now.plus_seconds(pause).min(end))
}

/// The seconds from `now` until `due`, so many that it is due then; none where it is over.
pub fn seconds_until(due: Timestamp, now: Timestamp) -> u32 {
    u32::try_from((due.as_micros() - now.as_micros()).max(0).saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)
}

/// The seconds that a `Retry-After` asks for, in either form (RFC 9110, 10.2.3), from 0 to [`WINDOW_SECONDS`].
pub fn retry_after(text: &str, now: Timestamp) -> Option<i64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // What has too many digits for a number is longer than anything that is waited for.
        return Some(text.parse().unwrap_or(WINDOW_SECONDS).min(WINDOW_SECONDS));
    }
    let moment = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()?;
    Some((moment.as_second() - now.as_seconds()).clamp(0, WINDOW_SECONDS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wait_is_whole_seconds_and_never_ends_too_early() {
        let at = |micros| Timestamp::from_micros(1_800_000_000_000_000 + micros).unwrap();
        for (due, seconds) in [(-5, 0), (0, 0), (1, 1), (1_000_000, 1), (1_000_001, 2), (i64::from(u32::MAX) * 2_000_000, u32::MAX)] {
            assert_eq!(seconds_until(at(due), at(0)), seconds, "{due}");
        }
    }

    fn moment(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn every_status_has_its_meaning() {
        for status in 100..=599 {
            let expected = match status {
                200..=299 => Verdict::Done,
                403 | 404 | 410 => Verdict::Final,
                _ => Verdict::Again,
            };
            assert_eq!(Verdict::of(status), expected, "{status}");
        }
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        let longest = |attempts| {
            let mut asked = 0;
            next(moment(0), moment(1), attempts, None, |below| {
                asked = below;
                0
            });
            asked
        };
        assert_eq!([1, 2, 3, 8, 9, 10, 1_000, u32::MAX].map(longest), [15, 30, 60, 1_920, 3_600, 3_600, 3_600, 3_600]);
    }

    #[test]
    fn what_is_asked_for_is_waited_for() {
        assert_eq!(next(moment(0), moment(0), 1, Some(120), |_| 7), Some(moment(120)));
        assert_eq!(next(moment(0), moment(0), 1, Some(3), |_| 7), Some(moment(7)));
        assert_eq!(next(moment(0), moment(0), 1, None, |_| 0), Some(moment(1)));
    }

    #[test]
    fn the_last_attempt_is_at_the_windows_end() {
        let end = moment(WINDOW_SECONDS);
        assert_eq!(next(moment(0), moment(WINDOW_SECONDS - 5), 40, None, |below| below - 1), Some(end));
        assert_eq!(next(moment(0), moment(9), 1, Some(i64::MAX), |_| 0), Some(end));
        assert_eq!(next(moment(0), end, 40, None, |_| 0), None);
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_bounded() {
        let now = Timestamp::parse("1994-11-06T08:49:37Z").unwrap();
        assert_eq!(retry_after("120", now), Some(120));
        assert_eq!(retry_after(" 0 ", now), Some(0));
        assert_eq!(retry_after("99999999999999999999999", now), Some(WINDOW_SECONDS));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(60));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(0));
        assert_eq!(retry_after("Sun, 06 Nov 2094 08:00:00 GMT", now), Some(WINDOW_SECONDS));
        for text in ["", "soon", "-1", "1.5", "12 s"] {
            assert_eq!(retry_after(text, now), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_drawn_and_asked_for_it_ends(draws in proptest::collection::vec(any::<u64>(), 1..50), asked in proptest::option::of(any::<i64>())) {
            let (mut now, mut attempts) = (moment(0), 1);
            while let Some(at) = next(moment(0), now, attempts, asked, |below| draws[attempts as usize % draws.len()] % below) {
                prop_assert!(at > now && at <= moment(WINDOW_SECONDS));
                now = at;
                attempts += 1;
                prop_assert!(attempts <= 86_401);
            }
            prop_assert_eq!(now, moment(WINDOW_SECONDS));
        }
    }
}
