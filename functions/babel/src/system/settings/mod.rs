//! The account's settings: a fixed set.

pub(super) mod list;
pub(super) mod update;
