//! What an operation takes and answers, read off the types of its handler; with the feature `openapi` alone.
//!
//! A document that is written beside the code differs from it sooner or later. Here an operation's extractors say what it takes and
//! its result what it answers, so nothing is stated twice; [`document()`] adds what the table of roles knows.

#[cfg(feature = "openapi")]
mod document;
#[cfg(feature = "openapi")]
mod types;

#[cfg(feature = "openapi")]
pub use self::document::document;
#[cfg(feature = "openapi")]
pub(crate) use self::types::{Described, Operation, operation};

/// Handlers whose types are described: without the feature all of them, by nothing.
#[cfg(not(feature = "openapi"))]
pub(crate) trait Described<T> {}

#[cfg(not(feature = "openapi"))]
impl<H, T> Described<T> for H {}
