//! The pattern language of generated texts: keys, licence ids, customer codes, order numbers.
//!
//! `{TOKEN:n}` is n upper-case letters or digits, `{token:n}` n lower-case letters or digits, `{HEX:n}` and `{hex:n}` n hexadecimal
//! digits in that case. Everything else stands for itself: `lic{HEX:8}`, `C-{TOKEN:8}`, `{TOKEN:5}-{TOKEN:5}`. The words are those of
//! the Babel Licensing Service.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{MAX_CHARS, is_printable};
use crate::random::Random;

/// A parsed pattern. It makes texts of 1 to 255 characters, always of the same length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(char),
    Random { alphabet: Alphabet, length: u8 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alphabet {
    UpperToken,
    LowerToken,
    UpperHex,
    LowerHex,
}

/// Why a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is empty.
    #[error("the pattern is empty")]
    Empty,
    /// It, or what it makes, is too long.
    #[error("a pattern and what it makes have at most {MAX_CHARS} characters")]
    TooLong,
    /// A brace has no partner.
    #[error("a brace of the pattern is not closed, or not opened")]
    Brace,
    /// What stands in braces is not one of the four words, or has no number from 1 to 255.
    #[error("'{{{0}}}' is not known: write {{TOKEN:n}}, {{token:n}}, {{HEX:n}} or {{hex:n}} with n from 1 to {MAX_CHARS}")]
    Placeholder(String),
    /// White space or a character that cannot be seen.
    #[error("a pattern has printable characters only, and no white space")]
    Unprintable,
    /// A key made from it could be found by trying.
    #[error("a key made from this pattern has {0} random bits; it needs at least {1}")]
    TooWeak(u32, u32),
}

impl Pattern {
    /// Parses a pattern; nothing is trimmed.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        if text.chars().nth(MAX_CHARS).is_some() {
            return Err(PatternError::TooLong);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            parts.push(match c {
                '{' => {
                    let (placeholder, after) = rest.split_once('}').ok_or(PatternError::Brace)?;
                    rest = after;
                    Part::placeholder(placeholder).ok_or_else(|| PatternError::Placeholder(placeholder.to_owned()))?
                }
                '}' => return Err(PatternError::Brace),
                c if c.is_whitespace() || !is_printable(c) => return Err(PatternError::Unprintable),
                c => Part::Literal(c),
            });
        }
        if parts.iter().map(Part::length).sum::<usize>() > MAX_CHARS {
            return Err(PatternError::TooLong);
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many random bits a text made from it has, rounded down.
    pub fn random_bits(&self) -> u32 {
        self.parts.iter().map(Part::random_millibits).sum::<u32>() / 1_000
    }

    /// Makes a text.
    pub fn generate(&self, random: &Random) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(c) => text.push(*c),
                Part::Random { alphabet, length } => text.push_str(&random.text(alphabet.letters(), usize::from(*length))),
            }
        }
        text
    }
}

impl Part {
    fn placeholder(text: &str) -> Option<Self> {
        let (word, number) = text.split_once(':')?;
        let alphabet = match word {
            "TOKEN" => Alphabet::UpperToken,
            "token" => Alphabet::LowerToken,
            "HEX" => Alphabet::UpperHex,
            "hex" => Alphabet::LowerHex,
            _ => return None,
        };
        // `parse` alone would take a plus sign.
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let length = number.parse().ok().filter(|length| is_number && *length > 0)?;
        Some(Self::Random { alphabet, length })
    }

    fn length(&self) -> usize {
        match self {
            Self::Literal(_) => 1,
            Self::Random { length, .. } => usize::from(*length),
        }
    }

    fn random_millibits(&self) -> u32 {
        match self {
            Self::Literal(_) => 0,
            Self::Random { alphabet, length } => alphabet.millibits() * u32::from(*length),
        }
    }
}

impl Alphabet {
    fn letters(self) -> &'static [u8] {
        match self {
            Self::UpperToken => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Self::LowerToken => b"0123456789abcdefghijklmnopqrstuvwxyz",
            Self::UpperHex => b"0123456789ABCDEF",
            Self::LowerHex => b"0123456789abcdef",
        }
    }

    /// Thousandths of a bit that one letter carries; the binary logarithm of 36 is 5.1699.
    fn millibits(self) -> u32 {
        match self {
            Self::UpperToken | Self::LowerToken => 5_169,
            Self::UpperHex | Self::LowerHex => 4_000,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::parse(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(pattern: &str) -> String {
        Pattern::parse(pattern).unwrap().generate(&Random::seeded(5))
    }

    #[test]
    fn every_placeholder_draws_from_its_own_letters() {
        for (pattern, prefix, letters) in [
            ("lic{HEX:200}", "lic", "0123456789ABCDEF"),
            ("x{hex:200}", "x", "0123456789abcdef"),
            ("C-{TOKEN:200}", "C-", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            ("actk_{token:200}", "actk_", "0123456789abcdefghijklmnopqrstuvwxyz"),
        ] {
            let text = made(pattern);
            let drawn = text.strip_prefix(prefix).unwrap();
            assert_eq!(drawn.len(), 200);
            assert!(drawn.chars().all(|c| letters.contains(c)), "{text}");
            assert!(drawn.chars().any(|c| c.is_ascii_alphabetic()) && drawn.chars().any(|c| c.is_ascii_digit()), "{text}");
        }
    }

    #[test]
    fn literals_stay_where_they_are() {
        let text = made("{TOKEN:5}-{TOKEN:5}/é:");
        let places: Vec<_> = text.chars().collect();
        assert_eq!((places.len(), places[5], &places[11..]), (14, '-', &['/', 'é', ':'][..]));
        assert_eq!(made("plain"), "plain");
    }

    #[test]
    fn two_texts_of_one_pattern_differ() {
        let (pattern, random) = (Pattern::parse("{TOKEN:16}").unwrap(), Random::seeded(6));
        assert_ne!(pattern.generate(&random), pattern.generate(&random));
    }

    #[test]
    fn random_bits_are_counted_and_rounded_down() {
        for (pattern, bits) in
            [("abc", 0), ("lic{HEX:8}", 32), ("C-{TOKEN:8}", 41), ("{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}", 103), ("{token:25}", 129)]
        {
            assert_eq!(Pattern::parse(pattern).unwrap().random_bits(), bits, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_a_pattern_is_refused_with_its_reason() {
        let placeholder = |text: &str| PatternError::Placeholder(text.to_owned());
        for (text, error) in [
            ("", PatternError::Empty),
            ("{TOKEN:5", PatternError::Brace),
            ("TOKEN:5}", PatternError::Brace),
            ("{TOKEN:5}}", PatternError::Brace),
            ("{{TOKEN:5}", placeholder("{TOKEN:5")),
            ("{}", placeholder("")),
            ("{TOKEN}", placeholder("TOKEN")),
            ("{Token:5}", placeholder("Token:5")),
            ("{TOKEN:}", placeholder("TOKEN:")),
            ("{TOKEN:0}", placeholder("TOKEN:0")),
            ("{TOKEN:+5}", placeholder("TOKEN:+5")),
            ("{TOKEN:256}", placeholder("TOKEN:256")),
            ("{TOKEN:200}{HEX:56}", PatternError::TooLong),
            ("a b", PatternError::Unprintable),
            ("a\u{200b}b", PatternError::Unprintable),
        ] {
            assert_eq!(Pattern::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(Pattern::parse(&"a".repeat(256)), Err(PatternError::TooLong));
        assert_eq!(placeholder("X").to_string(), "'{X}' is not known: write {TOKEN:n}, {token:n}, {HEX:n} or {hex:n} with n from 1 to 255");
    }
}
