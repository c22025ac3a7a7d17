//! The log entry on the wire (seed 004, "GET /v1/log").

use latchkey_core::domain::log_entry::LogEntry as Stored;
use latchkey_core::query::{Answers, Gives, Index};

use super::{Moment, entity, number};

entity! {
    /// An entry of the account's log.
    ///
    /// No two are of one moment, and the order of numbers is that of moments: so it is listed by the latter.
    LogEntry, LOG_ENTRY: "LogEntry", key "timeStamp", list "logEntries";
    members {
        /// Its number.
        "id" id: i32,
        /// What happened.
        "message" message: String,
        /// The same with a name in braces for each value.
        "messageTemplate" message_template: String,
        /// `Debug`, `Information`, `Warning`, `Error` or `Fatal`.
        "level" level: String,
        /// When.
        "timeStamp" time_stamp: Moment,
        /// The fault behind it, in short.
        "exception" exception: String,
        /// The values by name, as a JSON object.
        "properties" properties: String,
    }
    one {}
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Equality, gives: Gives::Exactly, rank: 0 },
        Index { path: &["level"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
        Index { path: &["timeStamp"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 2 },
    ]
}

impl From<Stored> for LogEntry {
    fn from(entry: Stored) -> Self {
        let content = entry.content;
        Self {
            id: number(entry.id.get()),
            message: content.message.as_str().to_owned(),
            message_template: content.template.as_str().to_owned(),
            level: content.level.name().to_owned(),
            time_stamp: entry.at.into(),
            exception: content.exception.map(|exception| exception.as_str().to_owned()).unwrap_or_default(),
            properties: content.properties.as_str().to_owned(),
        }
    }
}
