//! License traces: what clients did with the licences whose vendor wants to know.

pub(super) mod delete;
pub(super) mod list;
mod rows;
