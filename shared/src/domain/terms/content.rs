//! What stands in a signed licence beside who, what for and until when.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::text::TextError;
use crate::domain::time::Timestamp;

/// The most characters of one wording.
pub const MAX_WORDING: usize = 1_000;
/// The most entries of one list.
pub const MAX_ENTRIES: usize = 100;
/// The longest content, in bytes of JSON: even where each of its characters has to be written as six, it can be signed.
pub const MAX_CONTENT: usize = 32 * 1_024;

/// Which content: 128 bits of a SHA-256 of what it says, 22 characters as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ContentDigest(String);

/// What stands in a signed licence beside who, what for and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The product, as it was when the licence was made.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductCopy>,
    /// How to reach the licensee, where that is not by the e-mail address.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub contact_info: Option<Wording>,
    /// The licensee's site.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub licensee_url: Option<Wording>,
    /// The product's components that it covers.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Wording>,
    /// The assemblies that it covers: for the staff, not signed.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub assemblies: Vec<AssemblyCopy>,
    /// What else the program is to know.
    #[serde(rename = "i", default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// What it unlocks.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Feature>,
    /// Where or how it may not be used.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
}

/// A product as a licence states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCopy {
    /// Its public name.
    #[serde(rename = "i", default, skip_serializing_if = "Wording::is_empty")]
    pub id: Wording,
    /// What it is called.
    #[serde(rename = "n", default, skip_serializing_if = "Wording::is_empty")]
    pub name: Wording,
    /// Which version.
    #[serde(rename = "v", default, skip_serializing_if = "Wording::is_empty")]
    pub version: Wording,
    /// Whose it is.
    #[serde(rename = "c", default, skip_serializing_if = "Wording::is_empty")]
    pub copyright: Wording,
    /// Its page.
    #[serde(rename = "u", default, skip_serializing_if = "Wording::is_empty")]
    pub url: Wording,
    /// What it does.
    #[serde(rename = "d", default, skip_serializing_if = "Wording::is_empty")]
    pub description: Wording,
}

/// An assembly as a licence states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssemblyCopy {
    /// Its number, or 0.
    #[serde(rename = "i", default)]
    pub id: u32,
    /// What it is called.
    #[serde(rename = "n", default, skip_serializing_if = "Wording::is_empty")]
    pub name: Wording,
    /// Which version.
    #[serde(rename = "v", default, skip_serializing_if = "Wording::is_empty")]
    pub version: Wording,
    /// For which language.
    #[serde(rename = "l", default, skip_serializing_if = "Wording::is_empty")]
    pub culture: Wording,
    /// The name of the key that it is signed with.
    #[serde(rename = "k", default, skip_serializing_if = "Wording::is_empty")]
    pub public_key_token: Wording,
    /// The file that names in it are looked up in, or 0.
    #[serde(rename = "m", default)]
    pub mapping_file: u32,
    /// The key of its debug symbols.
    #[serde(rename = "s", default, skip_serializing_if = "Wording::is_empty")]
    pub debug_symbols_key: Wording,
}

/// A name and its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name.
    #[serde(rename = "n")]
    pub name: Wording,
    /// The value.
    #[serde(rename = "v", default, skip_serializing_if = "Wording::is_empty")]
    pub value: Wording,
}

/// Something that a licence unlocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// What the program asks for it by.
    #[serde(rename = "i")]
    pub id: Wording,
    /// What it is called.
    #[serde(rename = "n", default, skip_serializing_if = "Wording::is_empty")]
    pub name: Wording,
    /// What it does.
    #[serde(rename = "d", default, skip_serializing_if = "Wording::is_empty")]
    pub description: Wording,
    /// The first moment at which it is locked again.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// A key that the program needs for it.
    #[serde(rename = "k", default, skip_serializing_if = "Wording::is_empty")]
    pub key: Wording,
    /// Whatever else it needs.
    #[serde(rename = "x", default, skip_serializing_if = "Wording::is_empty")]
    pub data: Wording,
}

/// Where or how a licence may not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// What the program knows it by.
    #[serde(rename = "i")]
    pub id: Wording,
    /// What it is called.
    #[serde(rename = "n", default, skip_serializing_if = "Wording::is_empty")]
    pub name: Wording,
    /// The first moment at which it no longer restricts.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Its particulars, in the order of their names.
    #[serde(rename = "p", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<Wording, Wording>,
    /// Its particulars where they are not names and values.
    #[serde(rename = "x", default, skip_serializing_if = "Wording::is_empty")]
    pub content: Wording,
}

/// A text that is signed as it stands: at most [`MAX_WORDING`] characters, which may be none; no control characters but line feeds.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Wording(String);

/// The content is longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a list has at most {MAX_ENTRIES} entries, and all of it together at most {MAX_CONTENT} bytes")]
pub struct TooLong;

impl Content {
    /// The content, where it is no longer than it may be.
    pub fn bounded(self) -> Result<Self, TooLong> {
        let Self { components, assemblies, fields, features, restrictions, .. } = &self;
        let lists = [components.len(), assemblies.len(), fields.len(), features.len(), restrictions.len()];
        let mut lengths = lists.into_iter().chain(restrictions.iter().map(|restriction| restriction.properties.len()));
        if lengths.any(|length| length > MAX_ENTRIES) || self.json().len() > MAX_CONTENT { Err(TooLong) } else { Ok(self) }
    }

    /// What it says, as one name.
    pub fn digest(&self) -> ContentDigest {
        let hash = Sha256::new().chain_update(b"latchkey:terms:v1\0").chain_update(self.json()).finalize();
        ContentDigest(URL_SAFE_NO_PAD.encode(&hash[..16]))
    }

    #[expect(clippy::expect_used, reason = "texts, numbers and lists of them are always JSON")]
    fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("it has no map whose keys are no texts")
    }
}

impl ContentDigest {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ContentDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_one = text.len() == 22 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if is_one { Ok(Self(text)) } else { Err(serde::de::Error::custom("not the digest of a content")) }
    }
}

impl Wording {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.chars().count() > MAX_WORDING {
            return Err(TextError::TooLong { max: MAX_WORDING });
        }
        // The last two are no characters of XML.
        match text.chars().find(|c| c.is_control() && *c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}')) {
            Some(c) => Err(TextError::Character(c)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::str::FromStr for Wording {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Wording {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// They name people and hold keys: none reaches a log line by way of a debug print.
impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wording(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(text: &str) -> Wording {
        Wording::parse(text).unwrap()
    }

    #[test]
    fn a_wording_is_what_it_was_and_shows_nothing() {
        for text in ["", " padded ", "two\nlines", "Jürgen & Söhne <GmbH>", "🔑"] {
            assert_eq!(wording(text).as_str(), text);
        }
        for text in ["a\tb", "a\r\nb", "a\0", "\u{85}", "\u{ffff}"] {
            assert!(matches!(Wording::parse(text), Err(TextError::Character(_))), "{text:?}");
        }
        assert_eq!(Wording::parse(&"ü".repeat(MAX_WORDING + 1)), Err(TextError::TooLong { max: MAX_WORDING }));
        assert_eq!(format!("{:?}", wording("secret")), "Wording(…)");
    }

    #[test]
    fn a_content_is_bounded_and_named_by_what_it_says() {
        let feature = Feature { id: wording("export"), ..Feature::default() };
        let of = |features| Content { features, ..Content::default() };
        let one = of(vec![feature.clone()]);
        assert_eq!(one.digest(), one.clone().digest());
        assert_ne!(one.digest(), of(vec![feature.clone(); 2]).digest());
        assert!(of(vec![feature.clone(); MAX_ENTRIES]).bounded().is_ok());
        assert_eq!(of(vec![feature.clone(); MAX_ENTRIES + 1]).bounded(), Err(TooLong));
        let long = Feature { data: wording(&"x".repeat(MAX_WORDING)), ..feature };
        assert_eq!(of(vec![long; MAX_ENTRIES]).bounded(), Err(TooLong));
        let digest = serde_json::to_string(&one.digest()).unwrap();
        assert_eq!(serde_json::from_str::<ContentDigest>(&digest).unwrap(), one.digest());
        assert!(serde_json::from_str::<ContentDigest>("\"short\"").is_err());
    }
}
