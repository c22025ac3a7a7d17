//! `latchkey-local`: `cargo run` at the root of the repository starts it.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use latchkey_core::clock::Clock;
use latchkey_core::config::{ProcessEnvironment, log_settings};
use latchkey_core::domain::destination::Reach;
use latchkey_core::log;
use latchkey_core::post::SmtpAddress;
use latchkey_core::random::Random;
use latchkey_local::{Options, Stack, Storage, demo, guide, reference, seed};

/// All of Latchkey in one process, for trying and developing.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The port on 127.0.0.1; 0 takes one that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder that keeps the data.
    #[arg(long, value_name = "DIR", default_value = ".latchkey", conflicts_with = "ephemeral")]
    data: PathBuf,
    /// Keep nothing.
    #[arg(long)]
    ephemeral: bool,
    /// Call sites and endpoints on this machine too, by HTTP: for trying what they are told
    #[arg(long)]
    call_this_machine: bool,
    /// A mail server that mail is handed to, beside the files in the data folder: such as `smtp://127.0.0.1:1025`
    #[arg(long, value_name = "URL", env = "LATCHKEY_SMTP", hide_env_values = true, value_parser = SmtpAddress::parse)]
    smtp: Option<SmtpAddress>,
}

#[derive(Subcommand)]
enum Command {
    /// Play a plugin's whole life over HTTP against a fresh stack, and check every answer.
    Demo,
    /// Print the `OpenAPI` document of all dialects.
    Openapi,
}

#[tokio::main]
async fn main() -> ExitCode {
    let (filter, _) = log_settings(&ProcessEnvironment);
    // Standard output is for people here.
    log::begin_to(Some(filter.as_deref().unwrap_or("warn")), io::stderr);
    match Box::pin(run(Cli::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody can be told, the exit status says it.
            let _ = writeln!(io::stderr(), "latchkey-local: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    let Cli { command, port, data, ephemeral, call_this_machine, smtp } = cli;
    match command {
        Some(Command::Demo) => return Ok(Box::pin(demo::run(&mut io::stdout())).await?),
        Some(Command::Openapi) => return Ok(io::stdout().write_all(reference::printed()?.as_bytes())?),
        None => {}
    }
    let storage = if ephemeral { Storage::Ephemeral } else { Storage::Folder(data) };
    let reach = if call_this_machine { Reach::Local } else { Reach::Public };
    let stack = Stack::start(Options { port, storage, clock: Clock::System, random: Random::System, reach, smtp }).await?;
    let demo = Box::pin(seed::seed(&stack)).await?;
    // Who closed the console can still use the stack.
    let _ = io::stdout().write_all(guide::guide(&stack, &demo).as_bytes());
    ended().await?;
    stack.shutdown().await;
    Ok(())
}

/// Waits for Ctrl-C, or for the signal that a service manager ends programs with.
async fn ended() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
