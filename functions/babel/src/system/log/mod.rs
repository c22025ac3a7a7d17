//! The account's log.

pub(super) mod delete;
pub(super) mod levels;
pub(super) mod list;
mod parameters;

pub(crate) use self::parameters::{Deleting, Intervals, Within};
