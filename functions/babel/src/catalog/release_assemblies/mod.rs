//! Assemblies of a release.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod update;
