//! `latchkey order`: purchases.

use clap::Subcommand;
use latchkey_core::domain::ids::{AccountId, CustomerId, OrderId};
use latchkey_core::domain::order::Order;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::rejected::{Rejected, Thing};
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
    },
}

const MEMBERS: [Member; 5] = [
    ("order", "its number within the account"),
    ("account", "the vendor's number"),
    ("customer", "the customer's number, or null"),
    ("reference", "the shop's number, or null"),
    ("placed", "when it was recorded"),
];

#[derive(Serialize)]
struct View<'a> {
    order: OrderId,
    account: AccountId,
    customer: Option<CustomerId>,
    reference: Option<&'a str>,
    placed: Timestamp,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let Command::Create { account, customer, reference } = command;
    let table = &session.core.table;
    session.require_account(account).await?;
    if let Some(customer) = customer {
        table.customer(account, customer).await?.ok_or(Rejected::NotFound(Thing::Customer))?;
    }
    let order = table.create_order(account, customer, reference, session.core.now()).await?;
    let view = view(&order);
    let text = text::fields(&[
        ("order", view.order.to_string()),
        ("account", view.account.to_string()),
        ("customer", text::or_dash(view.customer)),
        ("reference", text::or_dash(view.reference)),
        ("placed", view.placed.to_string()),
    ]);
    Answer::new(&view, text)
}

fn view(order: &Order) -> View<'_> {
    let Order { id, account, customer, reference, placed } = order;
    View { order: *id, account: *account, customer: *customer, reference: reference.as_ref().map(Line::as_str), placed: *placed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let (id, account) = (OrderId::new(1).unwrap(), AccountId::new(1).unwrap());
        let order = Order { id, account, customer: None, reference: None, placed: Timestamp::MIN };
        assert_eq!(members::names_in(&view(&order)), members::names_of(&MEMBERS));
    }
}
