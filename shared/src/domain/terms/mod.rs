//! The terms of a licence: what it says beyond who may use it, how often and until when.
//!
//! None of it decides anything about a seat. It is what the vendor's staff see, and what stands in the
//! [signed licence](crate::signing). What a licence's list can be filtered by lies in the licence's own item; the rest, its
//! [`Content`], lies there too where it is short, and in an item of its own otherwise, named by what it says.
//!
//! The members have short names in the store: the licence's item is copied into three indexes, and pays for each kilobyte.

mod content;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::content::{
    AssemblyCopy, Content, ContentDigest, Feature, Field, MAX_CONTENT, MAX_ENTRIES, MAX_WORDING, ProductCopy, Restriction, TooLong, Wording,
};
use super::ids::{ResourceId, TemplateId};
use super::key::pattern::Pattern;
use super::text::{Line, Prose, TextError};
use super::time::Timestamp;
use crate::random::Random;

/// What a licence says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The public name: `lic1A2B3C4D`.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Line<64>>,
    /// What sort of licence it is, in the vendor's words.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Line<64>>,
    /// The form of the signed licence.
    #[serde(rename = "f", default, skip_serializing_if = "Format::is_first")]
    pub format: Format,
    /// What the staff noted.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Prose<1_000>>,
    /// The day of issue that it states, where that is another than the day it was made.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Timestamp>,
    /// The first moment at which support and updates are no longer included.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub support_until: Option<Timestamp>,
    /// The company that it is made out to.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub company: Option<Line<120>>,
    /// Whether nobody is named on it but a company or an e-mail address, by which it goes instead.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unnamed: bool,
    /// What the vendor's own programs keep with it.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Prose<2_000>>,
    /// What it was made from.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateId>,
    /// The key that it is signed with.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<ResourceId>,
    /// The rest.
    #[serde(rename = "x", default, skip_serializing_if = "Kept::is_empty")]
    pub content: Kept,
}

/// The form of a signed licence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Format {
    /// XML, signed with RSA.
    #[default]
    Xml,
    /// XML with a signature of the W3C.
    XmlDsig,
    /// Base64 between two lines.
    Ascii,
    /// Groups of letters and digits, to be typed.
    Base32,
    /// JSON, signed with Ed25519.
    File,
}

/// Where a licence's content lies.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Kept {
    /// Nowhere: there is none.
    #[default]
    #[serde(rename = "n")]
    Nothing,
    /// With the licence.
    #[serde(rename = "h")]
    Here(Box<Content>),
    /// In an item of its own, which is never changed.
    #[serde(rename = "t")]
    There(ContentDigest),
}

impl Terms {
    /// Whether they say nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A public name for a licence that came without one: `lic` and 8 hexadecimal digits. Nobody finds a licence by it, so none is held
/// for one licence alone.
pub fn draw_name(random: &Random) -> Result<Line<64>, TextError> {
    Line::parse(&format!("lic{}", random.text(b"0123456789ABCDEF", 8)))
}

/// The pattern of the keys of licences whose template names none, as the existing tools have it: 103 random bits.
pub fn usual_key_pattern() -> Pattern {
    #[expect(clippy::expect_used, reason = "a constant, and a test makes keys from it")]
    Pattern::parse("{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}").expect("it is a pattern")
}

impl Format {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Xml, Self::XmlDsig, Self::Ascii, Self::Base32, Self::File];

    /// Whether it is what a licence has that nothing is said of.
    pub fn is_first(&self) -> bool {
        *self == Self::Xml
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Xml => 0,
            Self::XmlDsig => 1,
            Self::Ascii => 2,
            Self::Base32 => 3,
            Self::File => 4,
        }
    }
}

impl From<Format> for u8 {
    fn from(format: Format) -> Self {
        format.number()
    }
}

impl TryFrom<u8> for Format {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::ALL.get(usize::from(number)).copied().ok_or("a format is a number from 0 to 4")
    }
}

impl Kept {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::Nothing
    }
}

impl From<Content> for Kept {
    fn from(content: Content) -> Self {
        if content == Content::default() { Self::Nothing } else { Self::Here(Box::new(content)) }
    }
}

/// Features have keys: none is printed.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Here(_) => f.write_str("Here(…)"),
            Self::There(digest) => f.debug_tuple("There").field(digest).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::format::KeyPattern;

    #[test]
    fn a_drawn_name_and_a_drawn_key_have_the_documented_form() {
        let random = Random::seeded(11);
        for _ in 0..100 {
            let name = draw_name(&random).unwrap();
            let digits = name.as_str().strip_prefix("lic").unwrap();
            assert!(digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte)), "{digits}");
            let key = usual_key_pattern().generate(&random);
            assert_eq!(key.split('-').map(str::len).collect::<Vec<_>>(), [5; 4]);
        }
        assert!(KeyPattern::parse(usual_key_pattern().as_str()).is_ok());
    }

    #[test]
    fn a_format_is_its_number() {
        for format in Format::ALL {
            assert_eq!(Format::try_from(format.number()), Ok(format));
        }
        assert!(Format::try_from(5).is_err());
    }

    #[test]
    fn what_is_usual_takes_no_room() {
        assert_eq!(serde_json::to_string(&Terms::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Terms>("{}").unwrap(), Terms::default());
        assert_eq!(Kept::from(Content::default()), Kept::Nothing);
    }
}
