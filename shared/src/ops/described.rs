//! A licence as clients are shown it whatever came of their request: with its product, and how it stands.

use std::sync::Arc;

use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::product::Product;
use crate::domain::refusal::Refusal;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::table::Freshness;

/// A licence, its product, and what came of the request.
#[derive(Clone, Debug)]
pub struct Described {
    /// The licence.
    pub grant: Grant,
    /// Its product, at most a minute old.
    pub product: Arc<Product>,
    /// Nothing wrong, or what.
    pub verdict: Result<(), Refusal>,
}

impl Described {
    /// Adds the product, which is read where it is not remembered.
    pub(super) async fn of(core: &Core, grant: Grant, verdict: Result<(), Refusal>) -> Result<Self, Fault> {
        let product = core.shown_product(grant.account, grant.product).await?;
        Ok(Self { grant, product, verdict })
    }

    /// The licence as it is after `refusal`.
    pub(super) async fn after(core: &Core, key: KeyDigest, refusal: Refusal) -> Result<Self, Failure> {
        let grant = core.table.grant(key, Freshness::Strong).await?.ok_or(Refusal::UnknownKey)?;
        Ok(Self::of(core, grant, Err(refusal)).await?)
    }
}
