//! Moments inside signed licences: to the tenth of a microsecond, which is how the vendors' files state them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::time::Timestamp;

/// A moment in UTC between the years 1 and 9999, in steps of 100 ns.
///
/// Its text is RFC 3339 with just as many decimals as it takes, as in `2023-05-30T06:39:07.2883132Z`: finer than
/// [`Timestamp`], because a file's bytes are signed and a digit that was dropped could not be written again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(jiff::Timestamp);

const STEP: i32 = 100;
/// The first second of the year 1, from 1970.
const FIRST: i64 = -719_162 * 86_400;

impl Moment {
    /// Parses RFC 3339 with a zone; more than seven decimals are refused, and so is a year outside of 1 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.parse().ok()?;
        let is_exact = moment.subsec_nanosecond() % STEP == 0;
        (is_exact && moment.as_second() >= FIRST).then_some(Self(moment))
    }
}

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        let micros = timestamp.as_micros().max(FIRST * 1_000_000);
        Self(jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::MAX))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S"))?;
        let steps = self.0.subsec_nanosecond().unsigned_abs() / STEP.unsigned_abs();
        if steps > 0 {
            write!(f, ".{}", format!("{steps:07}").trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a moment"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> Option<String> {
        Moment::parse(text).map(|moment| moment.to_string())
    }

    #[test]
    fn a_moment_has_as_many_decimals_as_it_takes() {
        for text in ["2023-05-30T06:39:07.2883132Z", "2023-05-30T06:39:07Z", "2023-05-30T06:39:07.05Z", "0001-01-01T00:00:00Z"] {
            assert_eq!(again(text).as_deref(), Some(text));
        }
        assert_eq!(again("2023-05-30T08:39:07.500+02:00").as_deref(), Some("2023-05-30T06:39:07.5Z"));
    }

    #[test]
    fn what_could_not_be_written_again_is_refused() {
        for text in ["2023-05-30T06:39:07.28831321Z", "2023-05-30", "2023-05-30T06:39:07", "-000001-01-01T00:00:00Z", "", "soon"] {
            assert_eq!(again(text), None, "{text}");
        }
    }

    #[test]
    fn ours_are_among_them() {
        let ours = Timestamp::parse("2026-11-22T04:47:26.120000Z").unwrap();
        assert_eq!(Moment::from(ours).to_string(), "2026-11-22T04:47:26.12Z");
        assert_eq!(Moment::from(Timestamp::MIN).to_string(), "0001-01-01T00:00:00Z");
    }
}
