//! A client that asks by a product's code is told apart what is wrong: its key, or the code.

use crate::core::Core;
use crate::domain::ladder::ProductClaim;
use crate::domain::refusal::Refusal;
use crate::domain::text::ProductCode;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::table::Freshness;

/// The same outcome, but a key that was not found, or not for this product, is [`Refusal::UnknownProduct`] where no product has
/// the code that was asked by. Only such a refusal costs a read, which is strongly consistent.
pub(super) async fn or_unknown_product<T>(core: &Core, product: ProductClaim<'_>, outcome: Result<T, Failure>) -> Result<T, Failure> {
    match (&outcome, product) {
        (Err(Failure::Refused(Refusal::UnknownKey | Refusal::WrongProduct)), ProductClaim::Code(claimed))
            if !exists(core, claimed).await? =>
        {
            Err(Refusal::UnknownProduct.into())
        }
        _ => outcome,
    }
}

async fn exists(core: &Core, claimed: &str) -> Result<bool, Fault> {
    match ProductCode::parse(claimed) {
        Ok(claimed) => Ok(core.table.product_with_code(&claimed, Freshness::Strong).await?.is_some()),
        Err(_) => Ok(false),
    }
}
