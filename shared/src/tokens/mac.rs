//! The authentication of tokens: HMAC-SHA-256 under a named secret, of which two are accepted during a rotation.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::{Secret, TokenSecrets};

/// The length of a tag in bytes.
pub(super) const TAG_BYTES: usize = 32;

/// The keys that tokens are authenticated under.
#[derive(Clone, Debug)]
pub struct TokenKeys {
    current: Hmac<Sha256>,
    previous: Option<Hmac<Sha256>>,
}

impl TokenKeys {
    /// The keys for these secrets.
    pub fn new(secrets: &TokenSecrets) -> Self {
        Self { current: key(&secrets.current), previous: secrets.previous.as_ref().map(key) }
    }

    /// The tag of `parts` under the current secret. `purpose` keeps tokens of one sort from passing as another.
    pub(super) fn tag(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; TAG_BYTES] {
        feed(self.current.clone(), purpose, parts).finalize().into_bytes().into()
    }

    /// Whether `tag` is that of `parts` under either secret. Takes the same time for every wrong tag.
    pub(super) fn verify(&self, purpose: &'static str, parts: &[&[u8]], tag: &[u8; TAG_BYTES]) -> bool {
        let under = |key: &Hmac<Sha256>| feed(key.clone(), purpose, parts).verify_slice(tag).is_ok();
        let current = under(&self.current);
        let previous = self.previous.as_ref().is_some_and(under);
        current | previous
    }
}

/// The key of a secret.
#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
pub(crate) fn key(secret: &Secret) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.expose()).expect("HMAC takes keys of every length")
}

/// Each part goes in behind its length, so that no two lists of parts feed the same bytes.
pub(crate) fn feed(mut mac: Hmac<Sha256>, purpose: &'static str, parts: &[&[u8]]) -> Hmac<Sha256> {
    for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}
