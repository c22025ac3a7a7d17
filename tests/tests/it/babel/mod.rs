//! The Babel Licensing Service: its management interface, and what licensed programs call (seed 004).

pub(crate) mod access;
pub(crate) mod catalog;
pub(crate) mod client;
mod envelope;
pub(crate) mod licensing;
mod lists;
mod matrix;
pub(crate) mod sales;
pub(crate) mod system;
pub(crate) mod tokens;
mod totals;
mod traces;
mod walk;

use latchkey_tests::exchange::Exchange;
use serde_json::Value;

/// The members of an object, in their order.
pub(crate) fn members(value: &Value) -> Vec<&str> {
    let mut members: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}

/// The number of an answer that refuses: status and two digits more.
pub(crate) fn code(answer: &Exchange) -> u64 {
    answer.refused().1
}
