//! The licence key: what a customer types in.
//!
//! Architecture Invariant: a key is never printed. It has no `Display`, its `Debug` is redacted, no error repeats it, and what names
//! a licence in the table and in logs is its [`KeyDigest`].

use std::fmt;

use serde::{Deserialize, Serialize};

pub mod addressed;
mod digest;
pub mod format;
pub mod pattern;

pub use digest::KeyDigest;

/// The most characters of a key. An imported key may be anything within this.
pub const MAX_CHARS: usize = 255;

/// A licence key: 1 to [`MAX_CHARS`] printable characters. Case and inner spaces are part of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct LicenseKey(String);

/// Why a text is not a key, or why a key cannot be made. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing remains of it once white space around it is trimmed.
    #[error("the license key is empty")]
    Empty,
    /// It has more than [`MAX_CHARS`] characters.
    #[error("a license key has at most {MAX_CHARS} characters")]
    TooLong,
    /// It has a control character, a line break or an invisible character.
    #[error("a license key has printable characters only")]
    Unprintable,
    /// The host that a key of this format has to carry cannot stand in it.
    #[error("the host cannot stand in a license key")]
    Host,
    /// The host that a key of this format has to carry makes it too long.
    #[error("the host is too long to stand in a license key")]
    HostTooLong,
}

impl LicenseKey {
    /// Takes a key as a client or a vendor sent it, without the white space around it.
    pub fn parse(input: &str) -> Result<Self, KeyError> {
        let key = input.trim();
        if key.is_empty() {
            return Err(KeyError::Empty);
        }
        // Counting stops early, for the text may be as long as a request.
        if key.chars().nth(MAX_CHARS).is_some() {
            return Err(KeyError::TooLong);
        }
        if key.chars().all(is_printable) { Ok(Self(key.to_owned())) } else { Err(KeyError::Unprintable) }
    }

    /// The key itself. Call it only to answer somebody who may see the key, or to store it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The name under which the licence is found.
    pub fn digest(&self) -> KeyDigest {
        KeyDigest::of(&self.0)
    }
}

impl fmt::Debug for LicenseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LicenseKey(..)")
    }
}

impl TryFrom<String> for LicenseKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::parse(&text)
    }
}

/// Whether a reader would see something, or a space: not control characters, line and paragraph separators, zero-width
/// characters or marks that turn the direction of writing. Two keys that look alike would differ in these alone.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_a_key_is_not_part_of_it() {
        assert_eq!(LicenseKey::parse(" \tAB CD-ef\r\n").unwrap().expose(), "AB CD-ef");
        assert_eq!(LicenseKey::parse("Schlüssel-鍵").unwrap().expose(), "Schlüssel-鍵");
    }

    #[test]
    fn a_key_is_bounded_and_printable() {
        assert_eq!(LicenseKey::parse(" \n "), Err(KeyError::Empty));
        assert!(LicenseKey::parse(&"鍵".repeat(MAX_CHARS)).is_ok());
        assert_eq!(LicenseKey::parse(&"k".repeat(MAX_CHARS + 1)), Err(KeyError::TooLong));
        for bad in ["AB\nCD", "AB\0CD", "AB\u{7f}CD", "AB\u{85}CD", "AB\u{2028}CD", "AB\u{200b}CD", "AB\u{202e}CD", "\u{feff}AB"] {
            assert_eq!(LicenseKey::parse(bad), Err(KeyError::Unprintable), "{bad:?}");
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        let key = LicenseKey::parse("very-secret").unwrap();
        assert_eq!(format!("{key:?} {:?}", Some(&key)), "LicenseKey(..) Some(LicenseKey(..))");
        let error = serde_json::from_str::<LicenseKey>("\"very\\u0000secret\"").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn json_carries_the_key_itself() {
        let key: LicenseKey = serde_json::from_str("\"AB-CD\"").unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"AB-CD\"");
    }
}
