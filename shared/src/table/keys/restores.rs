//! The keys of what a table says of restores into it.

use super::Key;
use crate::table::read::Range;

const TABLE: &str = "TABLE";
const RESTORE_PREFIX: &str = "RESTORE#";

/// A restore into this table, by its name.
pub(in crate::table) fn restore(id: &str) -> Key {
    Key::new(TABLE.to_owned(), format!("{RESTORE_PREFIX}{id}"))
}

/// All that are known.
pub(in crate::table) fn restores() -> Range {
    Range::prefixed(TABLE.to_owned(), RESTORE_PREFIX)
}

/// Whether an item says something of the very table that it lies in, which is true of no other.
pub(in crate::table) fn stays(key: &Key) -> bool {
    key.pk == TABLE && key.sk.starts_with(RESTORE_PREFIX)
}
