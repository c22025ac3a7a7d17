//! What clients did with traced licences: read and deleted by the vendor's staff.

use super::edit_license::{Edit, edit_license, load};
use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, TraceId};
use crate::domain::key::KeyDigest;
use crate::domain::license::License;
use crate::domain::trace::Trace;
use crate::fault::Fault;
use crate::table::{Page, Span, StoredTrace};

/// How many traces are looked at together where they are deleted.
const AT_ONCE: u16 = 200;

/// How many traces are looked at for one deletion: that takes some seconds.
pub const MOST_LOOKED_AT: usize = 5_000;

/// What a deletion came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// How many traces were deleted.
    pub count: u64,
    /// Whether all were looked at; otherwise there may be more.
    pub are_all: bool,
}

/// Whether what clients do with the licence is kept from now on. Other processes follow within a minute.
pub async fn change_trace(core: &Core, edit: Edit, trace: bool) -> Result<License, Rejected> {
    edit_license(core, edit, |license| Ok(License { trace, ..license })).await
}

/// At most `limit` traces of the account, or of one of its licences, after the number `after`, in the order of their numbers. A page may
/// hold fewer and not be the last one. May lag a moment behind.
pub async fn list_traces(
    core: &Core,
    account: AccountId,
    license: Option<LicenseId>,
    after: Option<TraceId>,
    limit: u16,
) -> Result<Page<Trace, TraceId>, Rejected> {
    list_traces_in(core, account, license, Span::ALL, after, limit).await
}

/// The same of those with a number in `span`, which way round that says.
pub async fn list_traces_in(
    core: &Core,
    account: AccountId,
    license: Option<LicenseId>,
    span: Span,
    after: Option<TraceId>,
    limit: u16,
) -> Result<Page<Trace, TraceId>, Rejected> {
    let page = Partition::of(core, account, license).await?.page(core, span, after, limit).await?;
    Ok(Page { items: page.items.into_iter().map(|stored| stored.trace).collect(), next: page.next })
}

/// Deletes one trace, where it is what `is_meant` says.
pub async fn delete_trace(core: &Core, account: AccountId, id: TraceId, is_meant: impl Fn(&Trace) -> bool) -> Result<(), Rejected> {
    let span = Span::between(id.get().into(), id.get().into());
    let page = core.table.traces(account, span, None, 1, core.now()).await?;
    let found = page.items.into_iter().find(|stored| is_meant(&stored.trace)).ok_or(Rejected::NotFound(Thing::Trace))?;
    Ok(core.table.delete_traces(vec![found]).await?)
}

/// Deletes the traces of the account, or of one of its licences, that `is_meant` says: the oldest first, of [`MOST_LOOKED_AT`] at most.
///
/// Each is a write of two units (with the index); a deletion that is interrupted has deleted some, and may be repeated.
pub async fn delete_traces(
    core: &Core,
    account: AccountId,
    license: Option<LicenseId>,
    is_meant: impl Fn(&Trace) -> bool,
) -> Result<Deleted, Rejected> {
    let partition = Partition::of(core, account, license).await?;
    let (mut deleted, mut looked_at, mut after) = (0, 0, None);
    loop {
        let page = partition.page(core, Span::ALL, after, AT_ONCE).await?;
        looked_at += page.items.len();
        let meant: Vec<StoredTrace> = page.items.into_iter().filter(|stored| is_meant(&stored.trace)).collect();
        let count = meant.len() as u64;
        core.table.delete_traces(meant).await?;
        deleted += count;
        match page.next {
            Some(_) if looked_at >= MOST_LOOKED_AT => return Ok(Deleted { count: deleted, are_all: false }),
            Some(next) => after = Some(next),
            None => return Ok(Deleted { count: deleted, are_all: true }),
        }
    }
}

/// Where traces are read.
enum Partition {
    /// In the index of an account.
    Account(AccountId),
    /// In a licence's own partition.
    License(KeyDigest),
}

impl Partition {
    async fn of(core: &Core, account: AccountId, license: Option<LicenseId>) -> Result<Self, Rejected> {
        let Some(license) = license else { return Ok(Self::Account(account)) };
        let license = load(core, Edit { account, license, seen: None }).await?;
        Ok(Self::License(license.key.digest()))
    }

    async fn page(&self, core: &Core, span: Span, after: Option<TraceId>, limit: u16) -> Result<Page<StoredTrace, TraceId>, Fault> {
        match self {
            Self::Account(account) => core.table.traces(*account, span, after, limit, core.now()).await,
            Self::License(key) => core.table.traces_of(*key, span, after, limit, core.now()).await,
        }
    }
}
