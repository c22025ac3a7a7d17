//! The account's log: what was done in its name, and what went wrong, for its staff to read.
//!
//! Architecture Invariant: no key, token, password or e-mail address is in an entry. What an entry tells beside its fixed words are
//! values of types that are none of these: see [`Told`].

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ids::{AccountId, LogEntryId};
use super::text::Prose;
use super::time::Timestamp;
use super::user::UserId;
use crate::fault::Fault;

/// For how long an entry is kept, in seconds: 90 days.
pub const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;

/// The most characters of an entry's message.
const MESSAGE: usize = 1_000;

/// The most characters of an entry's properties, as JSON.
const PROPERTIES: usize = 4_000;

/// How grave something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For whoever looks for a mistake.
    Debug,
    /// Something was done.
    Information,
    /// Something was refused that should be looked at.
    Warning,
    /// Something failed that should not have.
    Error,
    /// Something cannot go on.
    Fatal,
}

/// An entry of an account's log.
///
/// Entries are numbered as they are written. None is dated at or before the one with the lower number, so that the order of numbers is
/// that of time: where it was noted a moment earlier, or by a function whose clock is behind, it is dated a microsecond after that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its number within the account.
    pub id: LogEntryId,
    /// The account.
    pub account: AccountId,
    /// When.
    pub at: Timestamp,
    /// What is told.
    #[serde(flatten)]
    pub content: Content,
}

/// What an entry tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// How grave it is.
    pub level: Level,
    /// The words with a name in braces where each value stands: the same for all entries of a sort.
    pub template: Prose<MESSAGE>,
    /// The same with the values.
    pub message: Prose<MESSAGE>,
    /// The fault behind it, in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Prose<MESSAGE>>,
    /// The values by name, those of the template and others: a JSON object.
    pub properties: Prose<PROPERTIES>,
}

/// An entry that has no number yet.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) at: Timestamp,
    pub(crate) content: Content,
}

/// An entry that is being made: `Entry::information("Order {OrderId} was deleted").with("OrderId", order)`.
#[derive(Clone, Debug)]
pub struct Entry {
    level: Level,
    template: &'static str,
    exception: Option<String>,
    properties: Map<String, Value>,
}

/// What an entry may tell: ids, numbers, truths, moments, network addresses, and words that stand in the program. A text from outside is
/// none of these, for it may be a secret.
pub trait Told {
    /// It as a property.
    fn told(self) -> Value;
}

impl Level {
    /// All of them, the least grave first.
    pub const ALL: [Self; 5] = [Self::Debug, Self::Information, Self::Warning, Self::Error, Self::Fatal];

    /// Its name: `Warning` (contracts §5).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debug => "Debug",
            Self::Information => "Information",
            Self::Warning => "Warning",
            Self::Error => "Error",
            Self::Fatal => "Fatal",
        }
    }

    /// The level of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

impl LogEntry {
    /// When it is kept no longer.
    pub fn ends(&self) -> Timestamp {
        self.at.plus_seconds(KEPT_SECONDS)
    }
}

impl Entry {
    /// An entry of a level. The words have a name in braces where a value is to stand.
    pub fn new(level: Level, template: &'static str) -> Self {
        Self { level, template, exception: None, properties: Map::new() }
    }

    /// Something was done.
    pub fn information(template: &'static str) -> Self {
        Self::new(Level::Information, template)
    }

    /// Something was refused that should be looked at.
    pub fn warning(template: &'static str) -> Self {
        Self::new(Level::Warning, template)
    }

    /// Something failed through a fault of ours.
    pub fn error(template: &'static str, fault: &Fault) -> Self {
        Self { exception: Some(fault.in_short()), ..Self::new(Level::Error, template) }
    }

    /// With a value, which stands in the message where the template has its name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Told) -> Self {
        self.properties.insert(name.to_owned(), value.told());
        self
    }

    /// Its level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// As it is stored.
    pub(crate) fn content(self) -> Content {
        let mut message = self.template.to_owned();
        for (name, value) in &self.properties {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            message = message.replace(&format!("{{{name}}}"), &shown);
        }
        Content {
            level: self.level,
            template: held(self.template),
            message: held(&message),
            exception: self.exception.as_deref().map(held),
            properties: held(&Value::Object(self.properties).to_string()),
        }
    }
}

/// As much of a text as there is room for, without what no text of ours holds.
fn held<const MAX: usize>(text: &str) -> Prose<MAX> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(MAX).collect();
    Prose::parse(&text).unwrap_or_default()
}

impl Told for &'static str {
    fn told(self) -> Value {
        Value::from(self)
    }
}

impl Told for bool {
    fn told(self) -> Value {
        Value::from(self)
    }
}

impl Told for IpAddr {
    fn told(self) -> Value {
        Value::from(self.to_string())
    }
}

impl Told for Timestamp {
    fn told(self) -> Value {
        Value::from(self.to_string())
    }
}

impl Told for UserId {
    fn told(self) -> Value {
        Value::from(self.to_string())
    }
}

impl<T: Told> Told for Option<T> {
    fn told(self) -> Value {
        self.map_or(Value::Null, Told::told)
    }
}

macro_rules! told_numbers {
    ($($number:ty),+) => {$(
        impl Told for $number {
            fn told(self) -> Value {
                Value::from(self)
            }
        }
    )+};
}

told_numbers!(u16, u32, u64, i32, i64);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OrderId;
    use crate::fault::FaultKind;

    #[test]
    fn values_stand_in_the_message_where_the_template_names_them() {
        let entry = Entry::warning("Order {OrderId} was not deleted: {Reason}").with("OrderId", OrderId::new(12).unwrap());
        let content = entry.with("Reason", "referenced").with("By", 3_u32).content();
        assert_eq!(content.template.as_str(), "Order {OrderId} was not deleted: {Reason}");
        assert_eq!(content.message.as_str(), "Order 12 was not deleted: referenced");
        assert_eq!(content.properties.as_str(), r#"{"By":3,"OrderId":12,"Reason":"referenced"}"#);
        assert_eq!((content.level, content.exception), (Level::Warning, None));
    }

    #[test]
    fn a_fault_is_told_in_short() {
        let fault = Fault::caused(FaultKind::Unavailable, "reading an item", "connection to 192.0.2.1 refused");
        let content = Entry::error("It failed", &fault).content();
        assert_eq!(content.exception.unwrap().as_str(), "unavailable: reading an item");
    }

    #[test]
    fn levels_are_known_by_their_names() {
        for level in Level::ALL {
            assert_eq!(Level::of_name(level.name()), Some(level));
        }
        assert_eq!(Level::of_name("warning"), None);
        assert!(Level::ALL.is_sorted());
    }
}
