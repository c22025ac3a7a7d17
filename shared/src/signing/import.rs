//! Signature keys that a vendor brings along: PEM, PFX (PKCS#12) and SNK (the key file of .NET's strong names).

use p12_keystore::Pkcs12Archive;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::SecretDocument;
use rsa::{BoxedUint, RsaPrivateKey};

use super::keys::SigningKey;
use super::problem::KeyError;
use super::public::is_sound_size;

/// The longest file that is looked at as a key, in bytes: a PFX may hold a chain of certificates.
pub const MAX_KEY_FILE: usize = 64 * 1_024;

impl SigningKey {
    /// The key in a PEM text: PKCS#8 (`PRIVATE KEY`) with RSA or Ed25519, or PKCS#1 (`RSA PRIVATE KEY`).
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.len() > MAX_KEY_FILE {
            return Err(KeyError::TooLarge);
        }
        let pem = pem.trim();
        let label = pem.strip_prefix("-----BEGIN ").and_then(|pem| pem.split("-----").next()).ok_or(KeyError::Malformed)?;
        // The older form of encryption is told in a header.
        if label == "ENCRYPTED PRIVATE KEY" || pem.contains("Proc-Type:") {
            return Err(KeyError::Encrypted);
        }
        let document = || SecretDocument::from_pem(pem).map(|(_, document)| document).map_err(|_| KeyError::Malformed);
        match label {
            "PRIVATE KEY" => Self::from_pkcs8(document()?.as_bytes()),
            "RSA PRIVATE KEY" => Self::of_rsa(RsaPrivateKey::from_pkcs1_der(document()?.as_bytes()).map_err(|_| KeyError::Malformed)?),
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" | "OPENSSH PRIVATE KEY" => Err(KeyError::Algorithm),
            _ => Err(KeyError::Malformed),
        }
    }

    /// The one private key in a PFX. Its certificates are not looked at. Rounds of key derivation are bounded by the library,
    /// at a million each.
    pub fn from_pfx(pfx: &[u8], password: &str) -> Result<Self, KeyError> {
        if pfx.len() > MAX_KEY_FILE {
            return Err(KeyError::TooLarge);
        }
        // Looked at first, so that what is no PFX is not put down to the password.
        if !pfx.starts_with(&[0x30]) {
            return Err(KeyError::Malformed);
        }
        let archive = Pkcs12Archive::from_pkcs12(pfx, password).map_err(|_| KeyError::Password)?;
        match archive.keys.as_slice() {
            [bag] => Self::from_pkcs8(bag.key.as_der()),
            _ => Err(KeyError::NotOne),
        }
    }

    /// The key in an SNK file: a `PRIVATEKEYBLOB` of Microsoft's `CryptoAPI`, all numbers little-endian.
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 8 | `07 02 00 00`, and the algorithm: `00 24 00 00` (signing) or `00 a4 00 00` (exchange) |
    /// | 4 | `RSA2` |
    /// | 4 | the modulus' bits, *n* |
    /// | 4 | the public exponent |
    /// | *n*/8 | the modulus |
    /// | 5 × *n*/16 | the primes p and q, and three numbers that follow from the others |
    /// | *n*/8 | the private exponent |
    pub fn from_snk(snk: &[u8]) -> Result<Self, KeyError> {
        if snk.len() > MAX_KEY_FILE {
            return Err(KeyError::TooLarge);
        }
        let mut blob = Blob(snk);
        let is_private = matches!(blob.take(8)?, [7, 2, 0, 0, 0, 0x24 | 0xa4, 0, 0]) && blob.take(4)? == b"RSA2";
        if !is_private {
            return Err(KeyError::Malformed);
        }
        let (bits, exponent) = (blob.number()?, blob.number()?);
        if !is_sound_size(bits) || bits % 16 != 0 {
            return Err(KeyError::Size);
        }
        let (whole, half) = (bits as usize / 8, bits as usize / 16);
        let modulus = uint(blob.take(whole)?, bits)?;
        let primes = vec![uint(blob.take(half)?, bits)?, uint(blob.take(half)?, bits)?];
        blob.take(3 * half)?;
        let private = uint(blob.take(whole)?, bits)?;
        if !blob.0.is_empty() {
            return Err(KeyError::Malformed);
        }
        let key = RsaPrivateKey::from_components(modulus, BoxedUint::from(u64::from(exponent)), private, primes);
        Self::of_rsa(key.map_err(|_| KeyError::Malformed)?)
    }
}

struct Blob<'a>(&'a [u8]);

impl<'a> Blob<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], KeyError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(KeyError::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, KeyError> {
        self.take(4)?.try_into().map(u32::from_le_bytes).map_err(|_| KeyError::Malformed)
    }
}

fn uint(bytes: &[u8], bits: u32) -> Result<BoxedUint, KeyError> {
    BoxedUint::from_le_slice(bytes, bits).map_err(|_| KeyError::Malformed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::public::PublicKey;
    use crate::signing::testing::{ed25519, rsa};

    const PASSWORD: &str = "a-password";
    const PFX: &[u8] = include_bytes!("vectors/rsa.pfx");
    const OLD_PFX: &[u8] = include_bytes!("vectors/rsa-old.pfx");
    const SNK: &[u8] = include_bytes!("vectors/rsa.snk");

    #[test]
    fn a_key_is_the_same_from_every_form_that_openssl_writes() {
        let key = rsa().public();
        for (form, imported) in [
            ("PKCS#1", SigningKey::from_pem(include_str!("vectors/rsa-pkcs1.pem"))),
            ("PFX", SigningKey::from_pfx(PFX, PASSWORD)),
            ("PFX with 3DES and SHA-1", SigningKey::from_pfx(OLD_PFX, PASSWORD)),
            ("SNK", SigningKey::from_snk(SNK)),
        ] {
            assert_eq!(imported.unwrap().public(), key, "{form}");
        }
        assert_eq!(ed25519().public(), PublicKey::parse(include_bytes!("vectors/ed25519.pub.pem")).unwrap());
    }

    #[test]
    fn a_wrong_password_opens_nothing() {
        for pfx in [PFX, OLD_PFX] {
            assert_eq!(SigningKey::from_pfx(pfx, "another").unwrap_err(), KeyError::Password);
            assert_eq!(SigningKey::from_pfx(pfx, "").unwrap_err(), KeyError::Password);
        }
    }

    #[test]
    fn what_is_not_taken_says_why() {
        let pem = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
        for (text, problem) in [
            (pem("ENCRYPTED PRIVATE KEY"), KeyError::Encrypted),
            ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n".to_owned(), KeyError::Encrypted),
            (pem("EC PRIVATE KEY"), KeyError::Algorithm),
            (include_str!("vectors/p256.pem").to_owned(), KeyError::Algorithm),
            (include_str!("vectors/rsa-512.pem").to_owned(), KeyError::Size),
            (pem("PRIVATE KEY"), KeyError::Malformed),
            (pem("CERTIFICATE"), KeyError::Malformed),
            (String::new(), KeyError::Malformed),
            (" ".repeat(MAX_KEY_FILE + 1), KeyError::TooLarge),
        ] {
            assert_eq!(SigningKey::from_pem(&text).unwrap_err(), problem, "{text}");
        }
        assert_eq!(SigningKey::from_pfx(b"no PFX", PASSWORD).unwrap_err(), KeyError::Malformed);
        assert_eq!(SigningKey::from_pfx(&vec![0x30; MAX_KEY_FILE + 1], PASSWORD).unwrap_err(), KeyError::TooLarge);
    }

    #[test]
    fn a_blob_is_whole_and_its_numbers_fit_each_other() {
        for length in 0..SNK.len() {
            assert!(SigningKey::from_snk(&SNK[..length]).is_err(), "{length} bytes");
        }
        assert_eq!(SigningKey::from_snk(&[SNK, &[0]].concat()).unwrap_err(), KeyError::Malformed);
        for position in [0, 4, 5, 8, 16, 20, 20 + 256, 20 + 256 + 128, SNK.len() - 1] {
            let mut changed = SNK.to_vec();
            changed[position] ^= 0x40;
            assert!(SigningKey::from_snk(&changed).is_err(), "byte {position}");
        }
        let mut tiny = SNK.to_vec();
        tiny[12..16].copy_from_slice(&512_u32.to_le_bytes());
        assert_eq!(SigningKey::from_snk(&tiny).unwrap_err(), KeyError::Size);
    }

    proptest! {
        #[test]
        fn no_bytes_make_importing_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), position in 0..3_000_usize, text in "\\PC{0,200}") {
            let _ = SigningKey::from_snk(&bytes);
            // Whole in its form, with numbers that fit nothing; the modulus and the exponent are odd where the first byte is.
            let numbers = bytes.iter().copied().cycle().chain(std::iter::repeat(0)).take(576);
            let _ = SigningKey::from_snk(&SNK[..12].iter().copied().chain([0, 4, 0, 0, 1, 0, 1, 0]).chain(numbers).collect::<Vec<_>>());
            let _ = SigningKey::from_pfx(&bytes, PASSWORD);
            let _ = SigningKey::from_pem(&text);
            let mut pfx = PFX.to_vec();
            let position = position % pfx.len();
            pfx[position] ^= bytes.first().copied().unwrap_or(1);
            // Only the first bytes: beyond, each try derives keys for long.
            if position < 60 {
                let _ = SigningKey::from_pfx(&pfx, PASSWORD);
            }
        }
    }
}
