//! Floating seats: a program holds one for as long as it says that it is there.

pub(crate) mod heartbeat;
pub(crate) mod release;
pub(crate) mod request;
