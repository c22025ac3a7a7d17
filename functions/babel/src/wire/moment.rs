//! Moments on the wire: RFC 3339, UTC, in whole seconds (seed 004: `2019-08-24T14:15:22Z`).

use latchkey_core::domain::time::Timestamp;
use latchkey_core::query::{Kind, Presence, Type, Value};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Member;

/// A moment. A fraction of a second, another zone, and a plain day are accepted; a time without a zone is UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    /// Parses one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}Z"))).map(Self)
    }
}

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}Z", self.0.date_time().replace(' ', "T")))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom("invalid moment, expected a date such as 2026-11-22T06:00:00Z"))
    }
}

impl Member for Moment {
    const KIND: Kind = Kind::Plain(Type::Moment, Presence::Required);

    fn value(&self) -> Value<'_> {
        self.0.into()
    }
}

impl Member for Option<Moment> {
    const KIND: Kind = Kind::Plain(Type::Moment, Presence::Nullable);

    fn value(&self) -> Value<'_> {
        self.map(|moment| moment.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_whole_seconds_and_read_in_many_forms() {
        let written = |text: &str| serde_json::to_string(&Moment::parse(text).unwrap()).unwrap();
        for text in [
            "2019-08-24T14:15:22Z",
            "2019-08-24T14:15:22.999Z",
            "2019-08-24T16:15:22+02:00",
            "2019-08-24T14:15:22",
            " 2019-08-24T14:15:22Z",
        ] {
            assert_eq!(written(text), r#""2019-08-24T14:15:22Z""#, "{text}");
        }
        assert_eq!(written("2019-08-24"), r#""2019-08-24T00:00:00Z""#);
        for text in ["", "string", "2019-08-24T25:00:00Z", "Z"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
