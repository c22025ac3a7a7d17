//! Indexing sites: bringing the index up to date with the seats, after they changed or from the beginning.
//!
//! What the index is told is only that something changed; what it has to say is read from the table, strongly consistent. Each round reads,
//! writes what differs, and reads again, until nothing differs: so two that are at one licence at once end with what is stored, since the
//! one that wrote last has looked after it wrote. Whoever is interrupted is told again.

use std::collections::BTreeSet;

use tokio::task::JoinSet;

use super::index_summaries::{drop_orphans, index_summary};
use crate::core::Core;
use crate::domain::ending::ending;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::license::LicenseMode;
use crate::domain::seat::{Layout, SeatDigest};
use crate::domain::site_index::{Change, Part, Touched, changes, entries};
use crate::fault::{Fault, FaultKind};
use crate::table::Freshness;
use crate::table::Selection;

/// How often others may change a licence's seats while they are being indexed.
const ROUNDS: usize = 16;

const WHAT: &str = "indexing sites";

/// How long a floating seat's time has been over when it is freed without anybody needing it, in seconds: a day.
const OVER_SECONDS: i64 = 24 * 60 * 60;

/// How many licences are indexed at once.
const AT_ONCE: usize = 8;

/// A part of an account that was indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reindexed {
    /// How many licences were looked at.
    pub licenses: usize,
    /// How many seats were not in the index as they are.
    pub corrected: usize,
    /// The last licence, after which the next part begins, where there may be one.
    pub next: Option<LicenseId>,
}

/// Brings the index up to date with a part of a licence. Gives how many seats were not in it as they are.
///
/// A licence that changed is entered [in short](crate::domain::summary) too; that is not counted.
///
/// Where nothing differs: four reads for the grant, one for a seat.
pub async fn index_sites(core: &Core, touched: Touched) -> Result<usize, Fault> {
    match touched.part {
        Part::Grant => {
            let corrected = index_grant(core, touched.key).await?;
            index_summary(core, touched.key).await?;
            Ok(corrected)
        }
        Part::Seat(seat) => index_seat(core, touched.key, seat).await,
    }
}

/// The seats inside the grant.
async fn index_grant(core: &Core, key: KeyDigest) -> Result<usize, Fault> {
    let mut corrected = 0;
    let mut entered = BTreeSet::new();
    for _ in 0..ROUNDS {
        let grant = core.table.grant(key, Freshness::Strong).await?;
        let held = grant.as_ref().map(entries).unwrap_or_default();
        let remembered = core.table.remembered(key, grant.as_ref()).await?;
        let (gone, held): (Vec<_>, Vec<_>) =
            changes(held, remembered).into_iter().partition(|change| matches!(change, Change::Gone { .. }));
        if gone.is_empty() && held.is_empty() {
            if grant.is_some_and(|grant| grant.seats.layout() == Layout::Items) {
                // What was entered while it lay in the grant may be an item by now, and then this has not looked at it again.
                for seat in entered {
                    index_seat(core, key, seat).await?;
                }
            }
            return Ok(corrected);
        }
        core.table.write_site_changes(key, &held).await?;
        corrected += held.len();
        entered.extend(held.iter().filter_map(Change::seat));
        // A seat that is not in the grant may have become an item: wherever it lies is looked at before its entry goes.
        for seat in gone.iter().filter_map(Change::seat) {
            corrected += index_seat(core, key, seat).await?;
        }
    }
    Err(Fault::new(FaultKind::Contended, WHAT))
}

/// One seat, wherever it lies.
async fn index_seat(core: &Core, key: KeyDigest, seat: SeatDigest) -> Result<usize, Fault> {
    let mut corrected = 0;
    for _ in 0..ROUNDS {
        let (held, remembered) = core.table.seat_and_memory(key, seat).await?;
        let changes = changes(held.into_iter().collect(), remembered);
        if changes.is_empty() {
            return Ok(corrected);
        }
        core.table.write_site_changes(key, &changes).await?;
        corrected += changes.len();
    }
    Err(Fault::new(FaultKind::Contended, WHAT))
}

/// Brings the index up to date with at most `limit` licences of an account, after `after`: what a deployment begins with that had no
/// index, and what heals one that is not as it should be; the ends of licences are entered too. Floating seats whose time has been over for a day are freed.
pub async fn reindex_sites(core: &Core, account: AccountId, after: Option<LicenseId>, limit: u16) -> Result<Reindexed, Fault> {
    let page = core.table.licenses(account, &Selection::All, after, limit).await?;
    let mut corrected = 0;
    for licenses in page.items.chunks(AT_ONCE) {
        let mut tasks = JoinSet::new();
        for license in licenses {
            let (core, key) = (core.clone(), license.key.digest());
            tasks.spawn(async move { reindex_license(&core, key).await });
        }
        while let Some(done) = tasks.join_next().await {
            corrected += done.map_err(|error| Fault::caused(FaultKind::Unavailable, WHAT, error))??;
        }
    }
    drop_orphans(core, account, after, page.next).await?;
    Ok(Reindexed { licenses: page.items.len(), corrected, next: page.next })
}

async fn reindex_license(core: &Core, key: KeyDigest) -> Result<usize, Fault> {
    let corrected = index_sites(core, Touched { key, part: Part::Grant }).await?;
    let grant = core.table.grant(key, Freshness::Strong).await?;
    // What has ended was told, or is too old to be told.
    if let Some(ending) = grant.as_ref().and_then(|grant| ending(None, grant, core.now())).filter(|ending| ending.until > core.now()) {
        core.table.note_ending(&ending).await?;
    }
    let Some(grant) = grant.filter(|grant| grant.seats.layout() == Layout::Items) else { return Ok(corrected) };
    if grant.mode == LicenseMode::Floating {
        // Sites hold none of its seats; and where there is no limit, nobody ever needs those whose time is over.
        let now = core.now();
        core.table.free_seats_over(key, now.plus_seconds(-OVER_SECONDS), now).await?;
        return Ok(corrected);
    }
    let mut corrected = corrected;
    let mut after = None;
    loop {
        let (held, remembered, last) = core.table.seats_and_memories(&grant, after).await?;
        // Seat by seat, for one that moves between the layouts just now is found wherever it lies.
        let differing = changes(held, remembered).into_iter().filter_map(|change| change.seat());
        for seat in differing {
            corrected += index_sites(core, Touched { key, part: Part::Seat(seat) }).await?;
        }
        match last {
            Some(last) => after = Some(last),
            None => return Ok(corrected),
        }
    }
}
