//! `latchkey license reindex`.

use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::ops::index_sites::{Reindexed, reindex_sites};
use latchkey_core::ops::products::complete_products;
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

/// Which part of the account is wanted.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// Begin after this licence
    #[arg(long, value_name = "LICENSE")]
    after: Option<LicenseId>,
    /// The most licences to look at, up to 1000
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
}

const MEMBERS: [Member; 3] = [
    ("licenses", "how many licences were looked at"),
    ("corrected", "how many of their sites were not in the index as they are"),
    ("next", "what to give as --after to go on; null where the account is through"),
];

/// What the JSON holds.
pub(super) fn help() -> String {
    members::help(&MEMBERS)
}

#[derive(Serialize)]
struct View {
    licenses: usize,
    corrected: usize,
    next: Option<LicenseId>,
}

impl Args {
    /// Looks at the licences.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { account, after, limit } = self;
        session.require_account(account).await?;
        // As the index, what a table from before it has not.
        complete_products(&session.core, account).await?;
        let Reindexed { licenses, corrected, next } = reindex_sites(&session.core, account, after, limit).await?;
        let view = View { licenses, corrected, next };
        Answer::new(&view, view.text())
    }
}

impl View {
    fn text(&self) -> String {
        let text = format!("{} licences looked at, {} sites corrected", self.licenses, self.corrected);
        match self.next {
            Some(next) => format!("{text}\nThere are more: --after {next}"),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_where_to_go_on() {
        let view = |next| View { licenses: 5, corrected: 2, next };
        assert_eq!(view(None).text(), "5 licences looked at, 2 sites corrected");
        assert_eq!(view(LicenseId::new(9)).text(), "5 licences looked at, 2 sites corrected\nThere are more: --after 9");
        assert_eq!(members::names_in(&view(None)), members::names_of(&MEMBERS));
    }
}
