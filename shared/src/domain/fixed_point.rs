//! Numbers with four digits after the point: prices, taxes and the like, where no currency comes with them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::money::MoneyError;

/// The most digits before the point: what is written with them and four after it is told apart by a 64-bit floating point number,
/// which is what management interfaces carry.
const MOST_DIGITS: usize = 11;

/// The largest, in ten thousandths.
const MOST: i64 = 999_999_999_999_999;

/// An exact number from -99,999,999,999.9999 to 99,999,999,999.9999 with four digits after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FixedPoint(i64);

impl FixedPoint {
    /// Takes digits with at most one point, such as `9.9` or `-0.05`, and at most four digits that say something after it.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(part) {
            return Err(MoneyError::Form);
        }
        let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
        if whole.len() > MOST_DIGITS {
            return Err(MoneyError::Range);
        }
        if part.len() > 4 {
            return Err(MoneyError::TooFine);
        }
        let number: i64 = format!("0{whole}{part:0<4}").parse().map_err(|_| MoneyError::Range)?;
        Ok(Self(sign * number))
    }

    /// Takes a floating point number, rounded to four digits after the point: what a client has added up is seldom exact.
    pub fn from_f64(number: f64) -> Result<Self, MoneyError> {
        if !number.is_finite() {
            return Err(MoneyError::Form);
        }
        Self::parse(&format!("{number:.4}"))
    }

    /// The nearest floating point number, from which [`Self::from_f64`] makes this one again.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or_default()
    }
}

/// Without digits that say nothing: `15`, `-0.05`.
impl fmt::Display for FixedPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000);
        let text = format!("{sign}{whole}.{part:04}");
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl FromStr for FixedPoint {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for FixedPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        if (-MOST..=MOST).contains(&number) { Ok(Self(number)) } else { Err(serde::de::Error::custom("the number is out of range")) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_shown_as_short_as_it_can_be() {
        for (text, shown) in
            [("9.90", "9.9"), ("-0.05", "-0.05"), ("007", "7"), ("0", "0"), ("-0", "0"), ("1.23450", "1.2345"), ("10", "10")]
        {
            assert_eq!(FixedPoint::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_such_number_is_refused() {
        for text in ["", "-", ".5", "1.", "1e3", "+1", "1,5", "--1", "NaN", "1.2.3"] {
            assert_eq!(FixedPoint::parse(text), Err(MoneyError::Form), "{text}");
        }
        assert_eq!(FixedPoint::parse("0.00001"), Err(MoneyError::TooFine));
        assert_eq!(FixedPoint::parse("100000000000"), Err(MoneyError::Range));
        for number in [f64::NAN, f64::INFINITY] {
            assert_eq!(FixedPoint::from_f64(number), Err(MoneyError::Form));
        }
        assert_eq!(FixedPoint::from_f64(1e300), Err(MoneyError::Range));
    }

    #[test]
    fn what_a_client_added_up_is_rounded() {
        assert_eq!(FixedPoint::from_f64(0.1 + 0.2), FixedPoint::parse("0.3"));
    }

    proptest! {
        #[test]
        fn every_number_comes_back_from_its_text_from_floating_point_and_from_json(number in -MOST..=MOST) {
            let number = FixedPoint(number);
            prop_assert_eq!(FixedPoint::parse(&number.to_string()), Ok(number));
            prop_assert_eq!(FixedPoint::from_f64(number.to_f64()), Ok(number));
            prop_assert_eq!(serde_json::from_str::<FixedPoint>(&serde_json::to_string(&number).unwrap()).unwrap(), number);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = FixedPoint::parse(&text);
        }
    }
}
