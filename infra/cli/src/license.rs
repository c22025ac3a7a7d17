//! `latchkey license`: licences.

mod edit;
mod import;
mod issue;
mod key;
mod list;
mod reindex;
mod show;
mod validity;
pub(crate) mod verify;
mod view;

use clap::Subcommand;
use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::ops::edit_license::Edit;

use self::view::MEMBERS;
use crate::members;
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

/// What can be done with licences.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Issue a licence; for a line of an order, however often that is asked for, exactly one
    #[command(after_long_help = issue::help())]
    Issue(issue::Args),
    /// Take over licences from another licence manager's export, with keys, limits, ends, activations and customers
    #[command(after_long_help = import::help())]
    Import(Box<import::Args>),
    /// Show a licence with its key, its seats and its development sites
    #[command(after_long_help = show::help())]
    Show(show::Args),
    /// List an account's licences by their numbers, without their keys
    #[command(after_long_help = list::help())]
    List(list::Args),
    /// Bring the index of licences by their sites up to date, part by part: after a restore, or where changes were given up
    #[command(after_long_help = reindex::help())]
    Reindex(reindex::Args),
    /// Stop a licence for now; its seats stay taken
    #[command(after_long_help = members::help(&MEMBERS))]
    Suspend(edit::StopArgs),
    /// Make a suspended licence active again
    #[command(after_long_help = members::help(&MEMBERS))]
    Resume(LicenseArgs),
    /// Take a licence back for good
    #[command(after_long_help = members::help(&MEMBERS))]
    Revoke(edit::StopArgs),
    /// Mark a licence as refunded, for good
    #[command(after_long_help = members::help(&MEMBERS))]
    Refund(edit::StopArgs),
    /// Change how many seats a licence has
    #[command(after_long_help = members::help(&MEMBERS))]
    Seats(edit::SeatsArgs),
    /// Change from when until when a licence holds; renewing is this
    #[command(after_long_help = members::help(&MEMBERS))]
    Validity(validity::Args),
    /// Make a licence another order's, or no order's
    #[command(after_long_help = members::help(&MEMBERS))]
    Move(edit::MoveArgs),
    /// Verify a signed licence with the vendor's public key; needs no deployment
    #[command(after_long_help = verify::help())]
    Verify(verify::Args),
}

/// Which licence is meant.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct LicenseArgs {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The licence's number
    #[arg(long)]
    license: LicenseId,
}

impl From<LicenseArgs> for Edit {
    fn from(LicenseArgs { account, license }: LicenseArgs) -> Self {
        Self { account, license, seen: None }
    }
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let core = &session.core;
    let license = match command {
        Command::Issue(args) => return args.run(session).await,
        Command::Import(args) => return args.run(session).await,
        Command::Show(args) => return args.run(session).await,
        Command::List(args) => return args.run(session).await,
        Command::Reindex(args) => return args.run(session).await,
        Command::Suspend(args) => args.suspend(core).await?,
        Command::Resume(args) => edit::resume(core, args).await?,
        Command::Revoke(args) => args.revoke(core).await?,
        Command::Refund(args) => args.refund(core).await?,
        Command::Seats(args) => args.run(core).await?,
        Command::Validity(args) => args.run(core).await?,
        Command::Move(args) => args.run(core).await?,
        Command::Verify(args) => return args.run(core.now()),
    };
    let view = view::View::of(&license);
    Answer::new(&view, crate::text::fields(&view.rows()))
}
