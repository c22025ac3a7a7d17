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
    let holder = match core.table.holder_of_code(&public_code, Freshness::Eventual).await? {
        Some(holder) => Some(holder),
        None => core.table.holder_of_code(&public_code, Freshness::Strong).await?,
    };
    Ok(holder.filter(|holder| holder.account == account).map(|holder| holder.product))
}
