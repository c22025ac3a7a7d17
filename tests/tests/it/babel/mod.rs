//! The Babel Licensing Service's interface.

mod catalog;
mod system;
