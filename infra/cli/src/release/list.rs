//! `latchkey release list`.

use std::cmp::Reverse;

use latchkey_core::domain::ids::AccountId;
use serde::Serialize;

use super::view::View;
use crate::problem::Failed;
use crate::product::ProductChoice;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// Whose releases are wanted.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    #[command(flatten)]
    product: ProductChoice,
}

#[derive(Serialize)]
struct List {
    releases: Vec<View>,
}

impl Args {
    /// Lists the releases.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let product = self.product.find(self.account, session).await?;
        let mut releases = session.core.table.releases(product.account, product.id).await?;
        releases.sort_by_key(|release| Reverse(release.version.clone()));
        let releases: Vec<View> = releases.iter().map(|release| View::of(release, &product)).collect();
        let text = text::columns(View::HEADINGS, &releases.iter().map(View::row).collect::<Vec<_>>());
        Answer::new(&List { releases }, text)
    }
}
