//! Secrets at rest: encrypted under the named secret `LATCHKEY_SEALING_SECRET`, of which two are accepted during a rotation.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this form: 1 |
//! | 24 | nonce, random |
//! | … | XChaCha20-Poly1305 of what is sealed |
//! | 16 | its tag |
//!
//! The key is HKDF-SHA-256 of the secret with a purpose of its own. The tag covers the version, the purpose and the place as well: what
//! is copied elsewhere does not open there.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::config::{SealingSecrets, Secret};
use crate::random::Random;

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The keys that secrets of one purpose are sealed under.
#[derive(Clone)]
pub struct Seals {
    purpose: &'static [u8],
    current: Zeroizing<[u8; 32]>,
    previous: Option<Zeroizing<[u8; 32]>>,
}

/// Which secret something is sealed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// The one that is in use.
    Current,
    /// The one before the last rotation: seal it again before the next one.
    Previous,
}

/// It could not be encrypted: it is far too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it could not be sealed")]
pub struct NotSealed;

impl Seals {
    /// The keys for these secrets and this purpose.
    pub fn new(secrets: &SealingSecrets, purpose: &'static [u8]) -> Self {
        let previous = secrets.previous.as_ref().map(|secret| derive(secret, purpose));
        Self { purpose, current: derive(&secrets.current, purpose), previous }
    }

    /// `plain`, to be kept at `place`. No two seals are alike.
    pub fn seal(&self, plain: &[u8], place: &[u8], random: &Random) -> Result<Vec<u8>, NotSealed> {
        let nonce: [u8; NONCE] = random.bytes();
        let payload = Payload { msg: plain, aad: &self.associated(place) };
        let sealed = cipher(&self.current).encrypt(&XNonce::from(nonce), payload).map_err(|_| NotSealed)?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// What was sealed for `place`; nothing where neither secret opens it.
    pub fn open(&self, sealed: &[u8], place: &[u8]) -> Option<(Zeroizing<Vec<u8>>, Under)> {
        let (head, rest) = sealed.split_first_chunk::<1>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().filter(|_| *head == [VERSION])?;
        let open = |key: &Zeroizing<[u8; 32]>| {
            let payload = Payload { msg: sealed, aad: &self.associated(place) };
            cipher(key).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
        };
        let current = open(&self.current).map(|plain| (plain, Under::Current));
        current.or_else(|| self.previous.as_ref().and_then(open).map(|plain| (plain, Under::Previous)))
    }

    fn associated(&self, place: &[u8]) -> Vec<u8> {
        [&[VERSION][..], self.purpose, place].concat()
    }
}

/// A key never reaches a log line by way of a debug print.
impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seals(…)")
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8,160 bytes")]
fn derive(secret: &Secret, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret.expose()).expand(purpose, key.as_mut_slice()).expect("32 bytes are few");
    key
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seals(current: char, previous: Option<char>, purpose: &'static [u8]) -> Seals {
        let secret = |letter: char| Secret::parse("LATCHKEY_SEALING_SECRET", &letter.to_string().repeat(32)).unwrap();
        Seals::new(&SealingSecrets { current: secret(current), previous: previous.map(secret) }, purpose)
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_at_its_place_under_either_secret() {
        let random = Random::seeded(1);
        let sealed = seals('a', None, b"one").seal(b"plain", b"here", &random).unwrap();
        assert!(!sealed.windows(5).any(|window| window == b"plain"));
        let open = |seals: Seals, place: &[u8]| seals.open(&sealed, place).map(|(plain, under)| (plain.to_vec(), under));
        assert_eq!(open(seals('a', None, b"one"), b"here"), Some((b"plain".to_vec(), Under::Current)));
        assert_eq!(open(seals('b', Some('a'), b"one"), b"here"), Some((b"plain".to_vec(), Under::Previous)));
        for (seals, place) in
            [(seals('b', None, b"one"), &b"here"[..]), (seals('a', None, b"two"), b"here"), (seals('a', None, b"one"), b"there")]
        {
            assert_eq!(open(seals, place), None);
        }
    }

    #[test]
    fn any_change_is_noticed() {
        let seals = seals('a', None, b"one");
        let sealed = seals.seal(b"plain", b"", &Random::seeded(1)).unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(seals.open(&changed, b"").is_none() && seals.open(&sealed[..position], b"").is_none(), "byte {position}");
        }
    }
}
