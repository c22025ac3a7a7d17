//! Mail that is to be sent: what it says, to whom, and how far it has come.
//!
//! A mail waits in the account's outbox until its turn comes ([`Mail::turn`]). Whoever sends it takes it first, for a while, and writes
//! afterwards what came of it. Where it could not be sent for now, it is due again later, for a day ([`retry`](super::retry)).

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
    /// When the first attempt was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// When the next attempt is due, where it is not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Until when somebody is at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_until: Option<Timestamp>,
    /// What the last attempt came to, where it was not sent: a word of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Line<64>>,
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

/// What to do about a job that asks for a mail to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTurn {
    /// Nothing: it has ended, or a later job is there for it.
    Over,
    /// It is asked for again after so many seconds.
    Wait(u32),
    /// It is sent now.
    Now,
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

impl Mail {
    /// What to do about a job that asks for this attempt, counted from 1.
    pub fn turn(&self, attempt: u32, now: Timestamp) -> MailTurn {
        // An attempt that is held is the one that the count has already; one that is not held is the next.
        let is_late = if self.taken_until.is_some() { attempt < self.attempts } else { attempt <= self.attempts };
        if self.state != MailState::Queued || is_late {
            return MailTurn::Over;
        }
        let until = |moment: Option<Timestamp>| moment.map_or(0, |moment| moment.as_micros() - now.as_micros());
        match until(self.due).max(until(self.taken_until)) {
            micros if micros <= 0 => MailTurn::Now,
            // Rounded up: nobody comes too early twice.
            micros => MailTurn::Wait(u32::try_from(micros.saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)),
        }
    }

    /// It in the hands of whoever makes this attempt, until `until`.
    #[must_use]
    pub fn taken(&self, attempt: u32, now: Timestamp, until: Timestamp) -> Self {
        let first = self.first.or(Some(now));
        Self { attempts: attempt, first, due: None, taken_until: Some(until), ..self.next() }
    }

    /// It after an attempt, to be tried again at `due`.
    #[must_use]
    pub fn put_off(&self, due: Timestamp, why: &'static str) -> Self {
        Self { due: Some(due), taken_until: None, why: Line::parse(why).ok(), ..self.next() }
    }

    /// It after its last attempt.
    #[must_use]
    pub fn ended(&self, state: MailState, why: Option<&'static str>) -> Self {
        Self { state, taken_until: None, why: why.and_then(|why| Line::parse(why).ok()), ..self.next() }
    }

    /// It from the beginning, as if it had just been handed in: for a mail that was given up, or sent and lost.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { state: MailState::Queued, attempts: 0, first: None, due: None, taken_until: None, why: None, ..self.next() }
    }

    fn next(&self) -> Self {
        Self { revision: self.revision.saturating_add(1), ..self.clone() }
    }
}

impl MailState {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::GivenUp => "given up",
        }
    }
}

/// An address as mail is sent to it: its local part as plain ASCII (RFC 5321, 4.1.2, `Dot-string`), its domain in ASCII (RFC 5890). Nothing
/// where mail cannot be sent to it from here: SES takes no other local part
/// (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html>), and a quoted one has nobody.
pub fn in_ascii(email: &Email) -> Option<String> {
    let (local, domain) = email.as_str().split_once('@')?;
    let is_atom = |atom: &str| !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b));
    let is_local = local.len() <= 64 && local.split('.').all(is_atom);
    // The host's parser takes what is percent-encoded for what it stands for, which no mail server does.
    let host = Some(domain).filter(|domain| !domain.contains(['%', '[', ':']));
    let Some(url::Host::Domain(host)) = url::Host::parse(host?).ok() else { return None };
    let is_label = |label: &str| {
        let is_plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (1..=63).contains(&label.len()) && is_plain && !label.starts_with('-') && !label.ends_with('-')
    };
    (is_local && host.split('.').all(is_label)).then(|| format!("{local}@{host}")).filter(|address| address.len() <= 254)
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

    fn mail() -> Mail {
        let moment = at(0);
        let (id, account) = (MailId::new(3).unwrap(), AccountId::new(1).unwrap());
        let what = Post::License { license: LicenseId::new(5).unwrap(), resource: ResourceId::new(7).unwrap() };
        let state = MailState::Queued;
        Mail { id, account, state, attempts: 0, created: moment, what, first: None, due: None, taken_until: None, why: None, revision: 1 }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_mail_is_sent_once_for_each_attempt_by_whoever_takes_it() {
        let mail = mail();
        assert_eq!([0, 1, 2].map(|attempt| mail.turn(attempt, at(0))), [MailTurn::Over, MailTurn::Now, MailTurn::Now]);
        let taken = mail.taken(1, at(0), at(90));
        assert_eq!((taken.attempts, taken.first, taken.revision), (1, Some(at(0)), 2));
        assert_eq!([at(0), at(89), at(90)].map(|now| taken.turn(1, now)), [MailTurn::Wait(90), MailTurn::Wait(1), MailTurn::Now]);
        let put_off = taken.put_off(at(30), "timeout");
        assert_eq!([1, 2].map(|attempt| put_off.turn(attempt, at(20))), [MailTurn::Over, MailTurn::Wait(10)]);
        assert_eq!(put_off.turn(2, at(30)), MailTurn::Now);
        assert_eq!(put_off.taken(2, at(30), at(120)).first, Some(at(0)));
        for state in [MailState::Sent, MailState::GivenUp] {
            let ended = put_off.taken(2, at(30), at(120)).ended(state, Some("too old"));
            assert_eq!(ended.turn(9, at(1_000)), MailTurn::Over);
            let again = ended.again();
            assert_eq!((again.turn(1, at(31)), again.attempts, again.first, again.why), (MailTurn::Now, 0, None, None));
        }
    }

    #[test]
    fn a_mail_of_before_attempts_were_kept_is_read() {
        let old = r#"{"id":3,"account":1,"state":"queued","attempts":0,"created":"2027-01-15T08:00:00.000000Z",
            "what":{"is":"license","license":5,"resource":7},"revision":1}"#;
        assert_eq!(serde_json::from_str::<Mail>(old).unwrap(), mail());
    }

    #[test]
    fn an_address_that_mail_is_sent_to_is_plain() {
        let ascii = |text: &str| in_ascii(&Email::parse(text).unwrap());
        assert_eq!(ascii("Erika.Mustermann+x@Example.COM").as_deref(), Some("erika.mustermann+x@example.com"));
        assert_eq!(ascii("erika@müller.example").as_deref(), Some("erika@xn--mller-kva.example"));
        assert_eq!(ascii("root@localhost").as_deref(), Some("root@localhost"));
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "ä@example.com",
            "a..b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a(b)@example.com",
            "a\\b@example.com",
            "a[@example.com",
            "a@-x.example",
            "a@x-.example",
            "a@x..example",
            "a@.example",
            "a@127.0.0.1",
            "a@[::1]",
            "a@[127.0.0.1]",
            "a@x%2ey.example",
            "a@x:25",
            "a@x/y",
            "a@x?y",
            "a@x#y",
            "a@x_y.example",
            &long,
        ] {
            assert_eq!(ascii(text), None, "{text}");
        }
    }
}
