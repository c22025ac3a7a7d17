//! Drafting a release: the vendor announces a package and is given an address to upload it to.

use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::product::Product;
use crate::domain::release::{MAX_PACKAGE_BYTES, Notes, Release, ReleaseState, Upload};
use crate::domain::text::Line;
use crate::domain::version::Version;
use crate::packages::{Packages, PresignedUpload, is_digest};
use crate::table::{CurrentChange, Exists, Freshness};

/// What a vendor says about a new release.
#[derive(Clone, Debug)]
pub struct NewRelease {
    /// The product.
    pub product: ProductId,
    /// Its version.
    pub version: Version,
    /// What update answers say about it.
    pub notes: Notes,
    /// The package's length in bytes.
    pub size: u64,
    /// The package's SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// The name that the package is downloaded under, where the product is no plugin or theme.
    pub file_name: Line<120>,
}

/// A draft, and where its package is to be sent.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The draft.
    pub release: Release,
    /// Where to send the package; good for 15 minutes.
    pub upload: PresignedUpload,
}

/// Records a draft. A release of the same version that was never published is not in the way: its package is announced anew.
pub async fn draft_release(core: &Core, packages: &Packages, account: AccountId, new: NewRelease) -> Result<Drafted, Rejected> {
    let NewRelease { product, version, notes, size, sha256, file_name } = new;
    let sha256 = check_announcement(size, &sha256, MAX_PACKAGE_BYTES)?;
    let owner = core.table.product(account, product, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Product))?;
    let now = core.now();
    let object_key = Packages::upload_key(account, core.random.ulid(now));
    let upload = Upload { object_key, size, sha256, file_name, announced: None };
    let presigned = packages.presign_upload(&upload).await?;
    let id = core.table.next_release(account).await?;
    let release = Release {
        id,
        account,
        product,
        version,
        created: now,
        name: None,
        dated: None,
        notes,
        state: ReleaseState::Draft(upload),
        revision: 0,
    };
    let release = match core.table.create_release(&release).await? {
        Ok(()) => release,
        Err(Exists) => announce_anew(core, &owner, release).await?,
    };
    Ok(Drafted { release, upload: presigned })
}

/// The announced SHA-256 in its usual form, where there can be such a package of at most `most` bytes.
pub(super) fn check_announcement(size: u64, sha256: &str, most: u64) -> Result<String, Rejected> {
    let sha256 = sha256.to_ascii_lowercase();
    if !is_digest(&sha256) {
        return Err(Rejected::DigestForm);
    }
    if size > most || size == 0 { Err(Rejected::PackageTooLarge { size, most }) } else { Ok(sha256) }
}

/// Gives the draft that has the version the new announcement; a release that was published keeps its version for good.
async fn announce_anew(core: &Core, product: &Product, new: Release) -> Result<Release, Rejected> {
    let Some(before) = core.table.release_of_version(product, &new.version).await? else { return Err(Rejected::Changed) };
    match before.state {
        ReleaseState::Published(_) | ReleaseState::Yanked(_) => return Err(Rejected::InUse(Unique::Version)),
        ReleaseState::Planned | ReleaseState::Draft(_) => {}
    }
    let notes = if new.notes == Notes::default() { before.notes.clone() } else { new.notes };
    let after = Release { id: before.id, revision: before.revision, name: before.name.clone(), dated: before.dated, notes, ..new };
    match core.table.change_release(&before, &after, product, CurrentChange::Keep).await? {
        Ok(()) => Ok(after),
        Err(_) => Err(Rejected::Changed),
    }
}
