//! Bounded texts: nothing of unknown length or with control characters gets past these doors.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("must be at most {max} characters")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// A character that has no place there.
    #[error("holds a character that is not allowed: {0:?}")]
    Character(char),
    /// Right letters, wrong form.
    #[error("{0}")]
    Form(&'static str),
}

/// One line of 1 to `MAX` characters: trimmed, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

/// Text of at most `MAX` characters that may have several lines and may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Prose<const MAX: usize>(String);

/// A product's folder name in a WordPress installation: 1 to 100 of `A-Z a-z 0-9 . _ -`, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// A product's public code, as in a shop's link: 1 to 64 of `A-Z a-z 0-9 _ -`, beginning with a letter or digit.
/// Unique in a deployment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ProductCode(String);

/// An absolute `https` or `http` address of at most 2,048 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct WebUrl(String);

/// An e-mail address, trimmed and lower-cased: at most 254 characters, one `@`, no white space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl<const MAX: usize> Line<MAX> {
    /// Trims and checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = bounded(text.trim(), MAX)?;
        match text.chars().find(|c| c.is_control()) {
            Some(c) => Err(TextError::Character(c)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// Checks `text`; carriage returns are dropped, other control characters but line feed and tab are refused.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.replace('\r', "");
        if text.chars().count() > MAX {
            return Err(TextError::TooLong { max: MAX });
        }
        match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            Some(c) => Err(TextError::Character(c)),
            None => Ok(Self(text)),
        }
    }
}

impl Slug {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = identifier(text, 100, &['.', '_', '-'])?;
        if text.ends_with('.') { Err(TextError::Form("must not end with a dot")) } else { Ok(Self(text.to_owned())) }
    }
}

impl ProductCode {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        identifier(text, 64, &['_', '-']).map(|text| Self(text.to_owned()))
    }
}

impl WebUrl {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = bounded(text.trim(), 2_048)?;
        let url = url::Url::parse(text).map_err(|_| TextError::Form("must be an address such as https://example.com/page"))?;
        if matches!(url.scheme(), "http" | "https") && url.has_host() {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError::Form("must begin with https:// or http://"))
        }
    }
}

impl Email {
    /// Trims, lower-cases and checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = bounded(text.trim(), 254)?.to_lowercase();
        if let Some(c) = text.chars().find(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"')) {
            return Err(TextError::Character(c));
        }
        match text.split_once('@') {
            Some((local, host)) if !local.is_empty() && !host.is_empty() && !host.contains('@') => Ok(Self(text)),
            _ => Err(TextError::Form("must be an address such as name@example.com")),
        }
    }
}

/// An e-mail address never reaches a log line by way of a debug print.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

fn bounded(text: &str, max: usize) -> Result<&str, TextError> {
    if text.is_empty() {
        Err(TextError::Empty)
    } else if text.chars().count() > max {
        Err(TextError::TooLong { max })
    } else {
        Ok(text)
    }
}

fn identifier<'a>(text: &'a str, max: usize, extra: &[char]) -> Result<&'a str, TextError> {
    let text = bounded(text, max)?;
    if let Some(c) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !extra.contains(c)) {
        return Err(TextError::Character(c));
    }
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Ok(text)
    } else {
        Err(TextError::Form("must begin with a letter or a digit"))
    }
}

macro_rules! text_impls {
    ($([$($generic:tt)*] $name:ty;)+) => {$(
        impl<$($generic)*> $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de, $($generic)*> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }

        impl<$($generic)*> std::str::FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::parse(text)
            }
        }
    )+};
}

text_impls! {
    [const MAX: usize] Line<MAX>;
    [const MAX: usize] Prose<MAX>;
    [] Slug;
    [] ProductCode;
    [] WebUrl;
    [] Email;
}

impl From<&ProductCode> for Line<64> {
    fn from(code: &ProductCode) -> Self {
        Self(code.0.clone())
    }
}

impl From<&WebUrl> for Line<2_048> {
    fn from(url: &WebUrl) -> Self {
        Self(url.0.clone())
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ProductCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_bounded_and_single() {
        assert_eq!(Line::<5>::parse("  abc ").unwrap().as_str(), "abc");
        assert_eq!(Line::<5>::parse("äöüßé").unwrap().as_str(), "äöüßé");
        assert_eq!(Line::<5>::parse("abcdef"), Err(TextError::TooLong { max: 5 }));
        assert_eq!(Line::<5>::parse(" "), Err(TextError::Empty));
        assert_eq!(Line::<5>::parse("a\nb"), Err(TextError::Character('\n')));
    }

    #[test]
    fn prose_keeps_lines_and_may_be_empty() {
        assert_eq!(Prose::<9>::parse("a\r\nb\tc").unwrap().as_str(), "a\nb\tc");
        assert_eq!(Prose::<9>::parse("").unwrap().as_str(), "");
        assert_eq!(Prose::<9>::parse("a\0b"), Err(TextError::Character('\0')));
    }

    #[test]
    fn a_slug_cannot_climb_out_of_its_folder() {
        assert!(Slug::parse("test-plugin").is_ok());
        for text in ["..", ".hidden", "a/b", "a\\b", "a#b", "", "a b", "plugin."] {
            assert!(Slug::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_email_has_one_form_and_shows_none() {
        assert_eq!(Email::parse(" Dev@Example.COM ").unwrap().as_str(), "dev@example.com");
        assert_eq!(format!("{:?}", Email::parse("a@b.c").unwrap()), "Email(…)");
        for text in ["a", "@b", "a@", "a@b@c", "a b@c.d", "<a@b.c>", "a@b.c\r\nBcc: d@e.f"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_is_absolute_and_of_the_web() {
        assert!(WebUrl::parse("https://example.com/software/page-id").is_ok());
        for text in ["example.com", "javascript:alert(1)", "ftp://example.com/", "https://", "/page"] {
            assert!(WebUrl::parse(text).is_err(), "{text:?}");
        }
    }
}
