//! Exact decimal numbers, of the range that the original's have.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;

/// The most digits after the point.
const MOST_PLACES: u32 = 28;
/// The first whole number that is too large, as in .NET: 2^96.
const TOO_LARGE: i128 = 1 << 96;

/// A decimal number: fewer than 2^96 units of a power of ten that is at most 28 places after the point. Exact, and one value
/// has one form, so `1.50` and `1.5` are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i128,
    places: u32,
}

impl Decimal {
    /// Parses digits with an optional sign, point and exponent, such as `-12.50` and `1e3`. Nothing where it is not a number, or
    /// not exactly one of these.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, number) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || number.ends_with('.') {
            return None;
        }
        let mut units: i128 = 0;
        for digit in whole.chars().chain(fraction.trim_end_matches('0').chars()) {
            units = units.checked_mul(10)?.checked_add(i128::from(digit.to_digit(10)?))?;
        }
        let places = i32::try_from(fraction.trim_end_matches('0').len()).ok()?.checked_sub(exponent)?;
        Self::new(if negative { -units } else { units }, places)
    }

    /// `units` of 10^-`places`, in its one form.
    fn new(mut units: i128, mut places: i32) -> Option<Self> {
        if units == 0 {
            return Some(Self { units, places: 0 });
        }
        while units % 10 == 0 && places > 0 {
            units /= 10;
            places -= 1;
        }
        while places < 0 {
            units = units.checked_mul(10)?;
            places += 1;
        }
        let places = u32::try_from(places).ok().filter(|places| *places <= MOST_PLACES)?;
        (units.abs() < TOO_LARGE).then_some(Self { units, places })
    }

    /// It as a whole number, where it is one.
    pub fn whole(self) -> Option<i64> {
        if self.places == 0 { i64::try_from(self.units).ok() } else { None }
    }

    /// The whole part, rounded down, and what is left in units of 10^-28.
    fn parts(self) -> (i128, i128) {
        let unit = 10_i128.pow(self.places);
        (self.units.div_euclid(unit), self.units.rem_euclid(unit) * 10_i128.pow(MOST_PLACES - self.places))
    }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Self { units: i128::from(whole), places: 0 }
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self { units: -self.units, places: self.places }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let unit = 10_u128.pow(self.places);
        let (whole, fraction) = (self.units.unsigned_abs() / unit, self.units.unsigned_abs() % unit);
        if self.places == 0 {
            return write!(f, "{sign}{whole}");
        }
        let width = usize::try_from(self.places).unwrap_or_default();
        write!(f, "{sign}{whole}.{fraction:0width$}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn a_number_has_one_form() {
        for (text, shown) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("1.50", "1.5"),
            ("007", "7"),
            ("+2", "2"),
            ("-12.05", "-12.05"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("25e-4", "0.0025"),
            ("100e-2", "1"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!(number(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_such_number_is_refused() {
        for text in
            ["", ".", "1.", ".5", "-", "1,5", "1e", "1e99", "1e-40", "0.00000000000000000000000000001", "79228162514264337593543950336"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse(&"9".repeat(4000)), None);
    }

    #[test]
    fn numbers_are_compared_by_their_value() {
        let ascending =
            ["-2", "-1.5", "-1.49", "-0.0000000000000000000000000001", "0", "0.1", "0.11", "1", "79228162514264337593543950335"];
        for pair in ascending.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
        assert_eq!(number("5.0").whole(), Some(5));
        assert_eq!(number("5.1").whole(), None);
        assert_eq!(number("9223372036854775808").whole(), None);
    }

    proptest! {
        #[test]
        fn whole_numbers_keep_their_order_and_parse_back(a: i64, b: i64) {
            let (left, right) = (Decimal::from(a), Decimal::from(b));
            prop_assert_eq!(left.cmp(&right), a.cmp(&b));
            prop_assert_eq!(Decimal::parse(&left.to_string()), Some(left));
        }
    }
}
