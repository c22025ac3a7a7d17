//! Latchkey's core: the domain, the operations over it, the table and the packages.
//!
//! Architecture Invariant: nothing here knows a dialect's words or an HTTP status of one. The dialects under `functions/`
//! depend on this crate, never the reverse.
//!
//! Architecture Invariant: [`table`] is the only code that knows DynamoDB and [`packages`] the only code that knows S3.

pub mod aws;
pub mod clock;
pub mod config;
pub mod core;
pub mod credentials;
pub mod domain;
pub mod failure;
pub mod fault;
pub mod http;
pub mod lambda;
pub mod local;
pub mod log;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod ops;
#[cfg(feature = "outbound")]
pub mod outbound;
pub mod packages;
mod places;
#[cfg(feature = "post")]
pub mod post;
pub mod query;
pub mod queue;
pub mod random;
mod remembered;
#[cfg(feature = "sealing")]
pub mod sealing;
#[cfg(feature = "signing")]
pub mod signing;
pub mod sink;
pub mod table;
pub mod tokens;
