//! Money: an amount of a currency, in the currency's smallest unit.

use std::fmt;

use iso_currency::Currency as Iso;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most digits before the point. With four after it, the most that any currency has, every amount fits into 64 bits.
const MOST_DIGITS: usize = 12;

/// A currency of ISO 4217 that amounts can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(Iso);

/// An amount above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// How much, in the currency's smallest unit: cents.
    minor: u64,
    currency: Currency,
}

/// A share of a price: from 1 % to 100 %, in hundredths of a per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Percentage(u16);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one point.
    #[error("must be a number such as 9.90")]
    Form,
    /// More digits after the point than can be paid with.
    #[error("has too many digits after the point")]
    TooFine,
    /// Outside its bounds.
    #[error("is out of range")]
    Range,
}

/// The text is no currency's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a currency is its code of three letters (ISO 4217), such as EUR")]
pub struct NotACurrency;

impl Currency {
    /// Takes a code of three letters, in any case. What nobody pays with, such as gold (`XAU`), is no currency here.
    pub fn parse(text: &str) -> Result<Self, NotACurrency> {
        let currency = Iso::from_code(&text.trim().to_ascii_uppercase()).filter(|currency| currency.exponent().is_some());
        currency.map(Self).ok_or(NotACurrency)
    }

    /// The code: `EUR`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many digits stand after the point.
    fn digits(self) -> usize {
        usize::from(self.0.exponent().unwrap_or(0))
    }
}

impl Money {
    /// Takes an amount above zero, such as `9.90` or `9.9`, with at most as many digits after the point as the currency has.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let minor = decimal(amount, currency.digits())?;
        if minor == 0 { Err(MoneyError::Range) } else { Ok(Self { minor, currency }) }
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount with all its digits: `9.90`.
    pub fn amount(self) -> String {
        written(self.minor, self.currency.digits())
    }
}

impl Percentage {
    /// Takes a number from 1 to 100 with at most two digits after the point.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let hundredths = u16::try_from(decimal(text, 2)?).map_err(|_| MoneyError::Range)?;
        Self::of_hundredths(hundredths).ok_or(MoneyError::Range)
    }

    fn of_hundredths(hundredths: u16) -> Option<Self> {
        (100..=10_000).contains(&hundredths).then_some(Self(hundredths))
    }
}

/// Without digits that say nothing: `15`, `12.5`.
impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(written(u64::from(self.0), 2).trim_end_matches('0').trim_end_matches('.'))
    }
}

/// `text` times ten to the power of `digits`.
fn decimal(text: &str, digits: usize) -> Result<u64, MoneyError> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return Err(MoneyError::Form);
    }
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    if whole.len() > MOST_DIGITS {
        return Err(MoneyError::Range);
    }
    if part.len() > digits {
        return Err(MoneyError::TooFine);
    }
    format!("0{whole}{part:0<digits$}").parse().map_err(|_| MoneyError::Range)
}

fn written(number: u64, digits: usize) -> String {
    let text = format!("{number:0>width$}", width = digits + 1);
    let (whole, part) = text.split_at(text.len() - digits);
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Percentage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_hundredths(u16::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("from 1 to 100 per cent"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(amount: &str, currency: &str) -> Result<String, MoneyError> {
        Money::parse(amount, Currency::parse(currency).unwrap()).map(Money::amount)
    }

    #[test]
    fn an_amount_has_the_digits_of_its_currency() {
        assert_eq!(money("9.9", "EUR").unwrap(), "9.90");
        assert_eq!(money("0.05", "eur").unwrap(), "0.05");
        assert_eq!(money("100", "JPY").unwrap(), "100");
        assert_eq!(money("1.2340", "BHD").unwrap(), "1.234");
        assert_eq!(money("000999999999999.99", "EUR").unwrap(), "999999999999.99");
    }

    #[test]
    fn what_cannot_be_paid_is_no_amount() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1,5", "1e3", "NaN", "0x1", "1.2.3", "١"] {
            assert_eq!(money(text, "EUR"), Err(MoneyError::Form), "{text}");
        }
        for (text, currency) in [("9.999", "EUR"), ("1.5", "JPY"), ("0.0001", "BHD")] {
            assert_eq!(money(text, currency), Err(MoneyError::TooFine), "{text}");
        }
        for text in ["0", "0.00", "1000000000000", &"9".repeat(400)] {
            assert_eq!(money(text, "EUR"), Err(MoneyError::Range), "{text}");
        }
    }

    #[test]
    fn a_percentage_is_from_one_to_a_hundred() {
        for (text, shown) in [("1", "1"), ("15", "15"), ("12.5", "12.5"), ("33.33", "33.33"), ("100.00", "100"), ("10", "10")] {
            assert_eq!(Percentage::parse(text).unwrap().to_string(), shown);
        }
        for text in ["0", "0.99", "100.01", "101", "65536", "655.36"] {
            assert_eq!(Percentage::parse(text), Err(MoneyError::Range), "{text}");
        }
        assert_eq!(Percentage::parse("12.345"), Err(MoneyError::TooFine));
        assert_eq!(Percentage::parse("-5"), Err(MoneyError::Form));
    }

    #[test]
    fn a_currency_is_one_that_is_paid_with() {
        assert_eq!(Currency::parse(" eur ").unwrap().code(), "EUR");
        for text in ["", "EURO", "XXX", "XAU", "ABC", "978", "€"] {
            assert_eq!(Currency::parse(text), Err(NotACurrency), "{text}");
        }
    }

    proptest! {
        #[test]
        fn amounts_come_back_from_their_text_and_from_json(minor in 1..=99_999_999_999_999_u64) {
            let currency = Currency::parse("EUR").unwrap();
            let money = Money { minor, currency };
            prop_assert_eq!(Money::parse(&money.amount(), currency), Ok(money));
            prop_assert_eq!(serde_json::from_str::<Money>(&serde_json::to_string(&money).unwrap()).unwrap(), money);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = (Percentage::parse(&text), Currency::parse(&text), money(&text, "USD"));
        }
    }
}
