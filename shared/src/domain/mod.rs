//! What a licence is and when it is valid: pure types and decisions.
//!
//! Architecture Invariant: nothing here is async, reads a clock, draws a random number by itself or knows the AWS SDK.

pub mod development;
pub mod key;
pub mod site;
pub mod time;
pub mod version;
