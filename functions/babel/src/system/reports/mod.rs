//! What licensed programs told.

pub(super) mod delete;
pub(super) mod list;
