//! What the tests of the whole product stand on.
//!
//! A test makes a [`World`](world::World): a table and a bucket of its own, the product over them with a clock that stands
//! still, and proxies in between that count what is asked and break what is to be broken.

#![expect(clippy::unwrap_used, reason = "what fails here has to fail the test that stands on it")]

pub mod changes;
mod emulator;
pub mod engines;
pub mod exchange;
pub mod frozen;
pub mod log_capture;
pub mod mail_server;
pub mod plugin;
pub mod proxy;
pub mod shop;
pub mod sink;
pub mod staff;
pub mod tape;
pub mod vendor;
pub mod work_queue;
pub mod world;
