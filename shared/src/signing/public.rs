//! Public signature keys: what licences are verified with. They may be shown to anybody.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::keys::Scheme;
use super::problem::{KeyError, VerifyError};
use super::tree::Element;

/// The least bits of an RSA key: keys of the vendors' older tools have as many. New ones have at least 2048 (`KeyKind`).
const LEAST_BITS: u32 = 1_024;
/// The most bits of an RSA key.
const MOST_BITS: u32 = 4_096;
/// The longest text that is looked at as a key, in bytes.
const MAX_BYTES: usize = 16 * 1_024;

/// A public signature key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Public);

#[derive(Clone, PartialEq, Eq)]
enum Public {
    Rsa(Box<RsaPublicKey>),
    Ed25519(VerifyingKey),
}

/// What names a key: the first 8 bytes of the SHA-256 of its `SubjectPublicKeyInfo`, as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub(super) [u8; 8]);

impl PublicKey {
    /// Parses a key in any form that it is handed around in: PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`), the base64 of a DER
    /// `SubjectPublicKeyInfo`, or .NET's `<RSAKeyValue>`.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() > MAX_BYTES {
            return Err(KeyError::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| KeyError::Malformed)?.trim_start_matches('\u{feff}').trim();
        if text.starts_with("-----BEGIN RSA PUBLIC KEY-----") {
            return Self::checked(RsaPublicKey::from_pkcs1_pem(text).map_err(|_| KeyError::Malformed)?);
        }
        if text.starts_with("-----BEGIN PUBLIC KEY-----") {
            let (_, document) = rsa::pkcs8::Document::from_pem(text).map_err(|_| KeyError::Malformed)?;
            return Self::from_der(document.as_bytes());
        }
        if text.starts_with('<') {
            return Self::from_xml(text);
        }
        let base64: String = text.split_ascii_whitespace().collect();
        Self::from_der(&STANDARD.decode(base64).map_err(|_| KeyError::Malformed)?)
    }

    /// Parses a DER `SubjectPublicKeyInfo`.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(key) = VerifyingKey::from_public_key_der(der) {
            // A weak key verifies signatures that nobody made.
            return if key.is_weak() { Err(KeyError::Malformed) } else { Ok(Self(Public::Ed25519(key))) };
        }
        Self::checked(RsaPublicKey::from_public_key_der(der).map_err(|_| KeyError::Malformed)?)
    }

    fn from_xml(text: &str) -> Result<Self, KeyError> {
        let number = |element: &Element| {
            let base64: String = element.text().ok()?.split_ascii_whitespace().collect();
            let bytes = STANDARD.decode(base64).ok()?;
            (!bytes.is_empty()).then(|| BoxedUint::from_be_slice_vartime(&bytes))
        };
        let root = Element::parse(text).map_err(|_| KeyError::Malformed)?;
        let elements = root.elements().map_err(|_| KeyError::Malformed)?;
        let [modulus, exponent] = elements.as_slice() else { return Err(KeyError::Malformed) };
        if (root.name.as_str(), modulus.name.as_str(), exponent.name.as_str()) != ("RSAKeyValue", "Modulus", "Exponent") {
            return Err(KeyError::Malformed);
        }
        let (Some(modulus), Some(exponent)) = (number(modulus), number(exponent)) else { return Err(KeyError::Malformed) };
        let size = modulus.bits();
        // Before anything is computed with it.
        if !is_sound_size(size) {
            return Err(KeyError::Size);
        }
        RsaPublicKey::new(modulus, exponent).map_err(|_| KeyError::Malformed).and_then(Self::checked)
    }

    fn checked(key: RsaPublicKey) -> Result<Self, KeyError> {
        if is_sound_size(key.n().bits()) { Ok(Self::of_rsa(key)) } else { Err(KeyError::Size) }
    }

    pub(super) fn of_rsa(key: RsaPublicKey) -> Self {
        Self(Public::Rsa(Box::new(key)))
    }

    pub(super) fn of_ed25519(key: VerifyingKey) -> Self {
        Self(Public::Ed25519(key))
    }

    /// What names it.
    pub fn id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&Sha256::digest(self.to_der())[..8]);
        KeyId(id)
    }

    /// What it is, for people: `RSA 2048` or `Ed25519`.
    pub fn kind(&self) -> String {
        match &self.0 {
            Public::Rsa(key) => format!("RSA {}", key.n().bits()),
            Public::Ed25519(_) => "Ed25519".to_owned(),
        }
    }

    /// The DER `SubjectPublicKeyInfo`.
    #[expect(clippy::expect_used, reason = "a key that was parsed or made has a DER form")]
    pub fn to_der(&self) -> Vec<u8> {
        let document = match &self.0 {
            Public::Rsa(key) => key.to_public_key_der(),
            Public::Ed25519(key) => key.to_public_key_der(),
        };
        document.expect("a public key is a few numbers").into_vec()
    }

    /// The key as PEM (`PUBLIC KEY`).
    #[expect(clippy::expect_used, reason = "a key that was parsed or made has a PEM form")]
    pub fn to_pem(&self) -> String {
        let pem = match &self.0 {
            Public::Rsa(key) => key.to_public_key_pem(LineEnding::LF),
            Public::Ed25519(key) => key.to_public_key_pem(LineEnding::LF),
        };
        pem.expect("a public key is a few numbers")
    }

    /// The key as .NET's `RSA.FromXmlString` takes it; nothing for Ed25519.
    pub fn to_xml(&self) -> Option<String> {
        let Public::Rsa(key) = &self.0 else { return None };
        let (modulus, exponent) = (STANDARD.encode(key.n_bytes()), STANDARD.encode(key.e_bytes()));
        Some(format!("<RSAKeyValue><Modulus>{modulus}</Modulus><Exponent>{exponent}</Exponent></RSAKeyValue>"))
    }

    /// That `signature` is the one of `message` under this key.
    pub(super) fn verify(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let is_valid = match (&self.0, scheme) {
            (Public::Rsa(key), Scheme::RsaSha1) => key.verify(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(message), signature).is_ok(),
            (Public::Rsa(key), Scheme::RsaSha256) => key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message), signature).is_ok(),
            (Public::Ed25519(key), Scheme::Ed25519) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                signature.and_then(|signature| key.verify_strict(message, &signature)).is_ok()
            }
            (Public::Ed25519(_), Scheme::RsaSha1 | Scheme::RsaSha256) | (Public::Rsa(_), Scheme::Ed25519) => {
                return Err(VerifyError::WrongKind);
            }
        };
        if is_valid { Ok(()) } else { Err(VerifyError::Forged) }
    }
}

/// Whether an RSA key may have so many bits.
pub(super) fn is_sound_size(bits: u32) -> bool {
    (LEAST_BITS..=MOST_BITS).contains(&bits)
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.kind(), self.id())
    }
}

impl KeyId {
    /// Parses 16 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let number = if is_hex { u64::from_str_radix(text, 16).ok()? } else { return None };
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::testing::{ed25519, rsa};

    #[test]
    fn a_key_is_the_same_in_every_form() {
        for key in [rsa().public(), ed25519().public()] {
            let base64 = STANDARD.encode(key.to_der());
            let wrapped = format!("\u{feff}{}\r\n{}\n", &base64[..20], &base64[20..]);
            for form in [Some(key.to_pem()), Some(key.to_pem().replace('\n', "\r\n")), Some(base64), Some(wrapped), key.to_xml()] {
                let Some(form) = form else { continue };
                assert_eq!(PublicKey::parse(form.as_bytes()), Ok(key.clone()), "{form}");
            }
            assert_eq!(KeyId::parse(&key.id().to_string()), Some(key.id()));
        }
        assert_eq!((rsa().public().kind().as_str(), ed25519().public().kind().as_str()), ("RSA 2048", "Ed25519"));
    }

    #[test]
    fn the_vendors_key_is_read() {
        let key = PublicKey::parse(include_bytes!("vectors/vendor.pub.b64")).unwrap();
        assert_eq!(key.kind(), "RSA 1024");
        assert_eq!(PublicKey::parse(key.to_xml().unwrap().as_bytes()), Ok(key));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in
            ["", "nothing", "-----BEGIN PUBLIC KEY-----", "<RSAKeyValue/>", "<a><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></a>"]
        {
            assert_eq!(PublicKey::parse(text.as_bytes()), Err(KeyError::Malformed), "{text}");
        }
        assert_eq!(PublicKey::parse(&vec![b'A'; MAX_BYTES + 1]), Err(KeyError::TooLarge));
        // All points of small order, of which this is one.
        let weak = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 1][..], &[0; 31]].concat();
        assert_eq!(PublicKey::from_der(&weak), Err(KeyError::Malformed));
    }

    #[test]
    fn an_rsa_key_has_a_sound_size() {
        let xml = |bytes: usize| {
            let modulus = STANDARD.encode(vec![0xff; bytes]);
            format!("<RSAKeyValue><Modulus>{modulus}</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>")
        };
        assert_eq!(PublicKey::parse(xml(64).as_bytes()), Err(KeyError::Size));
        assert!(PublicKey::parse(xml(128).as_bytes()).is_ok());
        assert!(PublicKey::parse(xml(512).as_bytes()).is_ok());
        assert_eq!(PublicKey::parse(xml(513).as_bytes()), Err(KeyError::Size));
    }

    proptest! {
        #[test]
        fn no_bytes_make_parsing_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[<>/A-Za-z0-9+=\\-\n ]{0,300}") {
            let _ = PublicKey::parse(&bytes);
            let _ = PublicKey::from_der(&bytes);
            let _ = PublicKey::parse(text.as_bytes());
        }
    }
}
