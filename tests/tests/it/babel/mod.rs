//! The Babel Licensing Service's interface (seed 004), area by area.

pub(crate) mod catalog;
mod licensing;
mod sales;
