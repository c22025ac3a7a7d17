//! `bench`: what a function costs to start, to answer once more, and to ship, always beside another function in the same run.
//!
//! `options` says what can be asked; `cold` interleaves the runs; `events` says what the functions are asked; `sandbox` makes one run
//! with `runtime_api` and `extension` (what the function talks to), `store` (its database), `quota` (its share of a processor) and `process` (what it
//! has used); `size` weighs the file; `report` prints. The figures themselves, and how they were made, are in the README beside this
//! package.

mod cold;
mod events;
mod extension;
mod failure;
mod options;
mod process;
mod quota;
mod report;
mod runtime_api;
mod sandbox;
mod server;
mod size;
mod statistics;
mod store;
mod subject;

use clap::Parser;
use options::{Command, Options};
use std::process::ExitCode;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let Command::Cold(options) = Options::parse().command;
    let printed = match cold::measure(&options).await {
        Ok(report) => report::print(&report, options.json),
        Err(failure) => Err(failure),
    };
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report::refuse(&failure),
    }
}
