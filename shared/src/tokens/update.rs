//! The update token (seed 002, "POST /software/update/prepare": `access_token`).
//!
//! 74 bytes, written as 100 letters and digits:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this form: 1 |
//! | 5 | the second since 1970 after which it is too old |
//! | 4 | product |
//! | 4 | release |
//! | 12 | digest of the site's seat |
//! | 16 | random, so that no two tokens are alike |
//! | 32 | HMAC-SHA-256 over all this and the digest of the licence key |
//!
//! The key itself is sent beside the token, so it need not be inside: a token sent with another key does not verify.

use super::TokenKeys;
use super::frame::Frame;
use crate::domain::ids::{ProductId, ReleaseId};
use crate::domain::key::KeyDigest;
use crate::domain::refusal::Refusal;
use crate::domain::seat::SeatDigest;
use crate::domain::time::Timestamp;
use crate::random::Random;

/// How long an update token lives, in seconds (seed 002: `expires_in`).
pub const UPDATE_TOKEN_SECONDS: i64 = 300;

const FRAME: Frame<74> = Frame { purpose: "latchkey:update-token:v1", chars: 100 };

/// The right to fetch one release's package for one site of one licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateToken {
    /// The licence.
    pub key: KeyDigest,
    /// The product.
    pub product: ProductId,
    /// The release.
    pub release: ReleaseId,
    /// The site's seat.
    pub seat: SeatDigest,
    /// The first moment at which it is too old, in whole seconds.
    pub expires: Timestamp,
}

impl UpdateToken {
    /// The 100 characters that stand for it.
    pub fn seal(&self, keys: &TokenKeys, random: &Random) -> String {
        let (product, release) = (self.product.get().to_be_bytes(), self.release.get().to_be_bytes());
        let parts = [&product[..], &release, self.seat.as_bytes(), &random.bytes::<16>()];
        FRAME.seal(keys, self.expires, &parts, &[self.key.to_text().as_bytes()])
    }

    /// The token that `text` stands for, if it was made for `key` and is not too old at `now`.
    pub fn open(text: &str, key: KeyDigest, keys: &TokenKeys, now: Timestamp) -> Result<Self, Refusal> {
        let token = Self::verified(text, key, keys).ok_or(Refusal::LinkInvalid)?;
        if now < token.expires { Ok(token) } else { Err(Refusal::LinkExpired) }
    }

    fn verified(text: &str, key: KeyDigest, keys: &TokenKeys) -> Option<Self> {
        let (expires, mut content) = FRAME.open(text, keys, &[key.to_text().as_bytes()])?;
        Some(Self {
            key,
            product: content.id(ProductId::new)?,
            release: content.id(ReleaseId::new)?,
            seat: SeatDigest::from_bytes(content.bytes()?),
            expires,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Secret, TokenSecrets};
    use crate::domain::key::LicenseKey;
    use crate::domain::seat::Device;

    fn secret(letter: char) -> Secret {
        Secret::parse("LATCHKEY_TOKEN_SECRET", &letter.to_string().repeat(32)).unwrap()
    }

    fn keys(current: char, previous: Option<char>) -> TokenKeys {
        TokenKeys::new(&TokenSecrets { current: secret(current), previous: previous.map(secret) })
    }

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000).unwrap()
    }

    fn token() -> UpdateToken {
        UpdateToken {
            key: LicenseKey::parse("TEST-KEY-0001").unwrap().digest(),
            product: ProductId::new(3).unwrap(),
            release: ReleaseId::new(7).unwrap(),
            seat: Device::parse("example.com").unwrap().digest(),
            expires: now().plus_seconds(UPDATE_TOKEN_SECONDS),
        }
    }

    #[test]
    fn a_token_is_a_hundred_alphanumerics_that_open_to_what_was_sealed() {
        let text = token().seal(&keys('a', None), &Random::seeded(1));
        assert!(text.len() == 100 && text.bytes().all(|c| c.is_ascii_alphanumeric()));
        assert_eq!(UpdateToken::open(&text, token().key, &keys('a', None), now()), Ok(token()));
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let random = Random::seeded(1);
        assert_ne!(token().seal(&keys('a', None), &random), token().seal(&keys('a', None), &random));
    }

    #[test]
    fn a_token_is_accepted_until_its_last_second_and_no_longer() {
        let keys = keys('a', None);
        let text = token().seal(&keys, &Random::seeded(1));
        let open = |seconds| UpdateToken::open(&text, token().key, &keys, now().plus_seconds(seconds));
        assert!(open(299).is_ok());
        assert_eq!(open(300), Err(Refusal::LinkExpired));
    }

    #[test]
    fn a_rotated_secret_is_accepted_and_one_before_it_is_not() {
        let text = token().seal(&keys('a', None), &Random::seeded(1));
        assert!(UpdateToken::open(&text, token().key, &keys('b', Some('a')), now()).is_ok());
        assert_eq!(UpdateToken::open(&text, token().key, &keys('c', Some('b')), now()), Err(Refusal::LinkInvalid));
    }

    #[test]
    fn any_change_of_a_token_makes_it_invalid() {
        let keys = keys('a', None);
        let text = token().seal(&keys, &Random::seeded(1));
        for position in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(UpdateToken::open(&changed, token().key, &keys, now()), Err(Refusal::LinkInvalid), "position {position}");
        }
        for changed in [&text[1..], &text[..99], &format!("{text}0"), &format!("0{text}"), "", &"é".repeat(50)] {
            assert_eq!(UpdateToken::open(changed, token().key, &keys, now()), Err(Refusal::LinkInvalid));
        }
    }

    #[test]
    fn a_token_of_one_licence_is_invalid_with_the_key_of_another() {
        let keys = keys('a', None);
        let text = token().seal(&keys, &Random::seeded(1));
        let other = LicenseKey::parse("TEST-KEY-0002").unwrap().digest();
        assert_eq!(UpdateToken::open(&text, other, &keys, now()), Err(Refusal::LinkInvalid));
    }
}
