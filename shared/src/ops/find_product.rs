//! Finding a product by its public code.

use crate::core::Core;
use crate::domain::ids::{AccountId, ProductId};
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
