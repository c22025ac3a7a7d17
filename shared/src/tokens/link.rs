//! The link token: it stands alone in an address that sites keep for hours and then fetch with a plain GET.
//!
//! 82 bytes, written as 111 letters and digits:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this form: 1 |
//! | 5 | the second since 1970 after which it is too old |
//! | 24 | digest of the licence key |
//! | 4 | product |
//! | 4 | release |
//! | 12 | digest of the site's seat |
//! | 32 | HMAC-SHA-256 over all this |
//!
//! The key itself is not inside, nor can it be found from its digest, unless it is an imported one that can be guessed.

use super::TokenKeys;
use super::frame::Frame;
use crate::domain::ids::{ProductId, ReleaseId};
use crate::domain::key::KeyDigest;
use crate::domain::refusal::Refusal;
use crate::domain::seat::SeatDigest;
use crate::domain::time::Timestamp;

/// How long a link token lives, in seconds: 48 hours. Sites ask twice a day and may install what they were told a day later.
pub const LINK_TOKEN_SECONDS: i64 = 48 * 60 * 60;

const FRAME: Frame<82> = Frame { purpose: "latchkey:link-token:v1", chars: 111 };

/// The right to fetch one release's package for one site of one licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkToken {
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

impl LinkToken {
    /// The 111 characters that stand for it.
    pub fn seal(&self, keys: &TokenKeys) -> String {
        let (product, release) = (self.product.get().to_be_bytes(), self.release.get().to_be_bytes());
        FRAME.seal(keys, self.expires, &[self.key.as_bytes(), &product, &release, self.seat.as_bytes()], &[])
    }

    /// The token that `text` stands for, if it is one of ours and not too old at `now`.
    pub fn open(text: &str, keys: &TokenKeys, now: Timestamp) -> Result<Self, Refusal> {
        let token = Self::verified(text, keys).ok_or(Refusal::LinkInvalid)?;
        if now < token.expires { Ok(token) } else { Err(Refusal::LinkExpired) }
    }

    fn verified(text: &str, keys: &TokenKeys) -> Option<Self> {
        let (expires, mut content) = FRAME.open(text, keys, &[])?;
        Some(Self {
            key: KeyDigest::from_bytes(content.bytes()?),
            product: content.id(ProductId::new)?,
            release: content.id(ReleaseId::new)?,
            seat: SeatDigest::from_bytes(content.bytes()?),
            expires,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::base62;
    use super::super::mac::TAG_BYTES;
    use super::*;
    use crate::config::{Secret, TokenSecrets};
    use crate::domain::key::LicenseKey;
    use crate::domain::seat::Device;
    use crate::random::Random;
    use crate::tokens::UpdateToken;

    const CHARS: usize = 111;
    const BYTES: usize = 82;

    fn secret(letter: char) -> Secret {
        Secret::parse("LATCHKEY_TOKEN_SECRET", &letter.to_string().repeat(32)).unwrap()
    }

    fn keys(current: char, previous: Option<char>) -> TokenKeys {
        TokenKeys::new(&TokenSecrets { current: secret(current), previous: previous.map(secret) })
    }

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000).unwrap()
    }

    fn token() -> LinkToken {
        LinkToken {
            key: LicenseKey::parse("TEST-KEY-0001").unwrap().digest(),
            product: ProductId::new(3).unwrap(),
            release: ReleaseId::new(7).unwrap(),
            seat: Device::parse("example.com").unwrap().digest(),
            expires: now().plus_seconds(LINK_TOKEN_SECONDS),
        }
    }

    #[test]
    fn a_token_is_of_one_length_and_opens_to_what_was_sealed() {
        let text = token().seal(&keys('a', None));
        assert!(text.len() == CHARS && text.bytes().all(|c| c.is_ascii_alphanumeric()));
        assert_eq!(LinkToken::open(&text, &keys('a', None), now()), Ok(token()));
        let greatest = LinkToken { expires: Timestamp::MAX, key: KeyDigest::from_bytes([255; 24]), ..token() };
        let text = greatest.seal(&keys('a', None));
        assert_eq!(LinkToken::open(&text, &keys('a', None), now()).map(|opened| (text.len(), opened.key)), Ok((CHARS, greatest.key)));
    }

    #[test]
    fn it_has_neither_the_key_nor_the_site_in_it() {
        let text = token().seal(&keys('a', None));
        for told in ["TEST-KEY", "example", token().key.to_text().as_str()] {
            assert!(!text.contains(told));
        }
    }

    #[test]
    fn a_token_is_accepted_for_two_days_and_no_longer() {
        let keys = keys('a', None);
        let text = token().seal(&keys);
        let open = |seconds| LinkToken::open(&text, &keys, now().plus_seconds(seconds));
        assert!(open(48 * 3_600 - 1).is_ok());
        assert_eq!(open(48 * 3_600), Err(Refusal::LinkExpired));
    }

    #[test]
    fn a_rotated_secret_is_accepted_and_one_before_it_is_not() {
        let text = token().seal(&keys('a', None));
        assert!(LinkToken::open(&text, &keys('b', Some('a')), now()).is_ok());
        assert_eq!(LinkToken::open(&text, &keys('c', Some('b')), now()), Err(Refusal::LinkInvalid));
    }

    #[test]
    fn a_change_of_any_bit_makes_it_invalid() {
        let keys = keys('a', None);
        let text = token().seal(&keys);
        let bytes: [u8; BYTES] = base62::decode(&text).unwrap();
        for bit in 0..BYTES * 8 {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = base62::encode(&changed, CHARS);
            assert_eq!(LinkToken::open(&changed, &keys, now()), Err(Refusal::LinkInvalid), "bit {bit}");
        }
    }

    #[test]
    fn a_change_of_any_character_makes_it_invalid_and_so_does_another_length() {
        let keys = keys('a', None);
        let text = token().seal(&keys);
        for position in 0..text.len() {
            for other in [b'0', b'1', b'z', b'-'] {
                let mut changed = text.clone().into_bytes();
                if changed[position] != other {
                    changed[position] = other;
                    let changed = String::from_utf8(changed).unwrap();
                    assert_eq!(LinkToken::open(&changed, &keys, now()), Err(Refusal::LinkInvalid), "position {position}");
                }
            }
        }
        for length in 0..text.len() {
            assert_eq!(LinkToken::open(&text[..length], &keys, now()), Err(Refusal::LinkInvalid), "{length} characters");
            assert_eq!(LinkToken::open(&text[text.len() - length..], &keys, now()), Err(Refusal::LinkInvalid), "the last {length}");
        }
        for changed in [format!("{text}0"), format!("0{text}"), text.repeat(2), format!("{text}\0"), "é".repeat(55), "z".repeat(CHARS)] {
            assert_eq!(LinkToken::open(&changed, &keys, now()), Err(Refusal::LinkInvalid));
        }
    }

    #[test]
    fn a_token_of_another_sort_is_no_link() {
        let LinkToken { key, product, release, seat, expires } = token();
        let update = UpdateToken { key, product, release, seat, expires }.seal(&keys('a', None), &Random::seeded(1));
        assert_eq!(LinkToken::open(&update, &keys('a', None), now()), Err(Refusal::LinkInvalid));
        assert_eq!(LinkToken::open(&format!("{update:0>111}"), &keys('a', None), now()), Err(Refusal::LinkInvalid));
        // The right bytes under a tag that was made for something else.
        let mut bytes: [u8; BYTES] = base62::decode(&token().seal(&keys('a', None))).unwrap();
        let tag = keys('a', None).tag("latchkey:update-token:v1", &[&bytes[..BYTES - TAG_BYTES]]);
        bytes[BYTES - TAG_BYTES..].copy_from_slice(&tag);
        assert_eq!(LinkToken::open(&base62::encode(&bytes, CHARS), &keys('a', None), now()), Err(Refusal::LinkInvalid));
    }

    proptest! {
        #[test]
        fn no_text_makes_opening_panic(text in "\\PC{0,120}", digits in "[0-9A-Za-z]{111}") {
            prop_assert_eq!(LinkToken::open(&text, &keys('a', None), now()), Err(Refusal::LinkInvalid));
            prop_assert_eq!(LinkToken::open(&digits, &keys('a', None), now()), Err(Refusal::LinkInvalid));
        }
    }
}
