//! Taking out licences in short that are no more. They are entered with the index of sites ([`index_sites`](super::index_sites)).

use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::summary::Summary;
use crate::fault::Fault;
use crate::table::Freshness;

/// How many entries are looked at together.
const AT_ONCE: i32 = 100;

/// Takes a licence out that was deleted, and sweeps what it left: by its `remains`, or where there are none by what was just `entered`.
pub(super) async fn drop_summary(core: &Core, remains: Option<&Grant>, entered: Option<&Summary>) -> Result<(), Fault> {
    if let Some(remains) = remains {
        core.table.delete_summary(remains.account, remains.license, remains.key).await?;
        return core.table.sweep_license(remains.key).await;
    }
    if let Some(Summary { account, license, key, .. }) = entered {
        core.table.delete_summary(*account, *license, *key).await?;
    }
    Ok(())
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
                core.table.delete_summary(account, summary.license, summary.key).await?;
                dropped += 1;
            }
        }
        match page.next {
            Some(next) if last.is_none_or(|last| next < last) => after = Some(next),
            Some(_) | None => return Ok(dropped),
        }
    }
}
