//! Assemblies, of releases or of none, as a vendor's staff manage them.

use super::change_record::{Seen, contended, load, not_written, replace};
use super::edit_license::ROUNDS;
use super::rejected::{Rejected, Thing};
use super::releases::find_release;
use crate::core::Core;
use crate::domain::assembly::{Assembly, AssemblyCard, OfRelease};
use crate::domain::ids::{AccountId, AssemblyId, ReleaseId, ResourceId};
use crate::domain::resource::Resource;
use crate::fault::Fault;
use crate::table::records::List;
use crate::table::{Freshness, Page};

/// An assembly to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditAssembly {
    /// The account, from the credential.
    pub account: AccountId,
    /// The assembly.
    pub assembly: AssemblyId,
    /// The release that it has to be part of, where it has to.
    pub of: Option<OfRelease>,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

/// The most assemblies of a release that are listed.
pub const MOST: usize = 10_000;

/// How many assemblies are read by one call.
const PAGE: u16 = 500;

/// How many assemblies are deleted by one read of them.
const AT_ONCE: u16 = 100;

/// Makes an assembly, of a release where one is named.
pub async fn create_assembly(core: &Core, account: AccountId, of: Option<OfRelease>, card: AssemblyCard) -> Result<Assembly, Rejected> {
    if let Some(of) = of {
        find_release(core, account, of).await?;
    }
    require_resource(core, account, card.mapping_file).await?;
    let id = core.table.next_record::<Assembly>(account).await?;
    let id = AssemblyId::new(id).ok_or_else(|| Fault::corrupt("making an assembly", "its number is out of range"))?;
    let assembly = Assembly { id, account, of, card, revision: 1 };
    core.table.create_record(&assembly).await.map_err(|error| not_written(error, None))?;
    Ok(assembly)
}

/// Changes what is said of an assembly by `change`; which release it is part of stays.
pub async fn change_assembly(
    core: &Core,
    edit: EditAssembly,
    change: impl Fn(AssemblyCard) -> Result<AssemblyCard, Rejected>,
) -> Result<Assembly, Rejected> {
    for _ in 0..ROUNDS {
        let before = find(core, edit).await?;
        let card = change(before.card.clone())?;
        if card.mapping_file != before.card.mapping_file {
            require_resource(core, edit.account, card.mapping_file).await?;
        }
        let after = Assembly { card, revision: before.revision.saturating_add(1), ..before.clone() };
        if let Some(changed) = replace(core, &before, after, None).await? {
            return Ok(changed);
        }
    }
    Err(contended())
}

/// Deletes an assembly.
pub async fn delete_assembly(core: &Core, edit: EditAssembly) -> Result<(), Rejected> {
    let assembly = find(core, edit).await?;
    core.table.delete_record(&assembly).await.map_err(|error| not_written(error, None))
}

/// The assemblies of a release, in the order of their numbers, at most [`MOST`]. May lag a moment behind.
pub async fn release_assemblies(core: &Core, account: AccountId, of: OfRelease) -> Result<Vec<Assembly>, Rejected> {
    find_release(core, account, of).await?;
    let list = List::Release(of.release);
    let (mut assemblies, mut after) = (Vec::new(), None);
    loop {
        let page: Page<Assembly, u32> = core.table.records(account, Some(&list), after, PAGE).await?;
        assemblies.extend(page.items);
        match page.next {
            Some(_) if assemblies.len() >= MOST => return Err(Rejected::SearchTooBroad),
            Some(next) => after = Some(next),
            None => return Ok(assemblies),
        }
    }
}

/// Deletes all assemblies of a release.
pub(super) async fn clear_assemblies(core: &Core, account: AccountId, release: ReleaseId) -> Result<(), Rejected> {
    let list = List::Release(release);
    let mut after = None;
    loop {
        let page: Page<Assembly, u32> = core.table.records(account, Some(&list), after, AT_ONCE).await?;
        for assembly in &page.items {
            match core.table.delete_record(assembly).await.map_err(|error| not_written(error, None)) {
                // Whoever changed it meanwhile, or deleted it: the next call sees what there is.
                Ok(()) | Err(Rejected::Changed) => {}
                Err(other) => return Err(other),
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

async fn find(core: &Core, edit: EditAssembly) -> Result<Assembly, Rejected> {
    let assembly: Assembly = load(core, edit.into()).await?;
    if edit.of.is_none() || edit.of == assembly.of { Ok(assembly) } else { Err(Rejected::NotFound(Thing::Assembly)) }
}

async fn require_resource(core: &Core, account: AccountId, id: Option<ResourceId>) -> Result<(), Rejected> {
    let Some(id) = id else { return Ok(()) };
    let resource: Option<Resource> = core.table.record(account, id.get(), Freshness::Strong).await?;
    resource.map(|_| ()).ok_or(Rejected::NotFound(Thing::Resource))
}

impl From<EditAssembly> for Seen {
    fn from(edit: EditAssembly) -> Self {
        Self { account: edit.account, number: edit.assembly.get(), revision: edit.seen, thing: Thing::Assembly }
    }
}
