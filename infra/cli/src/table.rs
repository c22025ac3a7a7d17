//! `latchkey table`: the DynamoDB table, where no template sets it up.

use aws_sdk_dynamodb::Error;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use clap::Subcommand;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::table::schema;
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
    match schema::create(&session.dynamodb(), table).await {
        Ok(()) => Answer::new(&View { table, created: true }, format!("The table `{table}` was made.")),
        Err(Error::ResourceInUseException(_)) => {
            Answer::new(&View { table, created: false }, format!("The table `{table}` exists already."))
        }
        Err(error) => {
            let kind = if error.code().is_some() { FaultKind::Denied } else { FaultKind::Unavailable };
            Err(Fault::caused(kind, "making the table", error).into())
        }
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
