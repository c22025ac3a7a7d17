//! What a signed licence says, whatever its form.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::moment::Moment;
use crate::domain::text::TextError;

/// The most characters of one text.
pub const MAX_TEXT: usize = 1_000;
/// The most features, fields, restrictions or components, and the most properties of a restriction.
pub const MAX_ENTRIES: usize = 100;

/// A text inside a signed licence: at most [`MAX_TEXT`] characters, no control characters but line feeds.
///
/// It is not trimmed: its bytes are signed. Other control characters are written differently by different programs, or
/// cannot be written in XML at all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(String);

/// What a signed licence says. Names of members are those of the JSON forms; `xml.rs` has those of the XML forms.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Content {
    /// The licence's public name, such as `licE719B`.
    pub id: Text,
    /// When it was issued.
    pub issue_date: Moment,
    /// The first moment at which it no longer holds; none where it never ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expire_date: Option<Moment>,
    /// The first moment at which support and updates are no longer included.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub support_expire_date: Option<Moment>,
    /// What sort of licence it is, in the vendor's words, such as `Enterprise`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// How the program is to use it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mode: Option<Mode>,
    /// On how many sites or machines it may be used; none where that is not limited here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_sites: Option<u32>,
    /// To whom it was issued.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub licensee: Option<Licensee>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub product: Option<Product>,
    /// The product's components that it covers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub components: Vec<Text>,
    /// What it unlocks.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub features: Vec<Feature>,
    /// What else the program is to know.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub fields: Vec<Field>,
    /// Where or how it may not be used.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub restrictions: Vec<Restriction>,
}

/// How a program uses its licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// The file is enough.
    File,
    /// Each machine takes a seat, for good.
    Activation,
    /// Each running copy takes a seat, for as long as it runs.
    Floating,
}

/// To whom a licence was issued.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Licensee {
    /// The company.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub company: Option<Text>,
    /// How to reach them: usually an e-mail address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contact_info: Option<Text>,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Text>,
    /// Their site.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<Text>,
}

/// What a licence is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Product {
    /// The product's public name, such as `P01`.
    pub id: Text,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Text>,
    /// Which version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<Text>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub copyright: Option<Text>,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<Text>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<Text>,
}

/// Something that a licence unlocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Feature {
    /// What the program asks for it by.
    pub id: Text,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Text>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<Text>,
    /// The first moment at which it is locked again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expire_date: Option<Moment>,
    /// A key that the program needs for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<Text>,
    /// Whatever else it needs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<Text>,
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Text,
}

/// Where or how a licence may not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Restriction {
    /// What the program knows it by.
    pub id: Text,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Text>,
    /// The first moment at which it no longer restricts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expire_date: Option<Moment>,
    /// Its particulars.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub properties: Vec<Field>,
    /// Its particulars where they are not names and values: a text of the vendor's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content: Option<Text>,
}

impl Text {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.chars().count() > MAX_TEXT {
            return Err(TextError::TooLong { max: MAX_TEXT });
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
}

impl Content {
    /// Whether it still holds at `now`.
    pub fn is_expired(&self, now: impl Into<Moment>) -> bool {
        let now = now.into();
        self.expire_date.is_some_and(|expires| expires <= now)
    }

    /// Whether no list has more entries than it may.
    pub(super) fn is_bounded(&self) -> bool {
        let Self { components, features, fields, restrictions, .. } = self;
        let lists = [components.len(), features.len(), fields.len(), restrictions.len()];
        lists.into_iter().chain(restrictions.iter().map(|restriction| restriction.properties.len())).all(|length| length <= MAX_ENTRIES)
    }
}

impl Mode {
    /// Its name, as in the JSON forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Activation => "activation",
            Self::Floating => "floating",
        }
    }

    /// The mode of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::File, Self::Activation, Self::Floating].into_iter().find(|mode| mode.name() == name)
    }
}

impl std::str::FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The texts of a licence name people and carry keys: none reaches a log line by way of a debug print.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(…)")
    }
}

impl fmt::Debug for Licensee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Licensee(…)")
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("id", &self.id.0).field("expire_date", &self.expire_date).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::signing::testing::{content, small};

    #[test]
    fn a_text_is_what_it_was_and_shows_nothing() {
        for text in ["", " padded ", "two\nlines", "Jürgen & Söhne <GmbH>", "🔑"] {
            assert_eq!(Text::parse(text).map(|text| text.as_str().to_owned()).as_deref(), Ok(text));
        }
        for text in ["a\tb", "a\r\nb", "a\0", "\u{85}", "\u{ffff}"] {
            assert!(matches!(Text::parse(text), Err(TextError::Character(_))), "{text:?}");
        }
        assert!(Text::parse(&"ü".repeat(MAX_TEXT)).is_ok());
        assert_eq!(Text::parse(&"ü".repeat(MAX_TEXT + 1)), Err(TextError::TooLong { max: MAX_TEXT }));
        let shown = format!("{:?}{:?}", content(), content().fields);
        assert!(!shown.contains('@') && !shown.contains("Mustermann"), "{shown}");
    }

    #[test]
    fn a_licence_holds_up_to_its_end_and_not_at_it() {
        let expires = Moment::parse("2027-01-01T00:00:00Z").unwrap();
        let content = Content { expire_date: Some(expires), ..small() };
        let at = |text: &str| content.is_expired(Timestamp::parse(text).unwrap());
        assert!(!at("2026-12-31T23:59:59.999999Z"));
        assert!(at("2027-01-01"));
        assert!(!small().is_expired(Timestamp::MAX));
    }

    #[test]
    fn a_list_is_bounded() {
        let field = content().fields[0].clone();
        assert!(Content { fields: vec![field.clone(); MAX_ENTRIES], ..small() }.is_bounded());
        assert!(!Content { fields: vec![field.clone(); MAX_ENTRIES + 1], ..small() }.is_bounded());
        let mut content = content();
        content.restrictions[0].properties = vec![field; MAX_ENTRIES + 1];
        assert!(!content.is_bounded());
    }
}
