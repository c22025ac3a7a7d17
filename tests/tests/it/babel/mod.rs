//! The Babel Licensing Service's interface.

pub(crate) mod catalog;
pub(crate) mod system;
