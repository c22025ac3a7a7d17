//! `latchkey customer`: those who buy licences.

use clap::Subcommand;
use latchkey_core::domain::country::Country;
use latchkey_core::domain::customer::{Customer, CustomerProfile};
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::customers::{EditCustomer, change_customer, create_customer, delete_customer, find_customer, list_customers};
use latchkey_core::table::{NewCustomer, Page};
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
        #[command(flatten)]
        known: Box<Known>,
    },
    /// Show a customer
    #[command(after_long_help = members::help(&MEMBERS))]
    Show(CustomerArgs),
    /// List an account's customers by their numbers
    #[command(after_long_help = members::list_help("customers", &MEMBERS, &OTHERS))]
    List {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// Those with this e-mail address only
        #[arg(long)]
        email: Option<Email>,
        /// Begin after this customer
        #[arg(long, value_name = "CUSTOMER")]
        after: Option<CustomerId>,
        /// The most customers to list, up to 1000
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
        limit: u16,
    },
    /// Change what is said of a customer; licences and orders that there are stay made out as they are
    #[command(after_long_help = members::help(&MEMBERS))]
    Change {
        #[command(flatten)]
        customer: CustomerArgs,
        /// The customer's name
        #[arg(long)]
        name: Option<Line<120>>,
        #[command(flatten)]
        known: Box<Known>,
    },
    /// Delete a customer of whom there is no licence and no order, and its contacts
    #[command(after_long_help = members::help(&[DELETED]))]
    Delete(CustomerArgs),
}

/// Which customer is meant.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct CustomerArgs {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The customer's number
    #[arg(long)]
    customer: CustomerId,
}

/// What is said of a customer beside the name.
#[derive(clap::Args)]
pub(crate) struct Known {
    /// The vendor's own code for the customer, unique in the account
    #[arg(long)]
    code: Option<Line<64>>,
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
    /// The company
    #[arg(long)]
    company: Option<Line<120>>,
    /// Where the customer is at home: DE or DEU
    #[arg(long)]
    country: Option<Country>,
}

const MEMBERS: [Member; 13] = [
    ("customer", "its number within the account"),
    ("account", "the vendor's number"),
    ("code", "the vendor's own code for the customer"),
    ("name", "the customer's name"),
    ("email", "the e-mail address, or null"),
    ("email_verified", "whether it is known that the address is the customer's"),
    ("given_name", "the given name, or null"),
    ("family_name", "the family name, or null"),
    ("company", "the company, or null"),
    ("country", "where the customer is at home, in three letters, or null"),
    ("created", "when it was recorded"),
    ("updated", "when it was changed last, or recorded"),
    ("revision", "counts the changes, from 1"),
];

const OTHERS: [Member; 1] = [("next", "what to give as --after for the next page; null where this was the last")];

const DELETED: Member = ("deleted", "the number of the customer that was");

#[derive(Serialize)]
struct View {
    customer: CustomerId,
    account: AccountId,
    code: Line<64>,
    name: Line<120>,
    email: Option<Email>,
    email_verified: bool,
    given_name: Option<Line<120>>,
    family_name: Option<Line<120>>,
    company: Option<Line<120>>,
    country: Option<&'static str>,
    created: Timestamp,
    updated: Timestamp,
    revision: u32,
}

#[derive(Serialize)]
struct List {
    next: Option<CustomerId>,
    customers: Vec<View>,
}

#[derive(Serialize)]
struct Deleted {
    deleted: CustomerId,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let core = &session.core;
    let customer = match command {
        Command::Create { account, name, known } => {
            session.require_account(account).await?;
            create_customer(core, account, known.of(name)).await?
        }
        Command::Show(CustomerArgs { account, customer }) => find_customer(core, account, customer).await?,
        Command::List { account, email, after, limit } => {
            session.require_account(account).await?;
            return list(list_customers(core, account, email, after, limit).await?);
        }
        Command::Change { customer, name, known } => {
            change_customer(core, customer.into(), |customer| Ok(known.change(customer, name.as_ref()))).await?
        }
        Command::Delete(args) => {
            delete_customer(core, args.into()).await?;
            let deleted = args.customer;
            return Answer::new(&Deleted { deleted }, format!("Customer {deleted} was deleted."));
        }
    };
    let view = View::of(customer);
    Answer::new(&view, text::fields(&view.rows()))
}

fn list(page: Page<Customer, CustomerId>) -> Result<Answer, Failed> {
    let list = List { next: page.next, customers: page.items.into_iter().map(View::of).collect() };
    let rows: Vec<_> = list.customers.iter().map(View::row).collect();
    let mut text = text::columns(["customer", "code", "name", "company", "country"], &rows);
    if let Some(next) = list.next {
        text = format!("{text}\nThere are more: --after {next}");
    }
    Answer::new(&list, text)
}

impl From<CustomerArgs> for EditCustomer {
    fn from(CustomerArgs { account, customer }: CustomerArgs) -> Self {
        Self { account, customer, seen: None }
    }
}

impl Known {
    fn of(self, name: Line<120>) -> NewCustomer {
        let Self { code, email, email_verified, given_name, family_name, company, country } = self;
        let profile = CustomerProfile { company, ..CustomerProfile::default() };
        NewCustomer { code, name, email, email_verified, given_name, family_name, country, profile }
    }

    /// What is not said stays.
    fn change(&self, before: Customer, name: Option<&Line<120>>) -> Customer {
        let email_verified = if self.email.is_some() { self.email_verified } else { before.email_verified };
        let company = self.company.clone().or(before.profile.company.clone());
        Customer {
            code: self.code.clone().unwrap_or(before.code),
            name: name.cloned().unwrap_or(before.name),
            email: self.email.clone().or(before.email),
            email_verified,
            given_name: self.given_name.clone().or(before.given_name),
            family_name: self.family_name.clone().or(before.family_name),
            country: self.country.or(before.country),
            profile: CustomerProfile { company, ..before.profile },
            ..before
        }
    }
}

impl View {
    fn of(customer: Customer) -> Self {
        let updated = customer.last_change();
        let Customer {
            id, account, code, name, email, email_verified, given_name, family_name, country, profile, created, revision, ..
        } = customer;
        let (company, country) = (profile.company, country.map(Country::alpha3));
        Self {
            customer: id,
            account,
            code,
            name,
            email,
            email_verified,
            given_name,
            family_name,
            company,
            country,
            created,
            updated,
            revision,
        }
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        vec![
            ("customer", self.customer.to_string()),
            ("account", self.account.to_string()),
            ("code", self.code.as_str().to_owned()),
            ("name", self.name.as_str().to_owned()),
            ("e-mail", text::or_dash(self.email.as_ref().map(Email::as_str))),
            ("verified", if self.email_verified { "yes" } else { "no" }.to_owned()),
            ("given name", text::or_dash(self.given_name.as_ref().map(Line::as_str))),
            ("family name", text::or_dash(self.family_name.as_ref().map(Line::as_str))),
            ("company", text::or_dash(self.company.as_ref().map(Line::as_str))),
            ("country", text::or_dash(self.country)),
            ("created", self.created.to_string()),
            ("updated", self.updated.to_string()),
            ("revision", self.revision.to_string()),
        ]
    }

    fn row(&self) -> [String; 5] {
        let company = text::or_dash(self.company.as_ref().map(Line::as_str));
        let (code, name) = (self.code.as_str().to_owned(), self.name.as_str().to_owned());
        [self.customer.to_string(), code, name, company, text::or_dash(self.country)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer() -> Customer {
        Customer {
            id: CustomerId::new(1).unwrap(),
            account: AccountId::new(1).unwrap(),
            code: Line::parse("C-00000001").unwrap(),
            name: Line::parse("Someone").unwrap(),
            email: None,
            email_verified: false,
            given_name: None,
            family_name: None,
            country: Country::parse("DE").ok(),
            profile: CustomerProfile::default(),
            created: Timestamp::MIN,
            updated: None,
            revision: 1,
        }
    }

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(members::names_in(&View::of(customer())), members::names_of(&MEMBERS));
        assert_eq!(members::names_in(&Deleted { deleted: customer().id }), members::names_of(&[DELETED]));
    }

    #[test]
    fn what_is_not_said_stays() {
        let known = Known {
            code: None,
            email: Email::parse("a@example.com").ok(),
            email_verified: false,
            given_name: None,
            family_name: None,
            company: Line::parse("Muster GmbH").ok(),
            country: None,
        };
        let before = Customer { email: Email::parse("b@example.com").ok(), email_verified: true, ..customer() };
        let after = known.change(before.clone(), None);
        assert_eq!((&after.name, after.country, &after.profile.company), (&before.name, before.country, &known.company));
        assert!(after.email == known.email && !after.email_verified, "another address is not verified");
    }
}
