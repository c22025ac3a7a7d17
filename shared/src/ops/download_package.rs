//! Downloading a package by a licence's key alone: any published one of the licence's product, with no seat asked for.

use super::open_package::{Redeemed, file_name};
use crate::core::{Core, Downloads};
use crate::domain::grant::Grant;
use crate::domain::ids::{PackageId, ProductId};
use crate::domain::key::LicenseKey;
use crate::domain::ladder::{ProductClaim, SeatClaim, judge};
use crate::domain::package::Package;
use crate::domain::product::Product;
use crate::domain::refusal::Refusal;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::fault::Fault;
use crate::table::Freshness;

/// Which package is wanted, and by what right.
#[derive(Clone, Copy, Debug)]
pub struct DownloadPackage<'a> {
    /// The licence's key.
    pub key: &'a LicenseKey,
    /// The product that the licence has to be for.
    pub product: ProductId,
    /// The package, which has to be one of the product's.
    pub package: PackageId,
}

/// A presigned address of the package. One read where the product is remembered and the package is its current release's; a
/// refusal is confirmed by a strongly consistent read.
pub async fn download_package(core: &Core, downloads: &Downloads, ask: DownloadPackage<'_>) -> Result<Redeemed, Failure> {
    let (grant, verdict) = match judged(core, ask, Freshness::Eventual).await? {
        (_, Err(_)) => judged(core, ask, Freshness::Strong).await?,
        judged => judged,
    };
    if let Some(grant) = &grant {
        core.trace_grant(grant, verdict.err(), |at| Event::of_device(at, Act::LookUpUpdate, None));
    }
    verdict?;
    let grant = grant.ok_or(Refusal::UnknownKey)?;
    let product = core.product_of_license(grant.account, grant.product).await?;
    let package = package(core, &product, ask.package).await?;
    let url = downloads.packages.presign_download(&package, &file_name(&product, &package)).await?;
    Ok(Redeemed { account: grant.account, url })
}

async fn judged(core: &Core, ask: DownloadPackage<'_>, freshness: Freshness) -> Result<(Option<Grant>, Result<(), Refusal>), Fault> {
    let grant = core.table.grant(ask.key.digest(), freshness).await?;
    let verdict = judge(grant.as_ref(), ProductClaim::Id(ask.product), SeatClaim::None, core.now()).map(|_| ());
    Ok((grant, verdict))
}

/// The current release's package, or another on the product's shelf.
async fn package(core: &Core, product: &Product, id: PackageId) -> Result<Package, Failure> {
    if let Some(current) = product.current.as_ref().filter(|current| current.published.package.id == id) {
        return Ok(current.published.package.clone());
    }
    if let Some(package) = core.shelf(product.account, product.id).await?.package(id) {
        return Ok(package.clone());
    }
    let shelf = core.present_shelf(product.account, product.id).await?;
    shelf.package(id).cloned().ok_or(Failure::Refused(Refusal::NoRelease))
}
