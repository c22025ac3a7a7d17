//! Private keys at rest: encrypted under the named secret `LATCHKEY_SEALING_SECRET`, of which two are accepted during a rotation.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this form: 1 |
//! | 24 | nonce, random |
//! | … | XChaCha20-Poly1305 of the PKCS#8 document |
//! | 16 | its tag |
//!
//! The key is HKDF-SHA-256 of the secret with a purpose of its own. The tag covers the version and the place as well: one
//! that is copied to another account or resource does not open there.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keys::SigningKey;
use super::problem::SigningError;
use crate::config::{SealingSecrets, Secret};
use crate::domain::ids::{AccountId, ResourceId};
use crate::fault::{Fault, FaultKind};
use crate::random::Random;

const VERSION: u8 = 1;
const PURPOSE: &[u8] = b"latchkey:sealed-signature-key:v1";
const NONCE: usize = 24;

/// The longest sealed key, in bytes: several times what RSA with 4096 bits takes.
pub const MAX_SEALED: usize = 16 * 1_024;

/// The keys that private parts are sealed under.
#[derive(Clone)]
pub struct SealingKeys {
    current: Zeroizing<[u8; 32]>,
    previous: Option<Zeroizing<[u8; 32]>>,
}

/// Where a sealed key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub account: AccountId,
    /// The resource that it is.
    pub resource: ResourceId,
}

/// A signature key that was sealed.
#[derive(Debug)]
pub struct Unsealed {
    /// The key.
    pub key: SigningKey,
    /// What it was sealed under.
    pub under: Under,
}

/// Which secret a key is sealed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// The one that is in use.
    Current,
    /// The one before the last rotation: seal it again before the next one.
    Previous,
}

impl SealingKeys {
    /// The keys for these secrets.
    pub fn new(secrets: &SealingSecrets) -> Self {
        Self { current: derive(&secrets.current), previous: secrets.previous.as_ref().map(derive) }
    }

    /// `key`'s private part, to be kept at `place`. No two seals of a key are alike.
    pub fn seal(&self, key: &SigningKey, place: Place, random: &Random) -> Result<Vec<u8>, SigningError> {
        let nonce: [u8; NONCE] = random.bytes();
        let private = key.to_pkcs8()?;
        let associated = associated(place);
        let payload = Payload { msg: &private, aad: &associated };
        let sealed = cipher(&self.current).encrypt(&XNonce::from(nonce), payload).map_err(|_| SigningError::Broken)?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// The key that was sealed for `place`. Where neither secret opens it, that is a fault of ours: a secret that was lost, or
    /// an item that was changed.
    pub fn unseal(&self, sealed: &[u8], place: Place) -> Result<Unsealed, Fault> {
        let corrupt = || Fault::new(FaultKind::Corrupt, "a sealed signature key does not open");
        let (head, rest) = sealed.split_first_chunk::<1>().filter(|_| sealed.len() <= MAX_SEALED).ok_or_else(corrupt)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().filter(|_| *head == [VERSION]).ok_or_else(corrupt)?;
        let open = |key: &Zeroizing<[u8; 32]>| {
            let payload = Payload { msg: sealed, aad: &associated(place) };
            cipher(key).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
        };
        let current = open(&self.current).map(|private| (private, Under::Current));
        let opened = current.or_else(|| self.previous.as_ref().and_then(open).map(|private| (private, Under::Previous)));
        let (private, under) = opened.ok_or_else(corrupt)?;
        let key = SigningKey::from_pkcs8(&private).map_err(|_| corrupt())?;
        Ok(Unsealed { key, under })
    }
}

/// A key never reaches a log line by way of a debug print.
impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKeys(…)")
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8,160 bytes")]
fn derive(secret: &Secret) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret.expose()).expand(PURPOSE, key.as_mut_slice()).expect("32 bytes are few");
    key
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

fn associated(Place { account, resource }: Place) -> Vec<u8> {
    [&[VERSION][..], PURPOSE, &account.get().to_be_bytes(), &resource.get().to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::testing::{ed25519, random, rsa};

    fn keys(current: char, previous: Option<char>) -> SealingKeys {
        let secret = |letter: char| Secret::parse("LATCHKEY_SEALING_SECRET", &letter.to_string().repeat(32)).unwrap();
        SealingKeys::new(&SealingSecrets { current: secret(current), previous: previous.map(secret) })
    }

    fn place(account: u32, resource: u32) -> Place {
        Place { account: AccountId::new(account).unwrap(), resource: ResourceId::new(resource).unwrap() }
    }

    fn sealed() -> Vec<u8> {
        keys('a', None).seal(&ed25519(), place(1, 2), &random()).unwrap()
    }

    #[test]
    fn a_sealed_key_opens_to_itself_and_does_not_show_through() {
        for key in [rsa(), ed25519()] {
            let sealed = keys('a', None).seal(&key, place(1, 2), &random()).unwrap();
            assert!(sealed.len() < MAX_SEALED);
            let private = key.to_pkcs8().unwrap();
            assert!(!sealed.windows(16).any(|window| private.windows(16).any(|part| part == window)));
            let unsealed = keys('a', None).unseal(&sealed, place(1, 2)).unwrap();
            assert_eq!((unsealed.key.public(), unsealed.under), (key.public(), Under::Current));
            assert_eq!(unsealed.key.to_pkcs8().unwrap(), private);
        }
    }

    #[test]
    fn a_rotated_secret_still_opens_and_one_before_it_does_not() {
        let unsealed = keys('b', Some('a')).unseal(&sealed(), place(1, 2)).unwrap();
        assert_eq!((unsealed.key.public(), unsealed.under), (ed25519().public(), Under::Previous));
        assert!(keys('c', Some('b')).unseal(&sealed(), place(1, 2)).is_err());
        assert!(keys('b', None).unseal(&sealed(), place(1, 2)).is_err());
    }

    #[test]
    fn a_sealed_key_opens_nowhere_else() {
        for place in [place(1, 3), place(2, 2), place(2, 1)] {
            assert_eq!(keys('a', None).unseal(&sealed(), place).unwrap_err().kind, FaultKind::Corrupt);
        }
    }

    #[test]
    fn any_change_is_noticed() {
        let sealed = sealed();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(keys('a', None).unseal(&changed, place(1, 2)).is_err(), "byte {position}");
            assert!(keys('a', None).unseal(&sealed[..position], place(1, 2)).is_err(), "{position} bytes");
        }
    }

    #[test]
    fn no_two_seals_are_alike_and_nothing_is_shown() {
        let random = random();
        let seal = || keys('a', None).seal(&ed25519(), place(1, 2), &random).unwrap();
        assert_ne!(seal(), seal());
        assert_eq!(format!("{:?}", keys('a', None)), "SealingKeys(…)");
    }

    proptest! {
        #[test]
        fn no_bytes_make_unsealing_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = keys('a', Some('b')).unseal(&bytes, place(1, 2));
            let _ = keys('a', None).unseal(&[&[VERSION][..], &bytes].concat(), place(1, 2));
        }
    }
}
