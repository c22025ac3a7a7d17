//! `latchkey order`: what was bought at once.

use clap::Subcommand;
use latchkey_core::domain::ids::{AccountId, CustomerId, LicenseId, OrderId};
use latchkey_core::domain::order::Order;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::orders::{find_order, list_orders};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_core::table::Page;
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
        /// The number that the vendor's shop gave it; one is drawn where nothing is said
        #[arg(long, value_name = "TEXT")]
        reference: Option<Line<64>>,
        /// How many lines it has: as many licences can be issued for it, and their numbers are reserved
        #[arg(long, default_value_t = 1)]
        lines: u16,
    },
    /// Show an order
    #[command(after_long_help = members::help(&MEMBERS))]
    Show {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// The order's number
        #[arg(long)]
        order: OrderId,
    },
    /// List an account's orders by their numbers
    #[command(after_long_help = members::list_help("orders", &MEMBERS, &OTHERS))]
    List {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// Those of this customer only
        #[arg(long)]
        customer: Option<CustomerId>,
        /// Begin after this order
        #[arg(long, value_name = "ORDER")]
        after: Option<OrderId>,
        /// The most orders to list, up to 1000
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
        limit: u16,
    },
}

const MEMBERS: [Member; 10] = [
    ("order", "its number within the account"),
    ("account", "the vendor's number"),
    ("customer", "the customer's number, or null"),
    ("reference", "the shop's number"),
    ("status", "how far it is, as the vendor says, or null"),
    ("placed", "when it was recorded"),
    ("updated", "when it was changed last, or recorded"),
    ("revision", "counts the changes, from 1"),
    ("lines", "how many lines it was recorded with, numbered from 0; licences that are issued later take further ones"),
    ("first_license", "the licence number of line 0, or null where it was recorded without lines; the others' follow it"),
];

const OTHERS: [Member; 1] = [("next", "what to give as --after for the next page; null where this was the last")];

#[derive(Serialize)]
struct View {
    order: OrderId,
    account: AccountId,
    customer: Option<CustomerId>,
    reference: Line<64>,
    status: Option<Line<64>>,
    placed: Timestamp,
    updated: Timestamp,
    revision: u32,
    lines: u16,
    first_license: Option<LicenseId>,
}

#[derive(Serialize)]
struct List {
    next: Option<OrderId>,
    orders: Vec<View>,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let core = &session.core;
    let order = match command {
        Command::Create { account, customer, reference, lines } => {
            session.require_account(account).await?;
            place_order(core, account, PlaceOrder { customer, reference, lines }).await?
        }
        Command::Show { account, order } => find_order(core, account, order).await?,
        Command::List { account, customer, after, limit } => {
            session.require_account(account).await?;
            return list(list_orders(core, account, customer, after, limit).await?);
        }
    };
    let view = View::of(order);
    Answer::new(&view, text::fields(&view.rows()))
}

fn list(page: Page<Order, OrderId>) -> Result<Answer, Failed> {
    let list = List { next: page.next, orders: page.items.into_iter().map(View::of).collect() };
    let rows: Vec<_> = list.orders.iter().map(View::row).collect();
    let mut text = text::columns(["order", "reference", "customer", "status", "placed"], &rows);
    if let Some(next) = list.next {
        text = format!("{text}\nThere are more: --after {next}");
    }
    Answer::new(&list, text)
}

impl View {
    fn of(order: Order) -> Self {
        let (updated, lines) = (order.last_change(), order.promised_lines());
        let Order { id, account, customer, reference, placed, promised, details, revision, .. } = order;
        let first_license = promised.map(|block| block.first);
        Self { order: id, account, customer, reference, status: details.status, placed, updated, revision, lines, first_license }
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        vec![
            ("order", self.order.to_string()),
            ("account", self.account.to_string()),
            ("customer", text::or_dash(self.customer)),
            ("reference", self.reference.as_str().to_owned()),
            ("status", text::or_dash(self.status.as_ref().map(Line::as_str))),
            ("placed", self.placed.to_string()),
            ("updated", self.updated.to_string()),
            ("revision", self.revision.to_string()),
            ("lines", self.lines.to_string()),
            ("first license", text::or_dash(self.first_license)),
        ]
    }

    fn row(&self) -> [String; 5] {
        let (reference, status) = (self.reference.as_str().to_owned(), text::or_dash(self.status.as_ref().map(Line::as_str)));
        [self.order.to_string(), reference, text::or_dash(self.customer), status, self.placed.to_string()]
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::order::{Block, OrderDetails};

    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let (id, account) = (OrderId::new(1).unwrap(), AccountId::new(1).unwrap());
        let order = Order {
            id,
            account,
            customer: None,
            licensee: None,
            reference: Line::parse("1001").unwrap(),
            placed: Timestamp::MIN,
            promised: Some(Block { first: LicenseId::new(1).unwrap(), count: 1 }),
            details: OrderDetails::default(),
            updated: None,
            revision: 1,
        };
        assert_eq!(members::names_in(&View::of(order)), members::names_of(&MEMBERS));
    }
}
