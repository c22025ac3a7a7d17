//! Opening a package to whoever holds a right to it: the licence and the seat are checked again, and an address is signed.

use super::seated::seated;
use crate::core::{Core, Downloads};
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::key::KeyDigest;
use crate::domain::ladder::ProductClaim;
use crate::domain::package::Package;
use crate::domain::product::{Product, ProductKind};
use crate::domain::refusal::Refusal;
use crate::domain::release::ReleaseState;
use crate::domain::seat::SeatDigest;
use crate::failure::Failure;

/// Where the package can be fetched from, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// Whose product it is.
    pub account: AccountId,
    /// A presigned address.
    pub url: String,
}

/// What a token of either sort stands for: one release's package, for one device of one licence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Right {
    pub(super) key: KeyDigest,
    pub(super) product: ProductId,
    pub(super) release: ReleaseId,
    pub(super) seat: SeatDigest,
}

/// A presigned address of the release's package. One read where the product is remembered and the release is current.
pub(super) async fn open_package(core: &Core, downloads: &Downloads, right: Right) -> Result<Redeemed, Failure> {
    let seated = seated(core, right.key, ProductClaim::Id(right.product), right.seat).await?;
    let product = core.product_of_license(seated.grant.account, seated.grant.product).await?;
    let package = package(core, &seated.grant, &product, right.release).await?;
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
        Some(ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Yanked(_)) | None => Err(Refusal::NoRelease.into()),
    }
}

/// WordPress installs what it downloads into the folder that the file is named after.
pub(super) fn file_name(product: &Product, package: &Package) -> String {
    match product.kind {
        ProductKind::Plugin | ProductKind::Theme => format!("{}.zip", product.slug),
        ProductKind::Program => package.file_name.as_str().to_owned(),
    }
}
