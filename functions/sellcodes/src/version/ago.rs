//! How long ago something was, in WordPress's words: its `human_time_diff`, with "ago" (seed 003, `last_updated`).
//! <https://developer.wordpress.org/reference/functions/human_time_diff/>

use latchkey_core::domain::time::Timestamp;

/// The units in seconds, the largest first, with their names for one and for several.
const UNITS: [(i64, &str, &str); 7] = [
    (365 * DAY, "year", "years"),
    (30 * DAY, "month", "months"),
    (7 * DAY, "week", "weeks"),
    (DAY, "day", "days"),
    (3_600, "hour", "hours"),
    (60, "min", "mins"),
    (1, "second", "seconds"),
];

const DAY: i64 = 24 * 3_600;

/// Such as `1 hour ago`: in the largest unit that fits, rounded to the nearest, and never 0. A moment that is still to come by
/// a little, as another machine's clock has it, is as long ago as it is ahead.
pub(super) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_seconds() - then.as_seconds()).abs().max(1);
    let unit = UNITS.into_iter().find(|(length, _, _)| seconds >= *length);
    let (length, one, several) = unit.unwrap_or((1, "second", "seconds"));
    let number = (seconds + length / 2) / length;
    format!("{number} {} ago", if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: i64) -> String {
        let then = Timestamp::from_seconds(1_700_000_000).unwrap();
        ago(then, then.plus_seconds(seconds))
    }

    #[test]
    fn the_words_are_those_of_wordpress() {
        for (seconds, words) in [
            (0, "1 second ago"),
            (1, "1 second ago"),
            (59, "59 seconds ago"),
            (60, "1 min ago"),
            (89, "1 min ago"),
            (90, "2 mins ago"),
            (3_599, "60 mins ago"),
            (3_600, "1 hour ago"),
            (2 * 3_600, "2 hours ago"),
            (DAY - 1, "24 hours ago"),
            (DAY, "1 day ago"),
            (6 * DAY, "6 days ago"),
            (7 * DAY, "1 week ago"),
            (29 * DAY, "4 weeks ago"),
            (30 * DAY, "1 month ago"),
            (364 * DAY, "12 months ago"),
            (365 * DAY, "1 year ago"),
            (3 * 365 * DAY, "3 years ago"),
        ] {
            assert_eq!(after(seconds), words, "{seconds}");
        }
    }

    #[test]
    fn a_clock_that_is_behind_makes_no_nonsense() {
        assert_eq!(after(-5), "5 seconds ago");
    }
}
