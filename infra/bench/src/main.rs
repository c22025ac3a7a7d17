//! `bench`: what a function costs to start, to answer once more, and to ship, always beside another function in the same run.
//!
//! `options` says what can be asked; `cold` interleaves the runs; `events` says what the functions are asked; `sandbox` makes one run
//! with `runtime_api` and `extension` (what the function talks to), `store` (its database), `quota` (its share of a processor) and `process` (what it
//! has used); `size` weighs the file; `report` prints. `cost` and `import` are measurements of their own. The figures themselves, and how they were made, are in the README beside this
//! package.

mod cold;
mod cost;
mod events;
mod extension;
mod failure;
mod import;
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
    let options = match Options::parse().command {
        Command::Cold(options) => options,
        Command::Cost => return said(cost::report()),
        Command::Import(options) => return said(import::measure(&options)),
    };
    let printed = match cold::measure(&options).await {
        Ok(report) => report::print(&report, options.json),
        Err(failure) => Err(failure),
    };
    ended(printed)
}

fn said(text: Result<String, failure::Failure>) -> ExitCode {
    use std::io::Write as _;
    ended(text.and_then(|text| std::io::stdout().write_all(text.as_bytes()).map_err(failure::Failure::Print)))
}

fn ended(printed: Result<(), failure::Failure>) -> ExitCode {
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report::refuse(&failure),
    }
}
