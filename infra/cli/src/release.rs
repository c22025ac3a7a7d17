//! `latchkey release`: versions of a product.

mod list;
mod notes;
mod notify;
mod package;
mod publish;
mod upload;
mod view;
mod yank;

use clap::Subcommand;

use self::view::MEMBERS;
use crate::members;
use crate::notification;
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

/// What can be done with releases.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Upload a package and publish it as a version; after a crash or a rejection the same command can be run again
    #[command(after_long_help = publish::help())]
    Publish(publish::Args),
    /// Tell every active site of a licence with a right to it that the current release is there, each once
    #[command(after_long_help = members::help(&notification::MEMBERS))]
    Notify(notify::Args),
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
        Command::Notify(args) => Box::pin(args.run(session)).await,
        Command::List(args) => args.run(session).await,
        Command::Yank(args) => args.run(session).await,
    }
}
