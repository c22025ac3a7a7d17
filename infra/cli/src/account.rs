//! `latchkey account`: vendors.

use clap::Subcommand;
use latchkey_core::domain::account::Account;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::rejected::{Rejected, Thing};
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// What can be done with accounts.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make an account
    #[command(after_long_help = members::help(&MEMBERS))]
    Create {
        /// What staff call it
        #[arg(long)]
        name: Line<120>,
    },
    /// Show an account
    #[command(after_long_help = members::help(&MEMBERS))]
    Show {
        /// Its number
        account: AccountId,
    },
}

const MEMBERS: [Member; 3] = [("account", "its number"), ("name", "what staff call it"), ("created", "when it was made")];

#[derive(Serialize)]
struct View<'a> {
    account: AccountId,
    name: &'a str,
    created: Timestamp,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let Session { core, .. } = session;
    let account = match command {
        Command::Create { name } => core.table.create_account(name, core.now()).await?,
        Command::Show { account } => core.table.account(account).await?.ok_or(Rejected::NotFound(Thing::Account))?,
    };
    let text = text::fields(&[
        ("account", account.id.to_string()),
        ("name", account.name.as_str().to_owned()),
        ("created", account.created.to_string()),
    ]);
    Answer::new(&view(&account), text)
}

fn view(account: &Account) -> View<'_> {
    let Account { id, name, created } = account;
    View { account: *id, name: name.as_str(), created: *created }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let account = Account { id: AccountId::new(1).unwrap(), name: Line::parse("Demo").unwrap(), created: Timestamp::MIN };
        assert_eq!(members::names_in(&view(&account)), members::names_of(&MEMBERS));
    }
}
