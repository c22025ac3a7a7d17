//! `latchkey release`: versions of a product.

mod list;
mod notes;
mod package;
mod publish;
mod upload;
mod view;
mod yank;

use clap::Subcommand;

use self::view::MEMBERS;
use crate::members;
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

/// What can be done with releases.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Upload a package and publish it as a version; after a crash or a rejection the same command can be run again
    #[command(after_long_help = publish::help())]
    Publish(publish::Args),
    /// List a product's releases, the newest version first
    #[command(after_long_help = members::list_help("releases", &MEMBERS, &[]))]
    List(list::Args),
    /// Withdraw a published version for good; the newest other one becomes current
    #[command(after_long_help = members::help(&MEMBERS))]
    Yank(yank::Args),
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    match command {
        Command::Publish(args) => args.run(session).await,
        Command::List(args) => args.run(session).await,
        Command::Yank(args) => args.run(session).await,
    }
}
