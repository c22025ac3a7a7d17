//! `latchkey release yank`.

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::product::Product;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::version::Version;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::yank_release::yank_release;

use super::view::View;
use crate::problem::Failed;
use crate::product::ProductChoice;
use crate::say::Answer;
use crate::session::Session;

/// Which release is withdrawn.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    #[command(flatten)]
    product: ProductChoice,
    /// The version that is withdrawn
    #[arg(long, value_parser = Version::parse)]
    version: Version,
    /// The reason, for the vendor's staff
    #[arg(long, value_name = "TEXT")]
    why: Option<Line<500>>,
}

impl Args {
    /// Withdraws the release.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let product = self.product.find(self.account, session).await?;
        let release = session.core.table.release_of_version(&product, &self.version).await?;
        let release = release.ok_or(Rejected::NotFound(Thing::Release))?;
        let yanked = yank_release(&session.core, product.account, product.id, release.id, self.why).await?;
        // The product was read when this may still have been its current release.
        let view = View::of(&yanked, &Product { current: None, ..product });
        Answer::new(&view, view.text())
    }
}
