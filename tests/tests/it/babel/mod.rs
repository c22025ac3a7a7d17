//! The Babel management interface and what licensed programs call (seed 004, contracts §5).

mod catalog;
mod client;
mod tokens;
mod traces;
