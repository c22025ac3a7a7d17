//! Mail that is to be sent: what it says, to whom, and how far it has come.
//!
//! Nothing is sent from here. A letter waits in the account's outbox until something sends it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::ids::{AccountId, LicenseId, MailId, ResourceId};
use super::text::{Email, Line};
use super::time::Timestamp;

/// The most people that one mail is sent to.
pub const MOST_RECIPIENTS: usize = 50;
/// The most attachments of one mail.
pub const MOST_ATTACHMENTS: usize = 20;
/// The most bytes of a mail: what it says and its attachments together.
pub const MOST_BYTES: usize = 4 * 1_024 * 1_024;
/// For how long mail is kept, sent or not, in seconds: 30 days. What could not be sent in that time is given up.
pub const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// A mail in the outbox, without what it says, which lies in items of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its number within the account.
    pub id: MailId,
    /// The account.
    pub account: AccountId,
    /// How far it has come.
    pub state: MailState,
    /// How often it was tried to send it.
    pub attempts: u32,
    /// When it was handed in.
    pub created: Timestamp,
    /// What is to be sent.
    pub what: Post,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It waits to be sent.
    Queued,
    /// It was handed on to who delivers it.
    Sent,
    /// It will not be sent.
    GivenUp,
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Post {
    /// A letter as it was handed in.
    Letter(Envelope),
    /// A licence, to whoever it is made out to, in the words of a resource.
    License {
        /// The licence.
        license: LicenseId,
        /// The resource, of the type `email`.
        resource: ResourceId,
    },
}

/// A letter without what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// To whom: from 1 to [`MOST_RECIPIENTS`].
    pub to: Vec<Recipient>,
    /// What it is about: one line, so that no header can be made of it.
    pub subject: Line<255>,
    /// The name that it is sent under, as it was set on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<Line<120>>,
    /// Where answers go, as it was set on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Email>,
    /// How many parts its [`Letter`] lies in.
    pub parts: u16,
}

/// Somebody that mail is sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Line<120>>,
    /// Their address.
    pub email: Email,
}

/// What a letter says. Kept whole, in parts of what it is as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The text.
    pub body: String,
    /// Whether that is HTML.
    pub is_html: bool,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
}

/// A file that comes with a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub file_name: FileName,
    /// Its type.
    pub content_type: MediaType,
    /// Its bytes, as base64.
    pub content: String,
}

/// The name of an attached file: one line of at most 255 characters, without what parts a path or ends a header's quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(Line<255>);

/// The type of a file, such as `application/pdf`: two words, and nothing after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MediaType(String);

/// Why something of a mail was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// No name of a file.
    #[error("must be a name of at most 255 characters without / \\ \" : * ? < > |")]
    FileName,
    /// No type of a file.
    #[error("must be a type such as application/pdf")]
    MediaType,
    /// No base64.
    #[error("must be base64")]
    Base64,
}

impl FileName {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        let name = Line::parse(text).map_err(|_| MailError::FileName)?;
        let is_plain = !name.as_str().contains(['/', '\\', '"', ':', '*', '?', '<', '>', '|']) && !name.as_str().starts_with('.');
        if is_plain { Ok(Self(name)) } else { Err(MailError::FileName) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl MediaType {
    /// What a file is of which nothing is known.
    pub fn unknown() -> Self {
        Self("application/octet-stream".to_owned())
    }

    /// Checks `text`: letters, digits and a few signs on both sides of a slash, 127 characters at most.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        let is_word = |word: &str| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
            word.len() <= 63 && word.starts_with(|c: char| c.is_ascii_alphanumeric()) && word.chars().all(is_part)
        };
        match text.trim().split_once('/') {
            Some((kind, subtype)) if is_word(kind) && is_word(subtype) => Ok(Self(text.trim().to_ascii_lowercase())),
            _ => Err(MailError::MediaType),
        }
    }

    /// The type.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Attachment {
    /// A file whose bytes are `content`, as base64. White space in it is left out.
    pub fn parse(file_name: FileName, content_type: MediaType, content: &str) -> Result<Self, MailError> {
        let content: String = content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        STANDARD.decode(&content).map_err(|_| MailError::Base64)?;
        Ok(Self { file_name, content_type, content })
    }
}

impl Letter {
    /// How many bytes it has, as it is kept.
    pub fn bytes(&self) -> usize {
        self.body.len() + self.attachments.iter().map(|attachment| attachment.content.len()).sum::<usize>()
    }
}

impl TryFrom<String> for FileName {
    type Error = MailError;

    fn try_from(text: String) -> Result<Self, MailError> {
        Self::parse(&text)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0.as_str().to_owned()
    }
}

impl TryFrom<String> for MediaType {
    type Error = MailError;

    fn try_from(text: String) -> Result<Self, MailError> {
        Self::parse(&text)
    }
}

impl From<MediaType> for String {
    fn from(of: MediaType) -> Self {
        of.0
    }
}

/// What a letter says is the vendor's and the customer's.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (bytes, attachments) = (self.bytes(), self.attachments.len());
        f.debug_struct("Letter").field("bytes", &bytes).field("attachments", &attachments).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_leads_nowhere_and_ends_no_quotes() {
        assert_eq!(FileName::parse(" license.xml ").unwrap().as_str(), "license.xml");
        for text in ["", "../license.xml", "a/b", "a\\b", "a\"b", "a\r\nX: y", ".hidden", "C:x"] {
            assert_eq!(FileName::parse(text), Err(MailError::FileName), "{text:?}");
        }
    }

    #[test]
    fn a_files_type_is_two_words() {
        assert_eq!(MediaType::parse("Application/PDF").unwrap().as_str(), "application/pdf");
        assert!(MediaType::parse("application/vnd.oasis+xml").is_ok());
        for text in ["", "pdf", "a/b/c", "text/plain; charset=utf-8", "text/plain\r\nX: y", "/", "text/"] {
            assert_eq!(MediaType::parse(text), Err(MailError::MediaType), "{text:?}");
        }
    }

    #[test]
    fn an_attachment_is_base64() {
        let of = |content| Attachment::parse(FileName::parse("a").unwrap(), MediaType::unknown(), content);
        assert_eq!(of("aGVs\r\nbG8=").unwrap().content, "aGVsbG8=");
        assert!(of("").is_ok());
        assert_eq!(of("not base64").err(), Some(MailError::Base64));
    }

    #[test]
    fn nothing_that_a_letter_says_is_shown() {
        let letter = Letter { body: "secret".to_owned(), is_html: false, attachments: Vec::new() };
        assert_eq!(format!("{letter:?}"), "Letter { bytes: 6, attachments: 0, .. }");
    }
}
