//! Redeeming a token: it opens the package for a minute.

use super::seated::seated;
use crate::core::{Core, Downloads};
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, ReleaseId};
use crate::domain::key::LicenseKey;
use crate::domain::ladder::ProductClaim;
use crate::domain::package::Package;
use crate::domain::product::{Product, ProductKind};
use crate::domain::refusal::Refusal;
use crate::domain::release::ReleaseState;
use crate::failure::Failure;
use crate::tokens::UpdateToken;

/// Where the package can be fetched from, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// Whose product it is.
    pub account: AccountId,
    /// A presigned address.
    pub url: String,
}

/// A presigned address of the release's package, after the licence and the seat were checked again.
pub async fn redeem_download(core: &Core, downloads: &Downloads, key: &LicenseKey, token: &str) -> Result<Redeemed, Failure> {
    let token = UpdateToken::open(token, key.digest(), &downloads.tokens, core.now())?;
    let seated = seated(core, token.key, ProductClaim::Id(token.product), token.seat).await?;
    let product = core.product_of_license(seated.grant.account, seated.grant.product).await?;
    let package = package(core, &seated.grant, &product, token.release).await?;
    let url = downloads.packages.presign_download(&package, &file_name(&product, &package)).await?;
    Ok(Redeemed { account: seated.grant.account, url })
}

/// The package of a release that can still be fetched: the current one, as it is remembered, or another that is published.
async fn package(core: &Core, grant: &Grant, product: &Product, release: ReleaseId) -> Result<Package, Failure> {
    if let Some(current) = product.current.as_ref().filter(|current| current.id == release) {
        return Ok(current.published.package.clone());
    }
    let release = core.table.release(grant.account, grant.product, release).await?;
    match release.map(|release| release.state) {
        Some(ReleaseState::Published(published)) => Ok(published.package),
        Some(ReleaseState::Draft(_) | ReleaseState::Yanked(_)) | None => Err(Refusal::NoRelease.into()),
    }
}

/// WordPress installs what it downloads into the folder that the file is named after.
fn file_name(product: &Product, package: &Package) -> String {
    match product.kind {
        ProductKind::Plugin | ProductKind::Theme => format!("{}.zip", product.slug),
        ProductKind::Program => package.file_name.as_str().to_owned(),
    }
}
