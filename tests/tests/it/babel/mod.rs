//! The Babel Licensing Service's interface.

pub(crate) mod catalog;
