//! Prices, taxes and the like: JSON numbers on the wire, exact within.

use latchkey_core::domain::fixed_point::FixedPoint;
use latchkey_core::query::{Decimal, Kind, Presence, Type, Value};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Member;

/// A number with four digits after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = f64))]
pub(crate) struct Amount(pub(crate) FixedPoint);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A whole number without a point, as the examples have it.
        match self.0.to_string().parse::<i64>() {
            Ok(whole) => serializer.serialize_i64(whole),
            Err(_) => serializer.serialize_f64(self.0.to_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        FixedPoint::from_f64(number)
            .map(Self)
            .map_err(|_| D::Error::custom("invalid number, expected one of at most eleven digits before the point"))
    }
}

impl Member for Amount {
    const KIND: Kind = Kind::Plain(Type::Decimal, Presence::Required);

    fn value(&self) -> Value<'_> {
        Decimal::parse(&self.0.to_string()).into()
    }
}
