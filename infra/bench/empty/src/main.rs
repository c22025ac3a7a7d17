//! The empty function: `lambda_http` and nothing else, answering 200 `ok` to everything.
//!
//! Architecture Invariant: this package depends on no crate of the workspace. It is the reference of every ratio that `bench` prints,
//! so anything linked here would flatter the real functions.

use lambda_http::{Error, Request, run, service_fn};
use std::convert::Infallible;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(|_: Request| async { Ok::<_, Infallible>("ok") })).await
}
