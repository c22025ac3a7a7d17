//! `latchkey order`: purchases.

use clap::Subcommand;
use latchkey_core::domain::ids::{AccountId, CustomerId, LicenseId, OrderId};
use latchkey_core::domain::order::Order;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// What can be done with orders.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Record an order, for licences to be issued for its lines
    #[command(after_long_help = members::help(&MEMBERS))]
    Create {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// Who bought
        #[arg(long)]
        customer: Option<CustomerId>,
        /// The number that the vendor's shop gave it
        #[arg(long, value_name = "TEXT")]
        reference: Option<Line<64>>,
        /// How many lines it has: as many licences can be issued for it, and their numbers are reserved
        #[arg(long, default_value_t = 1)]
        lines: u16,
    },
}

const MEMBERS: [Member; 7] = [
    ("order", "its number within the account"),
    ("account", "the vendor's number"),
    ("customer", "the customer's number, or null"),
    ("reference", "the shop's number, or null"),
    ("placed", "when it was recorded"),
    ("lines", "how many lines it has, numbered from 0"),
    ("first_license", "the licence number of line 0; the others' follow it"),
];

#[derive(Serialize)]
struct View<'a> {
    order: OrderId,
    account: AccountId,
    customer: Option<CustomerId>,
    reference: Option<&'a str>,
    placed: Timestamp,
    lines: u16,
    first_license: LicenseId,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let Command::Create { account, customer, reference, lines } = command;
    session.require_account(account).await?;
    let order = place_order(&session.core, account, PlaceOrder { customer, reference, lines }).await?;
    let view = view(&order);
    let text = text::fields(&[
        ("order", view.order.to_string()),
        ("account", view.account.to_string()),
        ("customer", text::or_dash(view.customer)),
        ("reference", text::or_dash(view.reference)),
        ("placed", view.placed.to_string()),
        ("lines", view.lines.to_string()),
        ("first license", view.first_license.to_string()),
    ]);
    Answer::new(&view, text)
}

fn view(order: &Order) -> View<'_> {
    let Order { id, account, customer, licensee: _, reference, placed, first_license, lines } = order;
    let reference = reference.as_ref().map(Line::as_str);
    let (lines, first_license) = (*lines, *first_license);
    View { order: *id, account: *account, customer: *customer, reference, placed: *placed, lines, first_license }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let (id, account) = (OrderId::new(1).unwrap(), AccountId::new(1).unwrap());
        let first_license = LicenseId::new(1).unwrap();
        let (customer, licensee, reference) = (None, None, None);
        let order = Order { id, account, customer, licensee, reference, placed: Timestamp::MIN, first_license, lines: 1 };
        assert_eq!(members::names_in(&view(&order)), members::names_of(&MEMBERS));
    }
}
