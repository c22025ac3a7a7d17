//! Publishing a release: its package is verified, and only then can anybody fetch it.

use std::io::BufReader;

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::package::Package;
use crate::domain::product::{Product, ProductKind, Requirements};
use crate::domain::release::{Notes, Published, Release, ReleaseState, Upload, WrongReleaseState};
use crate::domain::text::{Line, Prose};
use crate::domain::version::Version;
use crate::fault::{Fault, FaultKind};
use crate::packages::archive::{self, ArchiveKind, Header, Inspected, Limits};
use crate::packages::readme::{self, Readme, SectionKey};
use crate::packages::{Fetched, Packages};
use crate::table::{CurrentChange, Freshness};

/// How often publishing is tried again that collided with another change of the product.
const ROUNDS: usize = 8;

/// Copies the upload to its final place, verifies what lies there byte for byte, and makes the release public in one
/// conditional write: the current one where its version is the newest.
///
/// `announced` is the SHA-256 that the vendor announced: a draft that somebody else has announced anew since then is not
/// published in its place. What goes wrong before the write leaves everything as it was, and the draft can be uploaded and
/// published again.
pub async fn publish_release(
    core: &Core,
    packages: &Packages,
    account: AccountId,
    product: ProductId,
    release: ReleaseId,
    announced: &str,
) -> Result<Release, Rejected> {
    let draft = core.table.release(account, product, release).await?.ok_or(Rejected::NotFound(Thing::Release))?;
    let upload = match &draft.state {
        ReleaseState::Draft(upload) => upload.clone(),
        ReleaseState::Planned | ReleaseState::Published(_) | ReleaseState::Yanked(_) => {
            return Err(WrongReleaseState(draft.state.name()).into());
        }
    };
    if upload.sha256 != announced {
        return Err(Rejected::Changed);
    }
    let place = Packages::package_key(account, product, release, core.random.ulid(core.now()));
    packages.copy(&upload.object_key, &place).await?.ok_or(Rejected::NotUploaded)?;
    let verified = match verify(core, packages, &draft, &upload, &place).await {
        Ok(verified) => verified,
        Err(rejected) => {
            discard(packages, &place).await;
            return Err(rejected);
        }
    };
    let published = match write(core, &draft, verified).await {
        Ok(published) => published,
        // Whether the write was carried out is not known after a fault: the copy may be the package of a public release.
        Err(fault @ Rejected::Fault(_)) => return Err(fault),
        Err(rejected) => {
            discard(packages, &place).await;
            return Err(rejected);
        }
    };
    discard(packages, &upload.object_key).await;
    Ok(published)
}

/// Deletes what nothing refers to. Where even this fails, it stays: an upload until the bucket's lifecycle removes it, a copy
/// as an orphan.
async fn discard(packages: &Packages, key: &str) {
    if let Err(fault) = packages.delete(key).await {
        tracing::warn!(%fault, "an object was left behind");
    }
}

/// A release that may be made public, and its product.
struct Verified {
    release: Release,
    product: Product,
}

async fn verify(core: &Core, packages: &Packages, draft: &Release, upload: &Upload, place: &str) -> Result<Verified, Rejected> {
    let fetched = packages.fetch(place, upload.size).await?.ok_or(Rejected::NotUploaded)?;
    if fetched.size != upload.size || fetched.sha256 != upload.sha256 {
        return Err(Rejected::PackageDiffers);
    }
    let product = product(core, draft).await?;
    let (size, sha256) = (fetched.size, fetched.sha256.clone());
    let inspected = inspect(fetched, &product, &draft.version).await?;
    let (file_name, content_type) = match product.kind {
        ProductKind::Plugin | ProductKind::Theme => (line(&format!("{}.zip", product.slug))?, "application/zip"),
        ProductKind::Program => (upload.file_name.clone(), "application/octet-stream"),
    };
    let package = Package {
        id: core.table.next_package(draft.account).await?,
        object_key: place.to_owned(),
        file_name,
        size,
        sha256,
        content_type: line(content_type)?,
        from_version: None,
        to_version: None,
    };
    let requirements = requirements(inspected.as_ref().map(|inspected| &inspected.header), &product);
    let readme = inspected.and_then(|inspected| inspected.readme).map(|text| readme::parse(&text));
    if let Some(readme) = &readme {
        // Before the release is public: one that says it has a readme has it. Where it never becomes public, nothing leads here.
        core.table.keep_readme(draft.account, draft.product, package.id, readme).await?;
    }
    let notes = notes(&draft.notes, readme.as_ref());
    let published = Published { at: core.now(), package, requirements, has_readme: readme.is_some() };
    let release = Release { notes, ..draft.clone() }.publish(published)?;
    Ok(Verified { release, product })
}

async fn write(core: &Core, draft: &Release, verified: Verified) -> Result<Release, Rejected> {
    let Verified { release, mut product } = verified;
    for _ in 0..ROUNDS {
        let is_newest = product.current.as_ref().is_none_or(|current| release.version > current.version);
        let current = if is_newest { CurrentChange::Set(Box::new(release.as_current())) } else { CurrentChange::Keep };
        if core.table.change_release(draft, &release, &product, current).await?.is_ok() {
            return Ok(release);
        }
        let now = core.table.release(draft.account, draft.product, draft.id).await?.ok_or(Rejected::NotFound(Thing::Release))?;
        if now.state == release.state {
            return Ok(release);
        }
        if now.state != draft.state {
            return Err(WrongReleaseState(now.state.name()).into());
        }
        product = self::product(core, draft).await?;
    }
    Err(Fault::new(FaultKind::Contended, "publishing a release").into())
}

async fn product(core: &Core, release: &Release) -> Result<Product, Rejected> {
    core.table.product(release.account, release.product, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Product))
}

/// Reads a plugin's or theme's zip to its end, off the async threads.
async fn inspect(fetched: Fetched, product: &Product, version: &Version) -> Result<Option<Inspected>, Rejected> {
    let kind = match product.kind {
        ProductKind::Plugin => ArchiveKind::Plugin,
        ProductKind::Theme => ArchiveKind::Theme,
        ProductKind::Program => return Ok(None),
    };
    let slug = product.slug.clone();
    let inspected =
        tokio::task::spawn_blocking(move || archive::inspect(BufReader::new(fetched.file), slug.as_str(), kind, &Limits::default())).await;
    let inspected = inspected.map_err(|error| Fault::caused(FaultKind::Unavailable, "inspecting a package", error))?;
    let inspected = match inspected {
        Ok(inspected) => inspected,
        Err(problem) if problem.is_fault() => return Err(Fault::caused(FaultKind::Unavailable, "inspecting a package", problem).into()),
        Err(problem) => return Err(Rejected::Archive(problem)),
    };
    if Version::parse(&inspected.header.version).ok().as_ref() == Some(version) {
        Ok(Some(inspected))
    } else {
        Err(Rejected::VersionDiffers { package: inspected.header.version, release: version.to_string() })
    }
}

/// What the vendor said with the draft; where that was nothing, what the package's `readme.txt` says.
fn notes(said: &Notes, readme: Option<&Readme>) -> Notes {
    let Some(readme) = readme else { return said.clone() };
    let changelog = readme.section(SectionKey::Changelog).and_then(|html| Prose::parse(html).ok());
    let description = Prose::parse(&readme.short_description).ok();
    Notes {
        changelog: if said.changelog.as_str().is_empty() { changelog.unwrap_or_default() } else { said.changelog.clone() },
        description: if said.description.as_str().is_empty() { description.unwrap_or_default() } else { said.description.clone() },
    }
}

/// What the package's header says, else what the product says.
fn requirements(header: Option<&Header>, product: &Product) -> Requirements {
    let said = |text: Option<&String>| text.and_then(|text| Line::parse(text).ok());
    Requirements {
        php: said(header.and_then(|header| header.requires_php.as_ref())).or_else(|| product.requirements.php.clone()),
        wordpress: said(header.and_then(|header| header.requires_wordpress.as_ref())).or_else(|| product.requirements.wordpress.clone()),
    }
}

fn line<const MAX: usize>(text: &str) -> Result<Line<MAX>, Fault> {
    Line::parse(text).map_err(|error| Fault::corrupt("naming a package", error))
}
