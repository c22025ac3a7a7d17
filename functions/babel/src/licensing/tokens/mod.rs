//! License tokens: seats as staff see them.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod list_of_license;
mod rows;
