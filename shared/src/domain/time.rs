//! Moments, to the microsecond, always UTC.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment in UTC with microsecond precision, between the years 0000 and 9999.
///
/// Its text form is `2026-11-22T04:47:26.123456Z`: always the same width, so that the order of texts is the order of
/// moments and it can stand in a sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const MICROS_PER_SECOND: i64 = 1_000_000;

impl Timestamp {
    /// The last moment that is accepted, the end of the calendar library's range: `9999-12-30T22:00:00.999999Z`.
    pub const MAX: Self = Self(253_402_207_200_999_999);
    /// The first moment that is accepted: `0000-01-01T00:00:00.000000Z`.
    pub const MIN: Self = Self(-62_167_219_200 * MICROS_PER_SECOND);

    /// The moment `micros` microseconds after 1970, or nothing where it lies outside the range.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&micros).then_some(Self(micros))
    }

    /// The moment `seconds` seconds after 1970, or nothing where it lies outside the range.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(MICROS_PER_SECOND).and_then(Self::from_micros)
    }

    /// Microseconds since 1970.
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    pub fn as_seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// The moment `seconds` later (earlier where negative), held at the range's ends.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND));
        Self(moved.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The calendar day, as `2026-11-22`.
    pub fn date(self) -> String {
        self.calendar().strftime("%Y-%m-%d").to_string()
    }

    /// The calendar day and the time of day, UTC, as `2026-11-22 04:47:26`.
    pub fn date_time(self) -> String {
        self.calendar().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Parses RFC 3339 or a plain day (its midnight, UTC).
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Self::from_micros(moment.as_microsecond());
        }
        // The library would take a time of day without a zone for its day.
        let day: jiff::civil::Date = if text.len() == "2026-11-22".len() { text.parse().ok()? } else { return None };
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Self::from_micros(midnight.timestamp().as_microsecond())
    }

    fn calendar(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.calendar().strftime("%Y-%m-%dT%H:%M:%S.%6fZ"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a moment"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_form_has_a_fixed_width() {
        let moment = Timestamp::from_micros(1_795_322_846_000_007).unwrap();
        assert_eq!(moment.to_string(), "2026-11-22T04:47:26.000007Z");
        assert_eq!(Timestamp::MIN.to_string().len(), moment.to_string().len());
        assert_eq!(Timestamp::MAX.to_string().len(), moment.to_string().len());
    }

    #[test]
    fn a_moment_is_shown_with_its_second() {
        let moment = Timestamp::from_micros(1_519_092_610_999_999).unwrap();
        assert_eq!((moment.date(), moment.date_time()), ("2018-02-20".to_owned(), "2018-02-20 02:10:10".to_owned()));
    }

    #[test]
    fn a_plain_day_is_its_midnight() {
        assert_eq!(Timestamp::parse("2026-11-22").unwrap().to_string(), "2026-11-22T00:00:00.000000Z");
        for text in ["tomorrow", "2026-11-22 10:00", "2026-11-22T10:00", "20261122", "2026-13-01", ""] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn texts_sort_as_moments_and_parse_back(a in Timestamp::MIN.0..=Timestamp::MAX.0, b in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let (a, b) = (Timestamp(a), Timestamp(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
            prop_assert_eq!(Timestamp::parse(&a.to_string()), Some(a));
        }
    }
}
