//! Private keys at rest: PKCS#8 documents, [sealed](crate::sealing). One that is copied to another account or resource does not open there.

use std::fmt;

use super::keys::SigningKey;
use super::problem::SigningError;
use crate::config::SealingSecrets;
use crate::domain::ids::{AccountId, ResourceId};
use crate::fault::{Fault, FaultKind};
use crate::random::Random;
use crate::sealing::Seals;
pub use crate::sealing::Under;

const PURPOSE: &[u8] = b"latchkey:sealed-signature-key:v1";

/// The longest sealed key, in bytes: several times what RSA with 4096 bits takes.
pub const MAX_SEALED: usize = 16 * 1_024;

/// The keys that private parts are sealed under.
#[derive(Clone)]
pub struct SealingKeys(Seals);

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

impl SealingKeys {
    /// The keys for these secrets.
    pub fn new(secrets: &SealingSecrets) -> Self {
        Self(Seals::new(secrets, PURPOSE))
    }

    /// `key`'s private part, to be kept at `place`. No two seals of a key are alike.
    pub fn seal(&self, key: &SigningKey, place: Place, random: &Random) -> Result<Vec<u8>, SigningError> {
        let private = key.to_pkcs8()?;
        self.0.seal(&private, &place.bytes(), random).map_err(|_| SigningError::Broken)
    }

    /// The key that was sealed for `place`. Where neither secret opens it, that is a fault of ours: a secret that was lost, or
    /// an item that was changed.
    pub fn unseal(&self, sealed: &[u8], place: Place) -> Result<Unsealed, Fault> {
        let corrupt = || Fault::new(FaultKind::Corrupt, "a sealed signature key does not open");
        let opened = if sealed.len() <= MAX_SEALED { self.0.open(sealed, &place.bytes()) } else { None };
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

impl Place {
    fn bytes(self) -> Vec<u8> {
        [self.account.get().to_be_bytes(), self.resource.get().to_be_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Secret;
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
            let _ = keys('a', None).unseal(&[&[1][..], &bytes].concat(), place(1, 2));
        }
    }
}
