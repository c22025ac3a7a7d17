//! What all dialects share of HTTP: which function serves what, bounded input, who asks, the request log, the time limit.
//!
//! Architecture Invariant: no answer's status or body is chosen here: a dialect renders its own errors, these included.

mod authorization;
mod client;
mod edge;
mod function;
mod origin;
mod params;
mod path;

pub use self::authorization::{basic, bearer, in_header};
pub use self::client::ClientAddress;
pub use self::edge::{Edge, Note, REQUEST_ID, REQUEST_SECONDS, edge};
pub use self::function::Function;
pub use self::origin::{ORIGIN, Origin, VIEWER};
pub use self::params::{MAX_BODY_BYTES, ParamError, Params};
pub use self::path::at_path;
