//! The digest of a licence key.
//!
//! It is there so that no key shows up in access logs, traces and reports of hot items: it stands where the key would, in the
//! table's keys above all. It is deliberately unkeyed. A table restored in another account, or after a secret was lost, finds its
//! licences again, and there is no secret whose rotation would have to rewrite every item. That is safe for the keys that are
//! made here: with at least 64 random bits, and 128 unless the vendor asks for less, nobody finds a key by trying.
//!
//! An imported key may be short or follow a plan. Whoever sees the digest of such a key can guess it offline, so its digest is
//! worth as much protection as the key itself. It still keeps the key out of a log that is merely read.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Keeps these digests apart from any other SHA-256 of the same text. Changing it loses every licence.
const CONTEXT: &[u8] = b"latchkey:license-key:v1\0";

/// The first 24 bytes of the SHA-256 of a fixed context and the key. 192 bits leave no room for two keys with one digest, and
/// are 32 characters of base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyDigest([u8; 24]);

/// A text is not the digest of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the digest of a license key")]
pub struct KeyDigestError;

impl KeyDigest {
    pub(super) fn of(key: &str) -> Self {
        let hash = Sha256::new().chain_update(CONTEXT).chain_update(key).finalize();
        let mut digest = [0; 24];
        digest.copy_from_slice(&hash[..24]);
        Self(digest)
    }

    /// The digest with these bytes, as a token carries them.
    pub fn from_bytes(bytes: [u8; 24]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 24] {
        &self.0
    }

    /// Reads the form that [`KeyDigest::to_text`] writes.
    pub fn parse(text: &str) -> Result<Self, KeyDigestError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyDigestError)?;
        bytes.try_into().map(Self).map_err(|_| KeyDigestError)
    }

    /// 32 characters of base64url, without padding.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyDigest({})", self.to_text())
    }
}

impl From<KeyDigest> for String {
    fn from(digest: KeyDigest) -> Self {
        digest.to_text()
    }
}

impl TryFrom<String> for KeyDigest {
    type Error = KeyDigestError;

    fn try_from(text: String) -> Result<Self, KeyDigestError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::LicenseKey;

    fn digest(key: &str) -> KeyDigest {
        LicenseKey::parse(key).unwrap().digest()
    }

    #[test]
    fn the_digest_of_a_key_never_changes() {
        assert_eq!(digest("TEST-KEY").to_text(), "296z10VGsNO9x1wA7bvtGp9KE3Im3ug4");
        assert_eq!(digest(" TEST-KEY\n"), digest("TEST-KEY"));
        assert_ne!(digest("TEST-KEY"), digest("test-key"));
    }

    #[test]
    fn the_text_form_parses_back_and_nothing_else_does() {
        let text = digest("TEST-KEY").to_text();
        assert_eq!(text.len(), 32);
        assert_eq!(KeyDigest::parse(&text), Ok(digest("TEST-KEY")));
        for bad in [String::new(), text[1..].to_owned(), format!("{text}A"), format!("{}=", &text[1..]), format!("{}+", &text[1..])] {
            assert_eq!(KeyDigest::parse(&bad), Err(KeyDigestError), "{bad:?}");
        }
    }

    #[test]
    fn json_carries_the_text_form() {
        let text = serde_json::to_string(&digest("TEST-KEY")).unwrap();
        assert_eq!(text, format!("\"{}\"", digest("TEST-KEY").to_text()));
        assert_eq!(serde_json::from_str::<KeyDigest>(&text).unwrap(), digest("TEST-KEY"));
    }
}
