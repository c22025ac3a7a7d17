//! Announcing the ends of licences: nothing is written when a licence ends, so whoever calls this every few minutes finds which did.
//!
//! Every step can be repeated: an end's event has a name of its own, and its entry is taken out when the event is noted.

use super::announce::{WebhookJob, announce_event};
use crate::core::Core;
use crate::domain::ending::{Ending, Hour, LATE_SECONDS, has_ended};
use crate::domain::event::{EventKind, Happened, Subject};
use crate::fault::Fault;
use crate::queue::Queue;
use crate::table::Freshness;

/// How many entries are read at a time.
const PAGE: i32 = 100;

/// The most entries that one call looks at; the next call goes on.
const MOST: usize = 2_000;

/// What a call did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// How many ends had come.
    pub looked_at: usize,
    /// How many of them were still true.
    pub announced: usize,
    /// How many could not be dealt with, and are looked at again the next time.
    pub failed: usize,
}

/// Announces the ends that have come.
pub async fn expire_licenses(core: &Core, queue: &Queue<WebhookJob>) -> Result<Expired, Fault> {
    let now = core.now();
    let before = core.table.ending_hour().await?;
    let first = before.unwrap_or_else(|| Hour::of(now.plus_seconds(-LATE_SECONDS)));
    let (mut hour, mut done) = (first, Expired::default());
    // Where the next call begins: behind the hours that are over, and in which nothing is left.
    let mut next = first;
    while hour <= Hour::of(now) && expire_hour(core, queue, hour, &mut done).await? {
        if next == hour && hour.is_closed(now) && done.failed == 0 {
            next = hour.next();
        }
        hour = hour.next();
    }
    if before != Some(next) {
        core.table.move_ending_hour(before, next).await?;
    }
    Ok(done)
}

/// Goes through an hour; whether it came to its end.
async fn expire_hour(core: &Core, queue: &Queue<WebhookJob>, hour: Hour, done: &mut Expired) -> Result<bool, Fault> {
    let mut after = None;
    loop {
        let (endings, has_more) = core.table.endings(hour, after.as_ref(), PAGE).await?;
        for ending in &endings {
            if ending.until <= core.now() {
                done.looked_at += 1;
                // One that cannot be read must not keep the others from being announced.
                match expire(core, queue, ending).await {
                    Ok(is_true) => done.announced += usize::from(is_true),
                    Err(fault) => {
                        tracing::error!(%fault, "a licence's end was not announced");
                        done.failed += 1;
                    }
                }
            }
        }
        if done.looked_at >= MOST {
            return Ok(false);
        }
        match endings.last() {
            Some(last) if has_more => after = Some(*last),
            Some(_) | None => return Ok(true),
        }
    }
}

async fn expire(core: &Core, queue: &Queue<WebhookJob>, ending: &Ending) -> Result<bool, Fault> {
    let grant = core.table.grant(ending.key, Freshness::Strong).await?;
    let ended = grant.filter(|grant| has_ended(ending, grant, core.now()));
    let is_true = ended.is_some();
    if let Some(grant) = ended {
        let happened = Happened { kind: EventKind::LicenseExpired, subject: Subject::License(Box::new(grant)) };
        announce_event(core, queue, "", &happened, core.now()).await?;
    }
    core.table.delete_ending(ending).await?;
    Ok(is_true)
}
