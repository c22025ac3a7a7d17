//! `latchkey license list`.

use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::table::Selection;
use serde::Serialize;

use super::view::{MEMBERS, View};
use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// Which part of the list is wanted.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// Begin after this licence
    #[arg(long, value_name = "LICENSE")]
    after: Option<LicenseId>,
    /// The most licences to list, up to 1000
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
}

const OTHERS: [Member; 1] = [("next", "what to give as --after for the next page; null where this was the last")];

/// What the JSON holds.
pub(super) fn help() -> String {
    members::list_help("licenses", &MEMBERS, &OTHERS)
}

#[derive(Serialize)]
struct List {
    next: Option<LicenseId>,
    licenses: Vec<View>,
}

impl Args {
    /// Lists the licences.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { account, after, limit } = self;
        session.require_account(account).await?;
        let page = session.core.table.licenses(account, &Selection::All, after, limit).await?;
        let list = List { next: page.next, licenses: page.items.iter().map(View::of).collect() };
        Answer::new(&list, list.text())
    }
}

impl List {
    fn text(&self) -> String {
        let text = text::columns(View::HEADINGS, &self.licenses.iter().map(View::row).collect::<Vec<_>>());
        match self.next {
            Some(next) => format!("{text}\nThere are more: --after {next}"),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::view::example;

    #[test]
    fn a_page_says_where_the_next_one_begins() {
        let list = |next| List { next, licenses: vec![View::of(&example())] };
        let head = "license  product  state   until  seats  name\n3        2        active  never  5      -";
        assert_eq!(list(None).text(), head);
        assert_eq!(list(LicenseId::new(3)).text(), format!("{head}\nThere are more: --after 3"));
    }
}
