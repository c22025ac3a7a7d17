//! Indexing sites: bringing the index up to date with the seats, after they changed or from the beginning.
//!
//! What the index is told is only that something changed; what it has to say is read from the table, strongly consistent. Each round reads,
//! writes what differs, and reads again, until nothing differs: so two that are at one licence at once end with what is stored, since the
//! one that wrote last has looked after it wrote. Whoever is interrupted is told again.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::index_summaries::{drop_orphans, drop_summary};
use crate::core::Core;
use crate::domain::ending::ending;
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::license::{LicenseMode, Standing};
use crate::domain::seat::{Layout, SeatDigest};
use crate::domain::site_index::{Change, Part, Touched, changes, entries};
use crate::domain::summary::Summary;
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;
use crate::table::{Freshness, Selection};

/// How often others may change a licence's seats while they are being indexed.
const ROUNDS: usize = 16;

const WHAT: &str = "indexing sites";

/// How long a floating seat's time has been over when it is freed without anybody needing it, in seconds: a day.
const OVER_SECONDS: i64 = 24 * 60 * 60;

/// How many licences or seats are looked at side by side.
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

/// Brings the index up to date with these parts of licences. Gives of each how many seats were not in it as they are, or why it may
/// still not be right: that part has to be told again.
///
/// A licence that changed is entered [in short](crate::domain::summary) too; that is not counted.
///
/// Where nothing differs: two reads for a hundred grants and one more for each of them, one for a seat.
pub async fn index_sites(core: &Core, touched: impl IntoIterator<Item = Touched>) -> Vec<(Touched, Result<usize, Fault>)> {
    let (grants, seats): (Vec<_>, Vec<_>) = touched.into_iter().partition(|touched| touched.part == Part::Grant);
    let grants = index_grants(core, grants.into_iter().map(|touched| touched.key).collect()).await;
    let seats = side_by_side(seats, |touched| {
        let core = core.clone();
        async move {
            let done = match touched.part {
                Part::Grant => Ok(0),
                Part::Seat(seat) => index_seat(&core, touched.key, seat).await,
            };
            (touched, done)
        }
    });
    let grants = grants.into_iter().map(|(key, done)| (Touched { key, part: Part::Grant }, done));
    grants.chain(seats.await).collect()
}

/// What was done of a licence so far.
#[derive(Default)]
struct Progress {
    corrected: usize,
    /// The seats that were entered.
    entered: BTreeSet<SeatDigest>,
    /// What was entered in short.
    summary: Option<Summary>,
}

/// A licence after a round.
enum Round {
    /// Nothing differed.
    Done(usize),
    /// Something was written, or has to be written in short: it has to be looked at again.
    Again(Progress, Option<Summary>),
}

type Indexed = Vec<(KeyDigest, Result<usize, Fault>)>;

/// The seats inside these grants, and the licences in short: all are read together, and again those of which something was written.
async fn index_grants(core: &Core, keys: BTreeSet<KeyDigest>) -> Indexed {
    let mut open: BTreeMap<KeyDigest, Progress> = keys.into_iter().map(|key| (key, Progress::default())).collect();
    let mut ended = Vec::new();
    for _ in 0..ROUNDS {
        if open.is_empty() {
            return ended;
        }
        let keys: Vec<KeyDigest> = open.keys().copied().collect();
        let stored = match core.table.grants_in_short(&keys).await {
            Ok(stored) => stored,
            Err(fault) => {
                ended.extend(all_failed(keys, &fault));
                return ended;
            }
        };
        let looked_at = side_by_side(open.into_iter().zip(stored), |((key, progress), stored)| {
            let core = core.clone();
            async move {
                let round = match stored {
                    Ok((grant, summary)) => index_grant(&core, key, progress, grant, summary).await,
                    Err(fault) => Err(fault),
                };
                (key, round)
            }
        });
        open = BTreeMap::new();
        let mut summaries = Vec::new();
        for (key, round) in looked_at.await {
            match round {
                Ok(Round::Done(corrected)) => ended.push((key, Ok(corrected))),
                Ok(Round::Again(progress, summary)) => {
                    open.insert(key, Progress { summary: summary.clone().or(progress.summary), ..progress });
                    summaries.extend(summary);
                }
                Err(fault) => ended.push((key, Err(fault))),
            }
        }
        if let Err(fault) = core.table.write_summaries(&summaries).await {
            let failed: Vec<KeyDigest> = summaries.iter().map(|summary| summary.key).collect();
            open.retain(|key, _| !failed.contains(key));
            ended.extend(all_failed(failed, &fault));
        }
    }
    ended.extend(open.into_keys().map(|key| (key, Err(Fault::new(FaultKind::Contended, WHAT)))));
    ended
}

/// One fault for each of them.
fn all_failed(keys: Vec<KeyDigest>, fault: &Fault) -> impl Iterator<Item = (KeyDigest, Result<usize, Fault>)> {
    keys.into_iter().map(|key| (key, Err(Fault::caused(fault.kind, WHAT, fault.to_string()))))
}

/// One round with a licence, whose grant (or what is left of it) was read strongly consistent, as was how it is entered in short.
async fn index_grant(
    core: &Core,
    key: KeyDigest,
    mut progress: Progress,
    stored: Option<Grant>,
    in_short: Option<Summary>,
) -> Result<Round, Fault> {
    let grant = stored.as_ref().filter(|grant| grant.standing != Standing::Deleted);
    let held = grant.map(entries).unwrap_or_default();
    let remembered = core.table.remembered(key, grant).await?;
    let (gone, held): (Vec<_>, Vec<_>) = changes(held, remembered).into_iter().partition(|change| matches!(change, Change::Gone { .. }));
    let summary = grant.map(Summary::of).filter(|summary| in_short.as_ref() != Some(summary));
    if gone.is_empty() && held.is_empty() && summary.is_none() {
        if grant.is_some_and(|grant| grant.seats.layout() == Layout::Items) {
            // What was entered while it lay in the grant may be an item by now, and then this has not looked at it again.
            for seat in progress.entered {
                index_seat(core, key, seat).await?;
            }
        }
        if grant.is_none() {
            drop_summary(core, stored.as_ref(), progress.summary.as_ref()).await?;
        }
        return Ok(Round::Done(progress.corrected));
    }
    core.table.write_site_changes(key, &held).await?;
    progress.corrected += held.len();
    progress.entered.extend(held.iter().filter_map(Change::seat));
    // A seat that is not in the grant may have become an item: wherever it lies is looked at before its entry goes.
    for seat in gone.iter().filter_map(Change::seat) {
        progress.corrected += index_seat(core, key, seat).await?;
    }
    Ok(Round::Again(progress, summary))
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
    let keys: Vec<KeyDigest> = page.items.iter().map(|license| license.key.digest()).collect();
    let mut corrected = 0;
    for (_, done) in index_grants(core, keys.iter().copied().collect()).await {
        corrected += done?;
    }
    let grants = core.table.grants(&keys, Freshness::Strong).await?.into_iter().flatten();
    let beside = side_by_side(grants, |grant| {
        let core = core.clone();
        async move { index_beside_grant(&core, grant).await }
    });
    for done in beside.await {
        corrected += done?;
    }
    drop_orphans(core, account, after, page.next).await?;
    Ok(Reindexed { licenses: page.items.len(), corrected, next: page.next })
}

/// What of a licence does not lie in its grant: its end, and seats that are items.
async fn index_beside_grant(core: &Core, grant: Grant) -> Result<usize, Fault> {
    let now = core.now();
    // What has ended was told, or is too old to be told.
    if let Some(ending) = ending(None, &grant, now).filter(|ending| ending.until > now) {
        core.table.note_ending(&ending).await?;
    }
    if grant.seats.layout() != Layout::Items {
        return Ok(0);
    }
    let key = grant.key;
    if grant.mode == LicenseMode::Floating {
        // Sites hold none of its seats; and where there is no limit, nobody ever needs those whose time is over.
        core.table.free_seats_over(key, now.plus_seconds(-OVER_SECONDS), now).await?;
        return Ok(0);
    }
    let mut corrected = 0;
    let mut after = None;
    loop {
        let (held, remembered, last) = core.table.seats_and_memories(&grant, after).await?;
        // Seat by seat, for one that moves between the layouts just now is found wherever it lies.
        let differing = changes(held, remembered).into_iter().filter_map(|change| change.seat());
        for seat in differing {
            corrected += index_seat(core, key, seat).await?;
        }
        match last {
            Some(last) => after = Some(last),
            None => return Ok(corrected),
        }
    }
}

/// What `work` makes of each, of so many at a time.
async fn side_by_side<T, W, O>(items: impl IntoIterator<Item = T>, work: impl Fn(T) -> W) -> Vec<O>
where
    W: Future<Output = O> + Send + 'static,
    O: Send + 'static,
{
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for item in items {
        let (turns, work) = (Arc::clone(&turns), work(item));
        tasks.spawn(along(async move {
            // It is never closed; and if it were, one more at once would do no harm.
            let _turn = turns.acquire_owned().await;
            work.await
        }));
    }
    tasks.join_all().await
}
