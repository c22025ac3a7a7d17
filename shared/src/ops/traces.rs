//! What clients did with traced licences: read and deleted by the vendor's staff.

use super::edit_license::{Edit, edit_license, load};
use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, TraceId};
use crate::domain::license::License;
use crate::domain::trace::Trace;
use crate::fault::Fault;
use crate::table::{Page, StoredTrace};

/// How many traces are looked at together where they are deleted.
const AT_ONCE: u16 = 200;

/// Whether what clients do with the licence is kept from now on. Other processes follow within a minute.
pub async fn change_trace(core: &Core, edit: Edit, trace: bool) -> Result<License, Rejected> {
    edit_license(core, edit, |license| Ok(License { trace, ..license })).await
}

/// At most `limit` traces of the account, or of one of its licences, after the number `after`, in the order of their numbers. A page may
/// hold fewer and not be the last one.
pub async fn list_traces(
    core: &Core,
    account: AccountId,
    license: Option<LicenseId>,
    after: Option<TraceId>,
    limit: u16,
) -> Result<Page<Trace, TraceId>, Rejected> {
    let page = stored(core, account, license, after, limit).await?;
    Ok(Page { items: page.items.into_iter().map(|stored| stored.trace).collect(), next: page.next })
}

/// Deletes one trace.
pub async fn delete_trace(core: &Core, account: AccountId, id: TraceId) -> Result<(), Rejected> {
    let before = TraceId::new(id.get() - 1);
    let page = core.table.traces(account, before, 1, core.now()).await?;
    let found = page.items.into_iter().find(|stored| stored.trace.id == id).ok_or(Rejected::NotFound(Thing::Trace))?;
    Ok(core.table.delete_trace(&found).await?)
}

/// Deletes the traces of the account, or of one of its licences, that `is_meant` says. Gives how many.
///
/// Each is a write of two units (with the index); one that is interrupted has deleted some, and may be repeated.
pub async fn delete_traces(
    core: &Core,
    account: AccountId,
    license: Option<LicenseId>,
    is_meant: impl Fn(&Trace) -> bool,
) -> Result<u64, Rejected> {
    let (mut deleted, mut after) = (0, None);
    loop {
        let page = stored(core, account, license, after, AT_ONCE).await?;
        for stored in page.items.iter().filter(|stored| is_meant(&stored.trace)) {
            core.table.delete_trace(stored).await?;
            deleted += 1;
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(deleted),
        }
    }
}

async fn stored(
    core: &Core,
    account: AccountId,
    license: Option<LicenseId>,
    after: Option<TraceId>,
    limit: u16,
) -> Result<Page<StoredTrace, TraceId>, Rejected> {
    let now = core.now();
    let page: Result<_, Fault> = match license {
        None => core.table.traces(account, after, limit, now).await,
        Some(license) => {
            let license = load(core, Edit { account, license, seen: None }).await?;
            core.table.traces_of(license.key.digest(), after, limit, now).await
        }
    };
    Ok(page?)
}
