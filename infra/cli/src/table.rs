//! `latchkey table`: the DynamoDB table, where no template sets it up.

use clap::Subcommand;
use latchkey_core::table::schema::Created;
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

/// What can be done with the table.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make the table on a local engine or for a test; a deployment's table comes from its template
    #[command(after_long_help = members::help(&MEMBERS))]
    Create,
}

const MEMBERS: [Member; 2] = [("table", "its name"), ("created", "true; false where it existed already")];

#[derive(Serialize)]
struct View<'a> {
    table: &'a str,
    created: bool,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let Command::Create = command;
    let table = session.core.table.name();
    match session.create_table().await? {
        Created::New => Answer::new(&View { table, created: true }, format!("The table `{table}` was made.")),
        Created::Before => Answer::new(&View { table, created: false }, format!("The table `{table}` exists already.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(members::names_in(&View { table: "latchkey", created: true }), members::names_of(&MEMBERS));
    }
}
