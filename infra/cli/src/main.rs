//! `latchkey`, the operator's tool: accounts, API keys, users, products, releases and licences from a shell.
//!
//! Architecture Invariant: nothing is decided here. A command parses its words into the domain's types, calls one operation
//! of the core (or reads the table), and shows what came of it.

mod account;
mod api_key;
mod args;
mod backup;
mod customer;
mod diagnose;
mod doctor;
mod init;
mod license;
mod mail;
mod members;
mod migrate;
mod moment;
mod notification;
mod order;
mod problem;
mod product;
mod progress;
mod queues;
mod release;
mod reseal;
mod say;
mod seats;
mod session;
mod shell;
mod stats;
mod store_clock;
mod table;
mod target;
mod text;
mod user;
mod webhook;

use std::process::ExitCode;

use clap::Parser as _;
use latchkey_core::clock::Clock;

use crate::args::{Cli, Command};
use crate::problem::{Failed, Problem};
use crate::say::Answer;
use crate::session::Session;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return say::usage(&error),
    };
    let (json, outcome) = (cli.json, Box::pin(run(cli)).await);
    match outcome {
        Ok(answer) => say::answer(&answer, json),
        Err(problem) => say::problem(&problem, json),
    }
}

async fn run(cli: Cli) -> Result<Answer, Problem> {
    // What works on a file alone, or on nothing: it must not ask for a table or a region.
    let alone = if let Command::License(license::Command::Verify(args)) = &cli.command {
        Some(args.run(Clock::System.now()))
    } else if let Command::Completions(args) = &cli.command {
        Some(args.run())
    } else if let Command::Man(args) = &cli.command {
        Some(args.run())
    } else {
        None
    };
    if let Some(answer) = alone {
        return answer.map_err(Failed::plain);
    }
    let session = Session::open(cli.target, cli.json).await?;
    execute(cli.command, &session).await.map_err(|failed| failed.explain(&session.target))
}

async fn execute(command: Command, session: &Session) -> Result<Answer, Failed> {
    match command {
        Command::Account(command) => account::run(command, session).await,
        Command::ApiKey(command) => api_key::run(command, session).await,
        Command::Customer(command) => customer::run(command, session).await,
        Command::Mail(command) => mail::run(command, session).await,
        Command::Notification(command) => notification::run(command, session).await,
        Command::Order(command) => order::run(command, session).await,
        Command::Product(command) => product::run(command, session).await,
        Command::Release(command) => release::run(command, session).await,
        Command::Reseal(args) => args.run(session).await,
        Command::License(command) => license::run(command, session).await,
        Command::User(command) => user::run(command, session).await,
        Command::Stats(args) => args.run(session).await,
        Command::Init(args) => args.run(session).await,
        Command::Export(args) => args.run(session).await,
        Command::Restore(args) => args.run(session).await,
        Command::Completions(args) => args.run(),
        Command::Man(args) => args.run(),
        Command::Doctor(args) => doctor::run(&args, session).await,
        Command::Migrate(args) => migrate::run(&args, session).await,
        Command::Table(command) => table::run(command, session).await,
        Command::Webhook(command) => webhook::run(command, session).await,
    }
}
