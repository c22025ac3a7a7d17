//! `latchkey stats`: an account's figures.

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::summary::Figures;
use latchkey_core::ops::count_licenses::count_licenses;
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text::fields;

/// Whose figures are wanted.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
}

const MEMBERS: [Member; 14] = [
    ("account", "the vendor's number"),
    ("products", "how many products there are"),
    ("licenses", "how many licences"),
    ("revoked", "of these, how many were revoked"),
    ("traced", "of these, how many are traced"),
    ("file", "of these, how many need no seat"),
    ("activation", "of these, how many have seats that are taken for good"),
    ("floating", "of these, how many have seats that are taken for a while"),
    ("unlimited", "of these, how many have no limit"),
    ("activated_seats", "how many seats are taken for good, development sites included"),
    ("floating_seats", "how many floating seats are held"),
    ("expired_seats", "how many floating seats are over, and were needed by nobody since"),
    ("most_seats", "how many seats there are, of the licences that have a limit"),
    ("behind_seconds", "by how many seconds the figures may be behind"),
];

/// What the JSON holds.
pub(crate) fn help() -> String {
    members::help(&MEMBERS)
}

/// The table's stream keeps the figures up to date: seconds, unless its worker is stopped.
const BEHIND: u32 = 5;

#[derive(Serialize)]
struct View {
    account: AccountId,
    products: usize,
    licenses: u64,
    revoked: u64,
    traced: u64,
    file: u64,
    activation: u64,
    floating: u64,
    unlimited: u64,
    activated_seats: u64,
    floating_seats: u64,
    expired_seats: u64,
    most_seats: u64,
    behind_seconds: u32,
}

impl Args {
    /// Counts.
    pub(crate) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { account } = self;
        session.require_account(account).await?;
        let products = session.core.table.products(account).await?.len();
        let view = View::of(account, products, count_licenses(&session.core, account).await?);
        Answer::new(&view, view.text())
    }
}

impl View {
    fn of(account: AccountId, products: usize, figures: Figures) -> Self {
        let Figures {
            licenses,
            revoked,
            traced,
            file,
            activation,
            floating,
            activated_seats,
            floating_seats,
            expired_seats,
            most_seats,
            unlimited,
        } = figures;
        Self {
            account,
            products,
            licenses,
            revoked,
            traced,
            file,
            activation,
            floating,
            unlimited,
            activated_seats,
            floating_seats,
            expired_seats,
            most_seats,
            behind_seconds: BEHIND,
        }
    }

    fn text(&self) -> String {
        let said = |what: &'static str, count: u64| (what, count.to_string());
        fields(&[
            ("account", self.account.to_string()),
            ("products", self.products.to_string()),
            said("licences", self.licenses),
            said("  revoked", self.revoked),
            said("  traced", self.traced),
            said("  file", self.file),
            said("  activation", self.activation),
            said("  floating", self.floating),
            said("  unlimited", self.unlimited),
            said("seats taken", self.activated_seats),
            said("floating seats", self.floating_seats),
            said("  over", self.expired_seats),
            said("seats there are", self.most_seats),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let view = View::of(AccountId::new(1).unwrap(), 0, Figures::default());
        assert_eq!(members::names_in(&view), members::names_of(&MEMBERS));
    }
}
