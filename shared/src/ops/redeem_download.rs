//! Redeeming an update token: it opens the package for a minute.

use super::open_package::{Redeemed, Right, open_package};
use crate::core::{Core, Downloads};
use crate::domain::key::LicenseKey;
use crate::failure::Failure;
use crate::tokens::UpdateToken;

/// A presigned address of the release's package, after the licence and the seat were checked again.
pub async fn redeem_download(core: &Core, downloads: &Downloads, key: &LicenseKey, token: &str) -> Result<Redeemed, Failure> {
    let UpdateToken { key, product, release, seat, .. } = UpdateToken::open(token, key.digest(), &downloads.tokens, core.now())?;
    open_package(core, downloads, Right { key, product, release, seat }).await
}
