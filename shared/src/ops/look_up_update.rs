//! Looking up the current release: what an activated site asks twice a day.

use std::sync::Arc;

use super::seated::seated;
use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::ProductClaim;
use crate::domain::product::Product;
use crate::domain::refusal::Refusal;
use crate::domain::release::CurrentRelease;
use crate::domain::seat::Device;
use crate::failure::Failure;

/// What an update answer is made from.
#[derive(Clone, Debug)]
pub struct Update {
    /// The licence.
    pub grant: Grant,
    /// Its product.
    pub product: Arc<Product>,
    /// The product's current release.
    pub release: CurrentRelease,
}

/// The current release of the product, for a device that holds a seat. One read where the product is remembered; it is read
/// again after 60 seconds.
pub async fn look_up_update(core: &Core, key: &LicenseKey, product: ProductClaim<'_>, device: &Device) -> Result<Update, Failure> {
    let seated = seated(core, key.digest(), product, device.digest()).await?;
    let product = core.product_of_license(seated.grant.account, seated.grant.product).await?;
    seated.note_use(core).await;
    let release = product.current.clone().ok_or(Refusal::NoRelease)?;
    Ok(Update { grant: seated.grant, product, release })
}
