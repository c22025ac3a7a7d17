//! `latchkey customer`: those who buy licences.

use clap::Subcommand;
use latchkey_core::domain::customer::Customer;
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::time::Timestamp;
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// What can be done with customers.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Record a customer
    #[command(after_long_help = members::help(&MEMBERS))]
    Create {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// The customer's name
        #[arg(long)]
        name: Line<120>,
        /// Where the customer is written to
        #[arg(long)]
        email: Option<Email>,
    },
}

const MEMBERS: [Member; 5] = [
    ("customer", "its number within the account"),
    ("account", "the vendor's number"),
    ("name", "the customer's name"),
    ("email", "the e-mail address, or null"),
    ("created", "when it was recorded"),
];

#[derive(Serialize)]
struct View<'a> {
    customer: CustomerId,
    account: AccountId,
    name: &'a str,
    email: Option<&'a str>,
    created: Timestamp,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let Command::Create { account, name, email } = command;
    session.require_account(account).await?;
    let customer = session.core.table.create_customer(account, name, email, session.core.now()).await?;
    let view = view(&customer);
    let text = text::fields(&[
        ("customer", view.customer.to_string()),
        ("account", view.account.to_string()),
        ("name", view.name.to_owned()),
        ("e-mail", text::or_dash(view.email)),
        ("created", view.created.to_string()),
    ]);
    Answer::new(&view, text)
}

fn view(customer: &Customer) -> View<'_> {
    let Customer { id, account, name, email, created } = customer;
    View { customer: *id, account: *account, name: name.as_str(), email: email.as_ref().map(Email::as_str), created: *created }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let (id, account) = (CustomerId::new(1).unwrap(), AccountId::new(1).unwrap());
        let customer = Customer { id, account, name: Line::parse("Someone").unwrap(), email: None, created: Timestamp::MIN };
        assert_eq!(members::names_in(&view(&customer)), members::names_of(&MEMBERS));
    }
}
