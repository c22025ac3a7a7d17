//! Announcing the package of a release that there is: its vendor is given an address to upload it to.

use super::draft_release::{Drafted, check_announcement};
use super::edit_license::ROUNDS;
use super::publish_release::publish_release;
use super::rejected::{Rejected, Thing};
use super::releases::find_release;
use crate::core::Core;
use crate::domain::assembly::OfRelease;
use crate::domain::ids::{AccountId, PackageId};
use crate::domain::release::{Release, ReleaseState, Upload, WrongReleaseState};
use crate::domain::text::Line;
use crate::fault::{Fault, FaultKind};
use crate::packages::Packages;
use crate::table::{CurrentChange, Freshness};

/// The longest package that is published while a caller waits, in bytes: 64 MiB. A longer one would take longer than the gateway
/// waits; the operator's tool publishes those.
pub const MOST_WHILE_WAITING: u64 = 64 * 1024 * 1024;

/// A package as its vendor announces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// The name that it is downloaded under, where the product is no plugin or theme.
    pub file_name: Line<120>,
}

/// Announces the package of a release that has none that was published. What was announced before is no longer good.
pub async fn announce_package(
    core: &Core,
    packages: &Packages,
    account: AccountId,
    of: OfRelease,
    new: Announcement,
) -> Result<(PackageId, Drafted), Rejected> {
    let Announcement { size, sha256, file_name } = new;
    let sha256 = check_announcement(size, &sha256, MOST_WHILE_WAITING)?;
    let id = core.table.next_package(account).await?;
    let object_key = Packages::upload_key(account, core.random.ulid(core.now()));
    let upload = Upload { object_key, size, sha256, file_name, announced: Some(id) };
    let presigned = packages.presign_upload(&upload).await?;
    for _ in 0..ROUNDS {
        let before = find_release(core, account, of).await?;
        match before.state {
            ReleaseState::Planned | ReleaseState::Draft(_) => {}
            ReleaseState::Published(_) | ReleaseState::Yanked(_) => return Err(WrongReleaseState(before.state.name()).into()),
        }
        let product = core.table.product(account, of.product, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Product))?;
        let after = Release { state: ReleaseState::Draft(upload.clone()), ..before.clone() };
        if core.table.change_release(&before, &after, &product, CurrentChange::Keep).await?.is_ok() {
            return Ok((id, Drafted { release: after, upload: presigned }));
        }
    }
    Err(Fault::new(FaultKind::Contended, "announcing a package").into())
}

/// Publishes a package by the number that it was announced under, as [`publish_release`] does it.
pub async fn publish_package(
    core: &Core,
    packages: &Packages,
    account: AccountId,
    of: OfRelease,
    package: PackageId,
) -> Result<Release, Rejected> {
    let release = find_release(core, account, of).await?;
    match &release.state {
        ReleaseState::Planned => Err(Rejected::NotFound(Thing::Package)),
        ReleaseState::Published(_) | ReleaseState::Yanked(_) => Err(WrongReleaseState(release.state.name()).into()),
        ReleaseState::Draft(upload) if upload.announced != Some(package) => Err(Rejected::NotFound(Thing::Package)),
        // The tool may have announced a longer one under no number, which is another.
        ReleaseState::Draft(upload) => publish_release(core, packages, account, of.product, of.release, &upload.sha256).await,
    }
}
