//! Finding a product, by its public code or by its number.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::product::Product;
use crate::domain::text::ProductCode;
use crate::fault::Fault;
use crate::table::Freshness;

/// The account's product with this code. What is no code, nobody's and another account's are one answer; that answer is
/// confirmed by a strongly consistent read, for the product may have been made a moment ago.
pub(super) async fn find_product(core: &Core, account: AccountId, text: &str) -> Result<Option<ProductId>, Fault> {
    let Ok(public_code) = ProductCode::parse(text) else { return Ok(None) };
    let found = match core.table.product_with_code(&public_code, Freshness::Eventual).await? {
        Some(found) => Some(found),
        None => core.table.product_with_code(&public_code, Freshness::Strong).await?,
    };
    Ok(found.filter(|(owner, _)| *owner == account).map(|(_, product)| product))
}

/// The account's product with this number; that there is none is confirmed as above.
pub(super) async fn require_product(core: &Core, account: AccountId, id: ProductId) -> Result<Product, Rejected> {
    let product = match core.table.product(account, id, Freshness::Eventual).await? {
        Some(product) => Some(product),
        None => core.table.product(account, id, Freshness::Strong).await?,
    };
    product.ok_or(Rejected::NotFound(Thing::Product))
}
