//! The command line.

use crate::import::Import;
use crate::subject::Subject;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Measures Lambda functions on this machine, without AWS.
#[derive(Parser, Debug)]
#[command(name = "bench", version)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be measured.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Starts each function many times, in turns, and compares every figure with the first function's.
    Cold(Cold),
    /// Tells what a deployment costs a month: what `COST.md` holds.
    Cost,
    /// Imports licences by the tool into the local stack: a tenth, the others, and all of them again.
    Import(Import),
}

/// The options of `bench cold`.
#[derive(Args, Debug)]
pub(crate) struct Cold {
    /// The functions: paths of their binaries, the reference first. Variables may stand before a path, as in a shell: "A=1 B=2 ./bootstrap".
    #[arg(required = true)]
    pub(crate) subjects: Vec<Subject>,
    /// How often each function is started.
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs: u32,
    /// Requests after the first one, for the cost of a warm request.
    #[arg(long, default_value_t = 20)]
    pub(crate) warm: u32,
    /// Memory size in MB whose share of a processor the function gets (1,769 MB is one whole processor).
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(128..=10_240))]
    pub(crate) share: u32,
    /// Lets the function use the whole machine until it first asks for an event, as AWS does with the first ten seconds of INIT.
    #[arg(long)]
    pub(crate) init_unthrottled: bool,
    /// Measures at full speed, even where a quota could be set.
    #[arg(long)]
    pub(crate) no_quota: bool,
    /// Length in microseconds of the period that the quota is dealt out in.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1_000..=1_000_000))]
    pub(crate) period_us: u64,
    /// The event that all functions are sent, as JSON; otherwise each gets its own, see `events`.
    #[arg(long)]
    pub(crate) event: Option<PathBuf>,
    /// JSON list of the items that the canned store holds; otherwise a licence with one activated site, and its product.
    #[arg(long, conflicts_with = "dynamodb")]
    pub(crate) items: Option<PathBuf>,
    /// Milliseconds that the canned store lets pass before each answer.
    #[arg(long, default_value_t = 0, conflicts_with = "dynamodb")]
    pub(crate) store_delay_ms: u64,
    /// Address of a `DynamoDB` to use instead of the canned answers.
    #[arg(long)]
    pub(crate) dynamodb: Option<String>,
    /// Address of an S3; otherwise the function is given none, and has AWS's own.
    #[arg(long)]
    pub(crate) s3: Option<String>,
    /// Prints JSON instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
}
