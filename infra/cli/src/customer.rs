//! `latchkey customer`: those who buy licences.

use clap::Subcommand;
use latchkey_core::domain::country::Country;
use latchkey_core::domain::customer::Customer;
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::table::NewCustomer;
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
        /// It is known that the address is the customer's
        #[arg(long, requires = "email")]
        email_verified: bool,
        /// The given name, where names are kept in two parts
        #[arg(long)]
        given_name: Option<Line<120>>,
        /// The family name, where names are kept in two parts
        #[arg(long)]
        family_name: Option<Line<120>>,
        /// Where the customer is at home: DE or DEU
        #[arg(long)]
        country: Option<Country>,
    },
}

const MEMBERS: [Member; 9] = [
    ("customer", "its number within the account"),
    ("account", "the vendor's number"),
    ("name", "the customer's name"),
    ("email", "the e-mail address, or null"),
    ("email_verified", "whether it is known that the address is the customer's"),
    ("given_name", "the given name, or null"),
    ("family_name", "the family name, or null"),
    ("country", "where the customer is at home, in three letters, or null"),
    ("created", "when it was recorded"),
];

#[derive(Serialize)]
struct View<'a> {
    customer: CustomerId,
    account: AccountId,
    name: &'a str,
    email: Option<&'a str>,
    email_verified: bool,
    given_name: Option<&'a str>,
    family_name: Option<&'a str>,
    country: Option<&'static str>,
    created: Timestamp,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let Command::Create { account, name, email, email_verified, given_name, family_name, country } = command;
    let new = NewCustomer { name, email, email_verified, given_name, family_name, country };
    session.require_account(account).await?;
    let customer = session.core.table.record_customer(account, new, session.core.now()).await?;
    let view = view(&customer);
    let text = text::fields(&[
        ("customer", view.customer.to_string()),
        ("account", view.account.to_string()),
        ("name", view.name.to_owned()),
        ("e-mail", text::or_dash(view.email)),
        ("verified", if view.email_verified { "yes" } else { "no" }.to_owned()),
        ("given name", text::or_dash(view.given_name)),
        ("family name", text::or_dash(view.family_name)),
        ("country", text::or_dash(view.country)),
        ("created", view.created.to_string()),
    ]);
    Answer::new(&view, text)
}

fn view(customer: &Customer) -> View<'_> {
    let Customer { id, account, name, email, email_verified, given_name, family_name, country, created } = customer;
    View {
        customer: *id,
        account: *account,
        name: name.as_str(),
        email: email.as_ref().map(Email::as_str),
        email_verified: *email_verified,
        given_name: given_name.as_ref().map(Line::as_str),
        family_name: family_name.as_ref().map(Line::as_str),
        country: country.map(Country::alpha3),
        created: *created,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let (id, account) = (CustomerId::new(1).unwrap(), AccountId::new(1).unwrap());
        let customer = Customer {
            id,
            account,
            name: Line::parse("Someone").unwrap(),
            email: None,
            email_verified: false,
            given_name: None,
            family_name: None,
            country: None,
            created: Timestamp::MIN,
        };
        assert_eq!(members::names_in(&view(&customer)), members::names_of(&MEMBERS));
    }
}
