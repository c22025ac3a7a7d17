//! Signature keys with their private part: made here, or brought along (`import.rs`).
//!
//! RSA is the `rsa` crate's, on constant-time arithmetic. Its earlier versions are subject to the Marvin attack
//! (RUSTSEC-2023-0071), which needs an oracle that decrypts: nothing here decrypts with RSA, and each signature is made
//! under random blinding and verified before it is given out. Ed25519 is `ed25519-dalek`'s.
//!
//! Architecture Invariant: a private part leaves this module only to be sealed (`seal.rs`).

use std::convert::Infallible;
use std::fmt;

use ed25519_dalek::Signer as _;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, ObjectIdentifier, PrivateKeyInfoRef};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::problem::{KeyError, SigningError};
use super::public::{PublicKey, is_sound_size};
use crate::random::Random;

/// Which key to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with 2048 bits.
    Rsa2048,
    /// RSA with 3072 bits.
    Rsa3072,
    /// RSA with 4096 bits: takes many seconds in a small function.
    Rsa4096,
    /// Ed25519.
    Ed25519,
}

/// How a signature is made. The forms of signed licences say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// RSASSA-PKCS1-v1_5 over SHA-1: for the form that exists with it.
    RsaSha1,
    /// RSASSA-PKCS1-v1_5 over SHA-256.
    RsaSha256,
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// A signature key with its private part, which is wiped from memory when it goes.
pub struct SigningKey(Private);

enum Private {
    Rsa(Box<RsaPrivateKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// `1.3.101.112` (RFC 8410).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

impl SigningKey {
    /// Makes a key.
    pub fn generate(kind: KeyKind, random: &Random) -> Result<Self, SigningError> {
        let bits = match kind {
            KeyKind::Rsa2048 => 2_048,
            KeyKind::Rsa3072 => 3_072,
            KeyKind::Rsa4096 => 4_096,
            KeyKind::Ed25519 => return Ok(Self::of_seed(&Zeroizing::new(random.bytes()))),
        };
        let key = RsaPrivateKey::new(&mut Source(random), bits).map_err(|_| SigningError::Broken)?;
        Ok(Self(Private::Rsa(Box::new(key))))
    }

    /// The public part.
    pub fn public(&self) -> PublicKey {
        match &self.0 {
            Private::Rsa(key) => PublicKey::of_rsa(key.to_public_key()),
            Private::Ed25519(key) => PublicKey::of_ed25519(key.verifying_key()),
        }
    }

    /// Whether it is an Ed25519 key, which signs no XML.
    pub fn is_ed25519(&self) -> bool {
        matches!(self.0, Private::Ed25519(_))
    }

    /// The signature of `message`.
    pub(super) fn sign(&self, scheme: Scheme, message: &[u8], random: &Random) -> Result<Vec<u8>, SigningError> {
        let rsa = |key: &RsaPrivateKey, padding: Pkcs1v15Sign, digest: &[u8]| {
            key.sign_with_rng(&mut Source(random), padding, digest).map_err(|_| SigningError::Broken)
        };
        match (&self.0, scheme) {
            (Private::Rsa(key), Scheme::RsaSha1) => rsa(key, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(message)),
            (Private::Rsa(key), Scheme::RsaSha256) => rsa(key, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message)),
            (Private::Ed25519(key), Scheme::Ed25519) => Ok(key.sign(message).to_vec()),
            (Private::Ed25519(_), Scheme::RsaSha1 | Scheme::RsaSha256) => Err(SigningError::WrongKind("an RSA key")),
            (Private::Rsa(_), Scheme::Ed25519) => Err(SigningError::WrongKind("an Ed25519 key")),
        }
    }

    /// The scheme of the forms that any key may sign.
    pub(super) fn usual_scheme(&self) -> Scheme {
        match &self.0 {
            Private::Rsa(_) => Scheme::RsaSha256,
            Private::Ed25519(_) => Scheme::Ed25519,
        }
    }

    /// The private part as PKCS#8, for sealing.
    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningError> {
        let document = match &self.0 {
            Private::Rsa(key) => key.to_pkcs8_der(),
            Private::Ed25519(key) => key.to_pkcs8_der(),
        };
        document.map(|document| document.to_bytes()).map_err(|_| SigningError::Broken)
    }

    /// The key that a PKCS#8 document holds.
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::Malformed)?;
        if info.algorithm.oid == ED25519 {
            let key = ed25519_dalek::SigningKey::from_pkcs8_der(der).map_err(|_| KeyError::Malformed)?;
            Ok(Self(Private::Ed25519(Box::new(key))))
        } else if info.algorithm.oid == rsa::pkcs1::ALGORITHM_OID {
            Self::of_rsa(RsaPrivateKey::from_pkcs8_der(der).map_err(|_| KeyError::Malformed)?)
        } else {
            Err(KeyError::Algorithm)
        }
    }

    /// An RSA key of an allowed size.
    pub(super) fn of_rsa(key: RsaPrivateKey) -> Result<Self, KeyError> {
        if is_sound_size(key.n().bits()) { Ok(Self(Private::Rsa(Box::new(key)))) } else { Err(KeyError::Size) }
    }

    fn of_seed(seed: &[u8; 32]) -> Self {
        Self(Private::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed))))
    }
}

/// A private part never reaches a log line by way of a debug print.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().id())
    }
}

/// Our randomness, as the cryptographic crates take it.
struct Source<'a>(&'a Random);

impl TryRng for Source<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Source<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::problem::VerifyError;
    use crate::signing::testing::{ed25519, other_ed25519, other_rsa, random, rsa};

    #[test]
    fn a_key_that_was_made_signs_and_a_seed_makes_the_same_key_again() {
        for kind in [KeyKind::Rsa2048, KeyKind::Ed25519] {
            let make = |seed| SigningKey::generate(kind, &Random::seeded(seed)).unwrap();
            let key = make(1);
            let scheme = key.usual_scheme();
            let signature = key.sign(scheme, b"message", &random()).unwrap();
            assert_eq!(key.public().verify(scheme, b"message", &signature), Ok(()));
            assert_eq!(key.public(), make(1).public(), "{kind:?}");
            assert_ne!(key.public(), make(2).public(), "{kind:?}");
        }
    }

    #[test]
    fn a_signature_is_of_one_message_one_key_and_one_scheme() {
        for (key, other, scheme) in
            [(rsa(), other_rsa(), Scheme::RsaSha1), (rsa(), other_rsa(), Scheme::RsaSha256), (ed25519(), other_ed25519(), Scheme::Ed25519)]
        {
            let signature = key.sign(scheme, b"message", &random()).unwrap();
            assert_eq!(key.public().verify(scheme, b"message", &signature), Ok(()));
            assert_eq!(key.public().verify(scheme, b"massage", &signature), Err(VerifyError::Forged));
            assert_eq!(other.public().verify(scheme, b"message", &signature), Err(VerifyError::Forged));
            assert_eq!(key.public().verify(scheme, b"message", &signature[1..]), Err(VerifyError::Forged));
            assert_eq!(key.public().verify(scheme, b"message", b""), Err(VerifyError::Forged));
        }
        let signature = rsa().sign(Scheme::RsaSha1, b"message", &random()).unwrap();
        assert_eq!(rsa().public().verify(Scheme::RsaSha256, b"message", &signature), Err(VerifyError::Forged));
        assert_eq!(rsa().public().verify(Scheme::Ed25519, b"message", &signature), Err(VerifyError::WrongKind));
        assert_eq!(rsa().sign(Scheme::Ed25519, b"", &random()), Err(SigningError::WrongKind("an Ed25519 key")));
        assert_eq!(ed25519().sign(Scheme::RsaSha1, b"", &random()), Err(SigningError::WrongKind("an RSA key")));
    }

    #[test]
    fn blinding_changes_no_signature() {
        let sign = |seed| rsa().sign(Scheme::RsaSha256, b"message", &Random::seeded(seed)).unwrap();
        assert_eq!(sign(1), sign(2));
    }

    #[test]
    fn a_private_part_is_not_shown() {
        for key in [rsa(), ed25519()] {
            assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.public().id()));
        }
    }
}
