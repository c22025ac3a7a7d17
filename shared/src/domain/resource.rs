//! The resource: something that a vendor keeps with us and that others refer to, such as a signature key or the text of a mail.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::ids::{AccountId, ResourceId};
use super::text::{Line, Prose};
use super::time::Timestamp;

/// The most bytes of a resource's data.
pub const MOST_DATA: usize = 256 * 1_024;

/// A resource, without its data, which may be heavy and lies in an item of its own ([`ResourceBody`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its number within the account.
    pub id: ResourceId,
    /// The account.
    pub account: AccountId,
    /// What its vendor calls it.
    pub name: Line<120>,
    /// What sort of thing it is. What is interpreted here: [`KeyType`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Line<64>>,
    /// The vendor's own code for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Line<64>>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Prose<2000>>,
    /// Where it came from: never called from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Line<2000>>,
    /// The form that its data is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_format: Option<Line<64>>,
    /// Whatever the vendor's programs keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Prose<4000>>,
    /// What it holds.
    pub content: ResourceContent,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// What a resource holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ResourceContent {
    /// No data.
    Nothing,
    /// Data, in the resource's [`ResourceBody`].
    Data {
        /// How many bytes.
        bytes: u32,
    },
    /// A signature key, whose private part is in the resource's [`ResourceBody`].
    SignatureKey {
        /// Its public part as PEM.
        public: String,
    },
}

/// What of a resource is heavy, or must not be read by lists.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ResourceBody {
    /// Data as it was given.
    Data {
        /// At most [`MOST_DATA`] bytes.
        data: String,
    },
    /// The private part of a signature key.
    SignatureKey {
        /// It, sealed.
        sealed: SealedKey,
        /// Whether anything was ever signed with it: then it stays.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        has_signed: bool,
    },
}

/// A private key as it is kept: sealed, and opened only to sign.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedKey(String);

/// The types of resources that are signature keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// `RSA`.
    Rsa,
    /// `Ed25519`.
    Ed25519,
}

impl Resource {
    /// When it was changed last; when it was made, where it never was.
    pub fn last_change(&self) -> Timestamp {
        self.updated.unwrap_or(self.created)
    }

    /// Whether licences can be signed with it.
    pub fn is_signature_key(&self) -> bool {
        matches!(self.content, ResourceContent::SignatureKey { .. })
    }
}

impl KeyType {
    /// The type that `sort` names, in any case; nothing where it names something else.
    pub fn parse(sort: &str) -> Option<Self> {
        if sort.eq_ignore_ascii_case("RSA") {
            Some(Self::Rsa)
        } else if sort.eq_ignore_ascii_case("Ed25519") {
            Some(Self::Ed25519)
        } else {
            None
        }
    }
}

impl SealedKey {
    /// Takes what was sealed.
    pub fn new(sealed: &[u8]) -> Self {
        Self(STANDARD.encode(sealed))
    }

    /// What was sealed; nothing where it was changed.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.0).ok()
    }
}

/// Sealed or not, a key is not shown.
impl fmt::Debug for SealedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedKey(…)")
    }
}

/// How much it is, and not what.
impl fmt::Debug for ResourceBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data { data } => write!(f, "Data({} bytes)", data.len()),
            Self::SignatureKey { has_signed, .. } => f.debug_struct("SignatureKey").field("has_signed", has_signed).finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_types_are_signature_keys_in_any_case() {
        assert_eq!(KeyType::parse("rsa"), Some(KeyType::Rsa));
        assert_eq!(KeyType::parse("ED25519"), Some(KeyType::Ed25519));
        for other in ["email", "", "RSA2048", "rsa "] {
            assert_eq!(KeyType::parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn nothing_of_a_body_is_shown() {
        let sealed = SealedKey::new(b"something");
        assert_eq!(sealed.bytes().as_deref(), Some(&b"something"[..]));
        let body = ResourceBody::SignatureKey { sealed: sealed.clone(), has_signed: true };
        assert_eq!(format!("{body:?} {sealed:?}"), "SignatureKey { has_signed: true, .. } SealedKey(…)");
        assert_eq!(format!("{:?}", ResourceBody::Data { data: "secret".to_owned() }), "Data(6 bytes)");
    }
}
