//! The tool against the local stack, as an operator runs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod backup;
mod begin;
mod commands;
mod import;
mod refusals;
mod releases;
mod resume;
mod sale;
mod tool;
mod verify;
