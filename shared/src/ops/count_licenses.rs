//! An account's licences and seats as numbers.

use super::seat_tokens::may_have_expired;
use crate::core::Core;
use crate::domain::ids::AccountId;
use crate::domain::key::KeyDigest;
use crate::domain::summary::Figures;
use crate::fault::Fault;
use crate::table::Freshness;

/// How many licences are counted at a time: some 150 bytes each.
const PAGE: i32 = 1_000;

/// The figures of an account, as of seconds ago; remembered for a minute.
///
/// A query of the licences in short, and one of the seats of each floating licence that has any: whether those are over is nowhere
/// counted, for time alone ends them.
pub async fn count_licenses(core: &Core, account: AccountId) -> Result<Figures, Fault> {
    if let Some(figures) = core.remembered_figures(account) {
        return Ok(*figures);
    }
    let (mut figures, mut after) = (Figures::default(), None);
    loop {
        let page = core.table.summaries(account, after, PAGE).await?;
        for summary in &page.items {
            figures.count(summary);
            if may_have_expired(summary) {
                figures.over(over(core, summary.key).await?);
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    core.remember_figures(account, figures);
    Ok(figures)
}

async fn over(core: &Core, key: KeyDigest) -> Result<u64, Fault> {
    let (now, mut count, mut after) = (core.now(), 0, None);
    loop {
        let (leases, next) = core.table.leases(key, after, Freshness::Eventual).await?;
        count += leases.iter().filter(|lease| lease.is_over(now)).count() as u64;
        match next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}
