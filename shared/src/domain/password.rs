//! The password of a user, as it was typed.

use std::fmt;

/// 8 to 128 characters, and nothing is said about which: length is what makes a password hard to guess, and rules about
/// letters make it easy to forget. It is taken as it was sent, with its spaces.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// The text cannot be a password. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has {LEAST_CHARS} to {MOST_CHARS} characters")]
pub struct NotAPassword;

const LEAST_CHARS: usize = 8;
const MOST_CHARS: usize = 128;

impl Password {
    /// Takes a password as it was sent.
    pub fn parse(text: &str) -> Result<Self, NotAPassword> {
        // No text is gone through whose bytes are already too many.
        let is_short = text.len() <= MOST_CHARS * 4;
        if is_short && (LEAST_CHARS..=MOST_CHARS).contains(&text.chars().count()) { Ok(Self(text.to_owned())) } else { Err(NotAPassword) }
    }

    /// The password itself. Call it only to hash it.
    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A password never reaches a log line by way of a debug print.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_password_is_bounded_and_never_shown() {
        assert!(Password::parse("ünder 8!").is_ok() && Password::parse(&"ü".repeat(128)).is_ok());
        assert_eq!(Password::parse(" as it is ").unwrap().expose(), b" as it is ");
        for text in ["", "seven 7", &"x".repeat(129), &"x".repeat(1 << 20)] {
            assert_eq!(Password::parse(text), Err(NotAPassword));
        }
        assert_eq!(format!("{:?}", Password::parse("some password").unwrap()), "Password(..)");
        assert!(!NotAPassword.to_string().contains("some"));
    }

    proptest! {
        #[test]
        fn every_text_is_taken_as_it_is_or_refused(text in "\\PC{0,200}") {
            match Password::parse(&text) {
                Ok(password) => prop_assert_eq!(password.expose(), text.as_bytes()),
                Err(NotAPassword) => prop_assert!(!(8..=128).contains(&text.chars().count())),
            }
        }
    }
}
