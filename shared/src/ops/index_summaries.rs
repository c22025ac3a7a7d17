//! Keeping licences in short up to date with their grants, after they changed or from the beginning.

use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::license::Standing;
use crate::domain::summary::Summary;
use crate::fault::{Fault, FaultKind};
use crate::table::Freshness;

/// How often others may change a licence while it is entered.
const ROUNDS: usize = 16;

/// How many entries are looked at together.
const AT_ONCE: i32 = 100;

/// Enters the licence as it is. Gives how many entries were not as it is: none, or one.
///
/// Two reads of one unit where nothing differs, and one write more and the two reads again otherwise.
pub(super) async fn index_summary(core: &Core, key: KeyDigest) -> Result<usize, Fault> {
    let mut written: Option<Summary> = None;
    for _ in 0..ROUNDS {
        let grant = core.table.grant_or_remains(key, Freshness::Strong).await?;
        if let Some(remains) = grant.as_ref().filter(|grant| grant.standing == Standing::Deleted) {
            core.table.delete_summary(remains.account, remains.license).await?;
            core.table.sweep_license(key).await?;
            return Ok(0);
        }
        let Some(summary) = grant.as_ref().map(Summary::of) else {
            // It was deleted while it was being entered.
            if let Some(Summary { account, license, .. }) = written {
                core.table.delete_summary(account, license).await?;
            }
            return Ok(0);
        };
        if core.table.summary(summary.account, summary.license).await?.as_ref() == Some(&summary) {
            return Ok(usize::from(written.is_some()));
        }
        core.table.write_summary(&summary).await?;
        written = Some(summary);
    }
    Err(Fault::new(FaultKind::Contended, "entering a licence in short"))
}

/// Takes out the entries after `after` and up to `last` (or the end) that no licence has. Gives how many.
pub(super) async fn drop_orphans(
    core: &Core,
    account: AccountId,
    after: Option<LicenseId>,
    last: Option<LicenseId>,
) -> Result<usize, Fault> {
    let (mut after, mut dropped) = (after, 0);
    loop {
        let page = core.table.summaries(account, after, AT_ONCE).await?;
        let mut entered = page.items;
        entered.retain(|summary| last.is_none_or(|last| summary.license <= last));
        let keys: Vec<KeyDigest> = entered.iter().map(|summary| summary.key).collect();
        let grants = core.table.grants(&keys, Freshness::Strong).await?;
        for (summary, grant) in entered.iter().zip(grants) {
            let is_there = grant.is_some_and(|grant| (grant.account, grant.license) == (summary.account, summary.license));
            if !is_there {
                core.table.delete_summary(account, summary.license).await?;
                dropped += 1;
            }
        }
        match page.next {
            Some(next) if last.is_none_or(|last| next < last) => after = Some(next),
            Some(_) | None => return Ok(dropped),
        }
    }
}
