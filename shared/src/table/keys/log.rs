//! The keys of accounts' logs.
//!
//! An entry is two items: what it tells, by its number, and its head, whose key alone says when it was, which one it is and how grave.
//! So a period is looked over, counted by level and deleted without reading what entries tell.

use super::Key;
use crate::domain::ids::{AccountId, LogEntryId};
use crate::domain::log_entry::Level;
use crate::domain::time::Timestamp;
use crate::table::read::Range;

const HEAD_PREFIX: &str = "AT#";

fn log_partition(account: AccountId) -> String {
    format!("LOG#{:010}", account.get())
}

/// What an entry tells.
pub(in crate::table) fn log_entry(account: AccountId, id: LogEntryId) -> Key {
    Key::new(log_partition(account), format!("ENTRY#{:010}", id.get()))
}

/// An entry's head.
pub(in crate::table) fn log_head(account: AccountId, at: Timestamp, id: LogEntryId, level: Level) -> Key {
    Key::new(log_partition(account), format!("{}#{:010}#{}", moment(at), id.get(), letter(level)))
}

/// The heads of the entries from a moment to another one, both included.
pub(in crate::table) fn log_heads(account: AccountId, from: Timestamp, to: Timestamp) -> Range {
    Range { pk: log_partition(account), from: moment(from), to: format!("{}$", moment(to)) }
}

/// All of an account's log.
pub(in crate::table) fn log_whole(account: AccountId) -> Range {
    Range { pk: log_partition(account), from: "!".to_owned(), to: "~".to_owned() }
}

/// What a head's key says.
pub(in crate::table) fn log_head_in(sk: &str) -> Option<(Timestamp, LogEntryId, Level)> {
    let mut parts = sk.strip_prefix(HEAD_PREFIX)?.split('#');
    let at = Timestamp::from_micros(parts.next()?.parse().ok()?)?;
    let id = LogEntryId::new(parts.next()?.parse().ok()?)?;
    let level = parts.next()?;
    Some((at, id, Level::ALL.into_iter().find(|of| letter(*of) == level)?))
}

/// Nothing is noted before 1970.
fn moment(at: Timestamp) -> String {
    format!("{HEAD_PREFIX}{:018}", at.as_micros().max(0))
}

const fn letter(level: Level) -> &'static str {
    match level {
        Level::Debug => "D",
        Level::Information => "I",
        Level::Warning => "W",
        Level::Error => "E",
        Level::Fatal => "F",
    }
}
