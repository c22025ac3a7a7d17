//! `latchkey api-key`: what vendors' scripts prove themselves with.

mod create;
mod list;
mod view;

use clap::Subcommand;
use latchkey_core::domain::ids::{AccountId, ApiKeyId};
use latchkey_core::domain::text::Line;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::revoke_api_key::revoke_api_key;

use self::view::{MEMBERS, View};
use crate::members;
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// What can be done with API keys.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make an API key, or take one that a vendor brings along; it is shown this once
    #[command(after_long_help = create::help())]
    Create(create::Args),
    /// List an account's API keys in the order in which they were made
    #[command(after_long_help = list::help())]
    List(list::Args),
    /// Show an API key, which is not the key itself: nobody can be shown that again
    #[command(after_long_help = members::help(&MEMBERS))]
    Show(KeyArgs),
    /// Revoke an API key, for good and at once; doing it again changes nothing
    #[command(after_long_help = members::help(&MEMBERS))]
    Revoke {
        #[command(flatten)]
        key: KeyArgs,
        /// The reason, for the vendor's staff
        #[arg(long, value_name = "TEXT")]
        why: Option<Line<500>>,
    },
}

/// Which API key is meant.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct KeyArgs {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The key's number, as it is listed
    #[arg(long, value_name = "NUMBER")]
    api_key: ApiKeyId,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let core = &session.core;
    let key = match command {
        Command::Create(args) => return args.run(session).await,
        Command::List(args) => return args.run(session).await,
        Command::Show(KeyArgs { account, api_key }) => {
            core.table.api_key(account, api_key).await?.ok_or(Rejected::NotFound(Thing::ApiKey))?.key
        }
        Command::Revoke { key: KeyArgs { account, api_key }, why } => revoke_api_key(core, account, api_key, why).await?,
    };
    let view = View::of(&key, core.now());
    Answer::new(&view, text::fields(&view.rows()))
}
