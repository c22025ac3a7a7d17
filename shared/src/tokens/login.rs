//! The login token: a customer on the way from the vendor's shop to the vendor's service.
//!
//! 62 bytes, written as 84 letters and digits:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this form: 1 |
//! | 5 | the second since 1970 after which it is too old |
//! | 4 | customer |
//! | 4 | product |
//! | 16 | random: the name under which its use is noted |
//! | 32 | HMAC-SHA-256 over all this and the account |
//!
//! The account comes from the credential of whoever redeems it, so it need not be inside: a token of another account does not
//! verify, as one that was tampered with does not.

use super::TokenKeys;
use super::frame::Frame;
use crate::domain::ids::{AccountId, CustomerId, ProductId};
use crate::domain::time::Timestamp;
use crate::random::Random;

/// How long a login token lives, in seconds.
pub const LOGIN_TOKEN_SECONDS: i64 = 300;

const FRAME: Frame<62> = Frame { purpose: "latchkey:login-token:v1", chars: 84 };

/// The right to be told, once, who the customer is that comes along with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginToken {
    /// The account that it was issued by and can be redeemed by.
    pub account: AccountId,
    /// Who it stands for.
    pub customer: CustomerId,
    /// What the customer wants to use.
    pub product: ProductId,
    /// Its own name.
    pub nonce: LoginNonce,
    /// The first moment at which it is too old, in whole seconds.
    pub expires: Timestamp,
}

/// What tells one login token from every other: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginNonce([u8; 16]);

impl LoginNonce {
    /// A new one.
    pub fn draw(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl LoginToken {
    /// The 84 characters that stand for it.
    pub fn seal(&self, keys: &TokenKeys) -> String {
        let (customer, product) = (self.customer.get().to_be_bytes(), self.product.get().to_be_bytes());
        FRAME.seal(keys, self.expires, &[&customer, &product, self.nonce.as_bytes()], &[&self.account.get().to_be_bytes()])
    }

    /// The token that `text` stands for, if it was made for `account` and is not too old at `now`. Which of the two it is that is
    /// wrong is nobody's business.
    pub fn open(text: &str, account: AccountId, keys: &TokenKeys, now: Timestamp) -> Option<Self> {
        Self::verified(text, account, keys).filter(|token| now < token.expires)
    }

    fn verified(text: &str, account: AccountId, keys: &TokenKeys) -> Option<Self> {
        let (expires, mut content) = FRAME.open(text, keys, &[&account.get().to_be_bytes()])?;
        Some(Self {
            account,
            customer: content.id(CustomerId::new)?,
            product: content.id(ProductId::new)?,
            nonce: LoginNonce(content.bytes()?),
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

    const CHARS: usize = 84;

    const BYTES: usize = 62;

    fn keys(current: char, previous: Option<char>) -> TokenKeys {
        let secret = |letter: char| Secret::parse("LATCHKEY_TOKEN_SECRET", &letter.to_string().repeat(32)).unwrap();
        TokenKeys::new(&TokenSecrets { current: secret(current), previous: previous.map(secret) })
    }

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000).unwrap()
    }

    fn account(number: u32) -> AccountId {
        AccountId::new(number).unwrap()
    }

    fn token() -> LoginToken {
        LoginToken {
            account: account(7),
            customer: CustomerId::new(i32::MAX as u32).unwrap(),
            product: ProductId::new(3).unwrap(),
            nonce: LoginNonce::draw(&Random::seeded(1)),
            expires: now().plus_seconds(LOGIN_TOKEN_SECONDS),
        }
    }

    #[test]
    fn a_token_is_84_alphanumerics_that_open_to_what_was_sealed() {
        let text = token().seal(&keys('a', None));
        assert!(text.len() == 84 && text.bytes().all(|c| c.is_ascii_alphanumeric()));
        assert_eq!(LoginToken::open(&text, account(7), &keys('a', None), now()), Some(token()));
    }

    #[test]
    fn a_token_is_accepted_until_its_last_second_and_no_longer() {
        let text = token().seal(&keys('a', None));
        let open = |seconds| LoginToken::open(&text, account(7), &keys('a', None), now().plus_seconds(seconds));
        assert!(open(299).is_some());
        assert_eq!(open(300), None);
    }

    #[test]
    fn a_token_is_none_to_another_account_and_under_a_forgotten_secret() {
        let text = token().seal(&keys('a', None));
        assert_eq!(LoginToken::open(&text, account(8), &keys('a', None), now()), None);
        assert!(LoginToken::open(&text, account(7), &keys('b', Some('a')), now()).is_some());
        assert_eq!(LoginToken::open(&text, account(7), &keys('c', Some('b')), now()), None);
    }

    #[test]
    fn a_token_of_another_sort_is_none() {
        let keys = keys('a', None);
        let bytes = [1; BYTES - TAG_BYTES];
        let tag = keys.tag("latchkey:update-token:v1", &[&bytes, &7_u32.to_be_bytes()]);
        let text = base62::encode(&[&bytes[..], &tag].concat(), CHARS);
        assert_eq!(LoginToken::open(&text, account(7), &keys, Timestamp::MIN), None);
    }

    #[test]
    fn any_change_of_a_token_makes_it_invalid() {
        let keys = keys('a', None);
        let text = token().seal(&keys);
        for position in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(LoginToken::open(&changed, account(7), &keys, now()), None, "position {position}");
        }
        for changed in [&text[1..], &text[..83], &format!("{text}0"), "", &"é".repeat(42)] {
            assert_eq!(LoginToken::open(changed, account(7), &keys, now()), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_opening_panic(text in "[0-9A-Za-z]{84}|\\PC{0,100}") {
            prop_assert_eq!(LoginToken::open(&text, account(7), &keys('a', None), now()), None);
        }
    }
}
