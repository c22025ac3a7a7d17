//! The country: where a customer is at home.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A country of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country(&'static str);

/// The text is no country's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a country is its code of two or three letters (ISO 3166-1), such as DE or DEU")]
pub struct NotACountry;

impl Country {
    /// Takes a code of two or three letters, in any case.
    pub fn parse(text: &str) -> Result<Self, NotACountry> {
        let code = text.trim().to_ascii_uppercase();
        let found = if code.len() == 2 { rust_iso3166::from_alpha2(&code) } else { rust_iso3166::from_alpha3(&code) };
        found.map(|country| Self(country.alpha3)).ok_or(NotACountry)
    }

    /// The code of two letters: `DE`.
    pub fn alpha2(self) -> &'static str {
        rust_iso3166::from_alpha3(self.0).map_or(self.0, |country| country.alpha2)
    }

    /// The code of three letters: `DEU`.
    pub fn alpha3(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Country {
    type Err = NotACountry;

    fn from_str(text: &str) -> Result<Self, NotACountry> {
        Self::parse(text)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_and_three_are_one_country() {
        for text in ["DE", "DEU", " deu ", "de"] {
            assert_eq!(Country::parse(text).unwrap().alpha3(), "DEU", "{text}");
        }
        let country = Country::parse("nl").unwrap();
        assert_eq!(serde_json::from_str::<Country>(&serde_json::to_string(&country).unwrap()).unwrap(), country);
    }

    #[test]
    fn what_is_no_countrys_code_is_refused() {
        for text in ["", "D", "XX", "XXX", "Germany", "276", "D\u{45}\u{301}"] {
            assert_eq!(Country::parse(text), Err(NotACountry), "{text}");
        }
    }
}
