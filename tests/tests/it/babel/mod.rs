//! The Babel Licensing Service's interface (seed 004), area by area.

pub(crate) mod catalog;
mod client;
mod licensing;
mod sales;
mod tokens;
mod traces;
