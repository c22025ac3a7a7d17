//! Moments as the language writes them. Without a zone they are UTC; what is finer than a microsecond is left off; what lies
//! after the last moment that can be stored counts as that one.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::domain::time::Timestamp;

/// `DateTime(2024,1,1)`, with hour, minute and second where there are six.
pub(super) fn of_parts(parts: &[i64]) -> Option<Timestamp> {
    let (day, time) = match parts {
        [year, month, day] => ([*year, *month, *day], [0; 3]),
        [year, month, day, hour, minute, second] => ([*year, *month, *day], [*hour, *minute, *second]),
        _ => return None,
    };
    let [year, month, day] = day;
    // .NET has no year 0.
    let year = i16::try_from(year).ok().filter(|year| *year >= 1)?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let [hour, minute, second] = time;
    // The library would take a leap second, which .NET does not.
    let second = i8::try_from(second).ok().filter(|second| *second < 60)?;
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, second, 0).ok()?;
    Some(utc(date.to_datetime(time)))
}

/// ISO 8601: a day, with a time of day after `T` or a space, with `Z` or an offset.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    const LONGEST: usize = "2024-01-01T00:00:00.0000000+00:00".len();
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_digit() || "-+:.TtZz ".contains(c);
    if text.len() > LONGEST || !text.starts_with(|c: char| c.is_ascii_digit()) || !text.contains('-') || !text.chars().all(is_plain) {
        return None;
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Timestamp::from_micros(moment.as_microsecond());
    }
    if text.ends_with(['Z', 'z']) {
        return None;
    }
    text.parse::<DateTime>().ok().map(utc)
}

fn utc(moment: DateTime) -> Timestamp {
    let zoned = moment.to_zoned(TimeZone::UTC).ok();
    zoned.and_then(|zoned| Timestamp::from_micros(zoned.timestamp().as_microsecond())).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_a_day_or_a_day_and_a_time() {
        assert_eq!(of_parts(&[2024, 2, 29]), Timestamp::parse("2024-02-29"));
        assert_eq!(of_parts(&[2024, 2, 29, 23, 59, 58]), Timestamp::parse("2024-02-29T23:59:58Z"));
        assert_eq!(of_parts(&[9999, 12, 31, 23, 59, 59]), Some(Timestamp::MAX));
        for none in
            [&[2023, 2, 29][..], &[2024, 13, 1], &[0, 1, 1], &[10_000, 1, 1], &[2024, 1, 1, 24, 0, 0], &[2024, 1, 1, 1, 1, 60], &[2024]]
        {
            assert_eq!(of_parts(none), None, "{none:?}");
        }
    }

    #[test]
    fn texts_are_iso_8601_and_utc_unless_they_say_otherwise() {
        let noon = Timestamp::parse("2024-03-01T12:00:00Z");
        for text in
            ["2024-03-01T12:00:00Z", "2024-03-01T12:00:00", "2024-03-01 12:00", "2024-03-01T14:00:00+02:00", "2024-03-01T12:00:00.0000009"]
        {
            assert_eq!(parse(text), noon, "{text}");
        }
        assert_eq!(parse(" 2024-03-01 "), Timestamp::parse("2024-03-01"));
        assert_eq!(parse("2024-03-01T00:00:00.1234567"), Timestamp::parse("2024-03-01T00:00:00.123456Z"));
        assert_eq!(parse("9999-12-31T23:59:59.9999999"), Some(Timestamp::MAX));
        for text in [
            "",
            "yesterday",
            "2024",
            "20240301",
            "2024-02-30",
            "2024-03-01T25:00",
            "-000001-01-01",
            "2024-03-01[UTC]",
            "12:00",
            "2024-03-01T12:00:00Z Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
