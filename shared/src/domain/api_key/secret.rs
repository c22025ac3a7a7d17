//! The text of an API key.
//!
//! A key of ours is `api_` and 24 of `a-z0-9` (contracts §5, "`api_{24 lower-case alphanumerics}`"). The first four of the 24
//! are the account's number in base 36; the other 20 are random, 103 bits. The number is no secret, and it lets a call's data
//! be asked for while the key is still being looked up. It is a hint and nothing more: what was read by it counts only where
//! the key turns out to be that account's.

use std::fmt;

use crate::domain::ids::AccountId;
use crate::random::Random;

/// What a script presents: 8 to 128 visible ASCII characters. Keys that a vendor brings along may be anything within this.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeySecret(String);

/// The text cannot be an API key. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an API key has {LEAST_CHARS} to {MOST_CHARS} visible ASCII characters and no spaces")]
pub struct NotAnApiKey;

const LEAST_CHARS: usize = 8;
const MOST_CHARS: usize = 128;

const PREFIX: &str = "api_";
const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const HINT_CHARS: usize = 4;
const RANDOM_CHARS: usize = 20;

/// The first account number that does not fit into the hint.
const NO_HINT_FROM: u32 = 36_u32.pow(4);

/// Stands for no hint, in keys of the accounts beyond: no account has the number 0.
const NO_HINT: &str = "0000";

impl ApiKeySecret {
    /// Takes a key as a script sent it.
    pub fn parse(text: &str) -> Result<Self, NotAnApiKey> {
        let is_bounded = (LEAST_CHARS..=MOST_CHARS).contains(&text.len());
        if is_bounded && text.bytes().all(|byte| byte.is_ascii_graphic()) { Ok(Self(text.to_owned())) } else { Err(NotAnApiKey) }
    }

    /// A new key for `account`.
    pub fn generate(account: AccountId, random: &Random) -> Self {
        Self(format!("{PREFIX}{}{}", hint(account), random.text(LETTERS, RANDOM_CHARS)))
    }

    /// A second secret beside a key, `sec_` and 40 of `a-z0-9`: 206 random bits. Ours; the original's form is not public.
    pub fn generate_client_secret(random: &Random) -> Self {
        Self(format!("sec_{}", random.text(LETTERS, 40)))
    }

    /// The account that the key says it is of. Anybody can write such a key: never trust it.
    pub fn account_hint(&self) -> Option<AccountId> {
        let body = self.0.strip_prefix(PREFIX).filter(|body| body.len() == HINT_CHARS + RANDOM_CHARS)?;
        if !body.bytes().all(|byte| LETTERS.contains(&byte)) {
            return None;
        }
        u32::from_str_radix(&body[..HINT_CHARS], 36).ok().and_then(AccountId::new)
    }

    /// The key itself. Call it only to show it to whom it was made for, or to digest it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Four characters of base 36, the most significant first.
fn hint(account: AccountId) -> String {
    let number = account.get();
    if number >= NO_HINT_FROM {
        return NO_HINT.to_owned();
    }
    [36_u32.pow(3), 36_u32.pow(2), 36, 1].map(|place| char::from(LETTERS[(number / place % 36) as usize])).iter().collect()
}

/// A key never reaches a log line by way of a debug print.
impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeySecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(account: u32) -> ApiKeySecret {
        ApiKeySecret::generate(AccountId::new(account).unwrap(), &Random::seeded(u64::from(account)))
    }

    #[test]
    fn a_key_of_ours_has_the_documented_form_and_tells_its_account() {
        for (account, hint) in [(1, "0001"), (35, "000z"), (36, "0010"), (1_679_615, "zzzz")] {
            let key = made(account);
            let body = key.expose().strip_prefix("api_").unwrap();
            assert_eq!((body.len(), &body[..4]), (24, hint));
            assert!(body.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
            assert_eq!(key.account_hint(), AccountId::new(account));
            assert_eq!(ApiKeySecret::parse(key.expose()), Ok(key));
        }
    }

    #[test]
    fn an_account_beyond_the_hint_has_keys_without_one() {
        for account in [1_679_616, 2_147_483_647] {
            let key = made(account);
            assert!(key.expose().starts_with("api_0000"));
            assert_eq!(key.account_hint(), None);
        }
    }

    #[test]
    fn keys_that_were_brought_along_are_taken_and_have_no_hint() {
        for text in ["Q7g0x9TjB2kLmN4pR6sV8wYzA1cD3eF5", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "api_0001", "api_0001-BCDEFGHIJKLMNOPQRST"]
        {
            assert_eq!(ApiKeySecret::parse(text).unwrap().account_hint(), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_bounded_and_visible() {
        assert!(ApiKeySecret::parse(&"k".repeat(8)).is_ok() && ApiKeySecret::parse(&"k".repeat(128)).is_ok());
        for text in ["", "short12", &"k".repeat(129), "with space", "tab\tinside", "line\nbreak", "Schlüssel", "nul\0inside"] {
            assert_eq!(ApiKeySecret::parse(text), Err(NotAnApiKey), "{text:?}");
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", made(1)), "ApiKeySecret(..)");
    }
}
