//! Preparing a download: an activated site is given a token for the current release.

use super::look_up_update::look_up_update;
use crate::core::{Core, Downloads};
use crate::domain::ids::AccountId;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::ProductClaim;
use crate::domain::seat::Device;
use crate::failure::Failure;
use crate::tokens::{UPDATE_TOKEN_SECONDS, UpdateToken};

/// A token and how long it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Whose product it is.
    pub account: AccountId,
    /// 100 letters and digits.
    pub token: String,
    /// In seconds.
    pub lives_seconds: i64,
}

/// A token that is good for the current release, this licence and this site, for 300 seconds. Nothing is written.
pub async fn prepare_download(
    core: &Core,
    downloads: &Downloads,
    key: &LicenseKey,
    product: ProductClaim<'_>,
    device: &Device,
) -> Result<Prepared, Failure> {
    let update = look_up_update(core, key, product, device).await?;
    let token = UpdateToken {
        key: key.digest(),
        product: update.product.id,
        release: update.release.id,
        seat: device.digest(),
        expires: core.now().plus_seconds(UPDATE_TOKEN_SECONDS),
    };
    Ok(Prepared { account: update.grant.account, token: token.seal(&downloads.tokens, &core.random), lives_seconds: UPDATE_TOKEN_SECONDS })
}
