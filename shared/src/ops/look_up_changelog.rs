//! Looking up what changed: for anybody who knows the product's code, which is public.

use std::sync::Arc;

use crate::core::Core;
use crate::domain::product::Product;
use crate::domain::refusal::Refusal;
use crate::domain::release::CurrentRelease;
use crate::domain::text::ProductCode;
use crate::failure::Failure;
use crate::packages::readme::Readme;
use crate::table::Freshness;

/// A product's current release and what is said of it.
#[derive(Clone, Debug)]
pub struct Changelog {
    /// The product.
    pub product: Arc<Product>,
    /// Its current release.
    pub release: CurrentRelease,
    /// What the release's package says of itself.
    pub readme: Option<Arc<Readme>>,
}

/// What is said of the current release of the product with this code. One read where the product is remembered.
pub async fn look_up_changelog(core: &Core, claimed: &str) -> Result<Changelog, Failure> {
    let claimed = ProductCode::parse(claimed).map_err(|_| Refusal::UnknownProduct)?;
    let found = match core.table.product_with_code(&claimed, Freshness::Eventual).await? {
        Some(found) => Some(found),
        None => core.table.product_with_code(&claimed, Freshness::Strong).await?,
    };
    let (account, product) = found.ok_or(Refusal::UnknownProduct)?;
    let product = core.product_of_license(account, product).await?;
    let release = product.current.clone().ok_or(Refusal::NoRelease)?;
    let readme = core.readme(&product, &release).await?;
    Ok(Changelog { product, release, readme })
}
