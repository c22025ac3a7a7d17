//! Which product is meant: by its number or by its slug.

use clap::Args;
use latchkey_core::domain::ids::{AccountId, ProductId};
use latchkey_core::domain::product::Product;
use latchkey_core::domain::text::Slug;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::table::Freshness;

use crate::problem::Failed;
use crate::session::Session;

/// A product of an account.
#[derive(Args, Clone)]
#[group(required = true, multiple = false)]
pub(crate) struct ProductChoice {
    /// The product's number
    #[arg(long)]
    product: Option<ProductId>,
    /// The product's slug
    #[arg(long)]
    slug: Option<Slug>,
}

impl ProductChoice {
    /// Reads the product. By its slug it is looked for among all of the account's: there are at most a thousand.
    pub(crate) async fn find(&self, account: AccountId, session: &Session) -> Result<Product, Failed> {
        let table = &session.core.table;
        let found = match (self.product, &self.slug) {
            (Some(id), _) => table.product(account, id, Freshness::Strong).await?,
            (None, Some(slug)) => table.products(account).await?.into_iter().find(|product| product.slug == *slug),
            (None, None) => None,
        };
        found.ok_or_else(|| Rejected::NotFound(Thing::Product).into())
    }
}
