//! Releases, as a vendor's staff manage them. One that is made here has no package, and nobody is offered it before it has one.

use super::assemblies::clear_assemblies;
use super::edit_license::ROUNDS;
use super::find_product::require_product;
use super::rejected::{Rejected, Thing, Unique};
use super::yank_release::yank_release;
use crate::core::Core;
use crate::domain::assembly::OfRelease;
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::release::{Notes, Release, ReleaseState};
use crate::domain::template::Template;
use crate::domain::text::{Line, Prose};
use crate::domain::time::Timestamp;
use crate::domain::version::Version;
use crate::fault::{Fault, FaultKind};
use crate::table::records::List;
use crate::table::{CurrentChange, Exists, Freshness, NotChanged};

/// What a vendor's staff say of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseCard {
    /// Its version, unique in the product. It stays once its package was published.
    pub version: Version,
    /// What it is called, beside its version.
    pub name: Option<Line<120>>,
    /// When it was released, where something is said.
    pub dated: Option<Timestamp>,
    /// What changed: what update answers say about it.
    pub changelog: Prose<60_000>,
}

/// Records a release without a package.
pub async fn create_release(core: &Core, account: AccountId, product: ProductId, card: ReleaseCard) -> Result<Release, Rejected> {
    let ReleaseCard { version, name, dated, changelog } = card;
    require_product(core, account, product).await?;
    let id = core.table.next_release(account).await?;
    let notes = Notes { changelog, ..Notes::default() };
    let created = core.now();
    let release = Release { id, account, product, version, created, name, dated, notes, state: ReleaseState::Planned, revision: 1 };
    match core.table.create_release(&release).await? {
        Ok(()) => Ok(release),
        Err(Exists) => Err(Rejected::InUse(Unique::Version)),
    }
}

/// Changes a release by `change`. Where it is the one that is offered, what is said of it is offered with it, 60 seconds later at most.
pub async fn change_release(
    core: &Core,
    account: AccountId,
    of: OfRelease,
    change: impl Fn(ReleaseCard) -> Result<ReleaseCard, Rejected>,
) -> Result<Release, Rejected> {
    for _ in 0..ROUNDS {
        let before = find_release(core, account, of).await?;
        let product = core.table.product(account, of.product, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Product))?;
        let ReleaseCard { version, name, dated, changelog } = change(ReleaseCard::of(&before))?;
        if version != before.version && matches!(before.state, ReleaseState::Published(_)) {
            return Err(Rejected::VersionFixed);
        }
        let notes = Notes { changelog, ..before.notes.clone() };
        let after = Release { version, name, dated, notes, ..before.clone() };
        let is_current = product.current.as_ref().is_some_and(|current| current.id == after.id);
        let current = if is_current { CurrentChange::Set(Box::new(after.as_current())) } else { CurrentChange::Keep };
        match core.table.change_release(&before, &after, &product, current).await? {
            Ok(()) => return Ok(Release { revision: before.revision.saturating_add(1), ..after }),
            Err(NotChanged::VersionTaken) => return Err(Rejected::InUse(Unique::Version)),
            Err(NotChanged::Stale) => {}
        }
    }
    Err(Fault::new(FaultKind::Contended, "changing a release").into())
}

/// Deletes a release and its assemblies, unless a template is made for it. One whose package was published is withdrawn, as [`yank_release`] does it, also where it is
/// the one that is offered: then the newest other one is. Its version stays taken, for copies of it are in the field.
pub async fn delete_release(core: &Core, account: AccountId, of: OfRelease) -> Result<(), Rejected> {
    for _ in 0..ROUNDS {
        let release = find_release(core, account, of).await?;
        let list = List::Release(of.release);
        let templates = core.table.records::<Template>(account, Some(&list), None, 1).await?;
        if !templates.items.is_empty() {
            return Err(Rejected::Referenced { by: Thing::Template });
        }
        clear_assemblies(core, account, of.release).await?;
        match release.state {
            ReleaseState::Planned | ReleaseState::Draft(_) => match core.table.delete_release(&release).await? {
                Ok(()) => return Ok(()),
                Err(NotChanged::Stale | NotChanged::VersionTaken) => {}
            },
            ReleaseState::Published(_) => return yank_release(core, account, of.product, of.release, None).await.map(|_| ()),
            ReleaseState::Yanked(_) => return Err(Rejected::NotFound(Thing::Release)),
        }
    }
    Err(Fault::new(FaultKind::Contended, "deleting a release").into())
}

/// A release that was not withdrawn, by its product.
pub async fn find_release(core: &Core, account: AccountId, of: OfRelease) -> Result<Release, Rejected> {
    let release = core.table.release(account, of.product, of.release).await?;
    release.filter(Release::stands).ok_or(Rejected::NotFound(Thing::Release))
}

/// The releases of a product that were not withdrawn, in the order of their numbers. May lag a moment behind.
pub async fn list_releases(core: &Core, account: AccountId, product: ProductId) -> Result<Vec<Release>, Rejected> {
    require_product(core, account, product).await?;
    Ok(core.table.releases(account, product).await?.into_iter().filter(Release::stands).collect())
}

impl ReleaseCard {
    /// What is said of a release.
    pub fn of(release: &Release) -> Self {
        let Release { version, name, dated, notes, .. } = release.clone();
        Self { version, name, dated, changelog: notes.changelog }
    }
}
