//! The digests' types.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Hmac;
use hmac::digest::CtOutput;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::api_key::ApiKeySecret;

/// What an API key is found by: 24 bytes, as 32 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiKeyDigest([u8; 24]);

/// Who is asking, without saying it: 24 bytes, as 32 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AskerDigest([u8; 24]);

/// Which secret something was digested under, without telling it: 8 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretId(String);

/// What an API key is compared with: 32 bytes, as 43 characters of base64url. Comparing two takes the same time wherever they
/// differ.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiKeyCheck([u8; 32]);

/// What the second secret of an API key is stored as: 43 characters of base64url. It was drawn from 206 random bits, so its
/// digest can be turned back by nobody, and needs no secret of ours that could be rotated away from it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientSecretDigest(String);

/// A text is not a digest of that sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a digest")]
pub struct NotADigest;

impl ApiKeyDigest {
    pub(super) fn of(tag: &[u8; 32]) -> Self {
        Self(shortened(tag))
    }

    /// 32 characters of base64url, without padding.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl ClientSecretDigest {
    /// The digest of this secret.
    pub fn of(secret: &ApiKeySecret) -> Self {
        let digest = Sha256::new().chain_update("latchkey:client-secret:v1\0").chain_update(secret.expose()).finalize();
        Self(URL_SAFE_NO_PAD.encode(digest))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecretDigest(..)")
    }
}

impl AskerDigest {
    pub(super) fn of(tag: &[u8; 32]) -> Self {
        Self(shortened(tag))
    }

    /// 32 characters of base64url, without padding.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl SecretId {
    pub(super) fn of(tag: &[u8; 32]) -> Self {
        Self(format!("{:08x}", u32::from_be_bytes([tag[0], tag[1], tag[2], tag[3]])))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ApiKeyCheck {
    pub(super) fn of(tag: [u8; 32]) -> Self {
        Self(tag)
    }
}

impl PartialEq for ApiKeyCheck {
    fn eq(&self, other: &Self) -> bool {
        let constant_time = |tag: &Self| CtOutput::<Hmac<Sha256>>::new(tag.0.into());
        constant_time(self) == constant_time(other)
    }
}

impl Eq for ApiKeyCheck {}

fn shortened(tag: &[u8; 32]) -> [u8; 24] {
    let mut short = [0; 24];
    short.copy_from_slice(&tag[..24]);
    short
}

fn decoded<const N: usize>(text: &str) -> Result<[u8; N], NotADigest> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotADigest)?.try_into().map_err(|_| NotADigest)
}

impl From<ApiKeyDigest> for String {
    fn from(digest: ApiKeyDigest) -> Self {
        digest.to_text()
    }
}

impl TryFrom<String> for ApiKeyDigest {
    type Error = NotADigest;

    fn try_from(text: String) -> Result<Self, NotADigest> {
        decoded(&text).map(Self)
    }
}

impl From<ApiKeyCheck> for String {
    fn from(check: ApiKeyCheck) -> Self {
        URL_SAFE_NO_PAD.encode(check.0)
    }
}

impl TryFrom<String> for ApiKeyCheck {
    type Error = NotADigest;

    fn try_from(text: String) -> Result<Self, NotADigest> {
        decoded(&text).map(Self)
    }
}

impl fmt::Debug for ApiKeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyDigest({})", self.to_text())
    }
}

impl fmt::Debug for AskerDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AskerDigest({})", self.to_text())
    }
}

/// What decides whether a key is accepted stays out of debug prints.
impl fmt::Debug for ApiKeyCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeyCheck(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_and_read_back_and_nothing_else_is_read() {
        let (name, check) = (ApiKeyDigest::of(&[7; 32]), ApiKeyCheck::of([7; 32]));
        let (name_text, check_text) = (String::from(name), String::from(check));
        assert_eq!((name_text.len(), check_text.len()), (32, 43));
        assert_eq!(ApiKeyDigest::try_from(name_text.clone()), Ok(name));
        assert_eq!(ApiKeyCheck::try_from(check_text.clone()), Ok(check));
        assert_eq!(ApiKeyDigest::try_from(check_text), Err(NotADigest));
        assert_eq!(ApiKeyCheck::try_from(name_text), Err(NotADigest));
    }

    #[test]
    fn a_check_is_equal_to_itself_alone() {
        for byte in 0..32 {
            let mut other = [7; 32];
            other[byte] ^= 1;
            assert_ne!(ApiKeyCheck::of(other), ApiKeyCheck::of([7; 32]), "byte {byte}");
        }
    }
}
