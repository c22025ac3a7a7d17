//! An account's log: read, counted and deleted by its staff. It is written by [`Core::note`].
//!
//! Reading by time looks at heads of some 60 bytes, and at what entries tell only where that is shown or chosen by.

use std::collections::BTreeMap;

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, LogEntryId};
use crate::domain::log_entry::{Entry, Level, LogEntry};
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::query::{Intervals, Period};
use crate::table::{LogHead, LogSpan, Page};

/// The most entries that are counted or looked through by one call.
pub const MOST_EXAMINED: u32 = 20_000;

/// The most entries that one call deletes: two items each, 25 items at once.
pub const MOST_DELETED: u64 = 2_000;

/// How many heads are read at once. A call of the store gives some 15,000 at most.
const HEADS: u32 = 1_000;

/// How many entries are read together where each is looked at: a batch of the store.
const ENTRIES: usize = 100;

/// How many entries of one level there are in a part of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelCount {
    /// When the part begins.
    pub begin: Timestamp,
    /// The level.
    pub level: Level,
    /// How many: never 0.
    pub count: u64,
}

/// A period's entries, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// In the order of time and then of level.
    pub counts: Vec<LevelCount>,
    /// How long a part of the period is, in seconds, rounded up.
    pub seconds: i64,
}

/// What came of deleting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// How many entries.
    pub count: u64,
    /// Whether there may be more, for another call.
    pub may_be_more: bool,
}

/// The part of the log that a period says, from one end.
pub fn span(period: &Period, newest_first: bool) -> LogSpan {
    let (from, to) = (period.start.unwrap_or(Timestamp::MIN), period.end.unwrap_or(Timestamp::MAX));
    LogSpan { from, to, newest_first }
}

/// At most `limit` entries of a part of the log, of one level where that is said, and what is left of it. A page may hold fewer, even
/// none, and not be the last one.
pub async fn log_page(
    core: &Core,
    account: AccountId,
    part: LogSpan,
    level: Option<Level>,
    limit: u32,
) -> Result<Page<LogEntry, LogSpan>, Fault> {
    let Page { items: heads, next } = head_page(core, account, part, level, limit).await?;
    let ids: Vec<LogEntryId> = heads.iter().map(|head| head.id).collect();
    Ok(Page { items: core.table.log_entries(account, &ids, core.now()).await?, next })
}

/// The same without what entries tell. Where one level is asked for, more are looked at than are given.
pub async fn head_page(
    core: &Core,
    account: AccountId,
    part: LogSpan,
    level: Option<Level>,
    limit: u32,
) -> Result<Page<LogHead, LogSpan>, Fault> {
    let Some(level) = level else { return core.table.log_heads(account, part, limit, core.now()).await };
    let mut page = core.table.log_heads(account, part, limit.max(HEADS), core.now()).await?;
    page.items.retain(|head| head.level == level);
    if page.items.len() > limit as usize {
        page.items.truncate(limit as usize);
        page.next = page.items.last().and_then(|last| part.after(last.at));
    }
    Ok(page)
}

/// The entry with this number.
pub async fn find_log_entry(core: &Core, account: AccountId, id: LogEntryId) -> Result<Option<LogEntry>, Fault> {
    core.table.log_entry(account, id, core.now()).await
}

/// How many entries of each level there are in each part of a period, in the order of time and then of level; parts without any are left
/// out. A period without a beginning begins with the oldest entry that is kept, one without an end ends now.
pub async fn count_levels(core: &Core, account: AccountId, period: &Period, intervals: u32) -> Result<Levels, Rejected> {
    let end = period.end.unwrap_or_else(|| core.now());
    let part = LogSpan { to: end, ..span(period, false) };
    let mut heads = Vec::new();
    let mut left = Some(part);
    while let Some(part) = left {
        let page = core.table.log_heads(account, part, HEADS, core.now()).await?;
        heads.extend(page.items);
        if heads.len() > MOST_EXAMINED as usize {
            return Err(Rejected::LogTooLong { most: MOST_EXAMINED });
        }
        left = page.next;
    }
    let begin = period.start.or_else(|| heads.first().map(|head| head.at)).unwrap_or(end);
    let parts = Intervals::new(begin, end.max(begin), intervals);
    let begins: Vec<Timestamp> = parts.parts().map(|(begin, _)| begin).collect();
    let mut counts = BTreeMap::<(Timestamp, Level), u64>::new();
    for head in heads {
        if let Some(begin) = parts.of(head.at).and_then(|part| begins.get(part)) {
            *counts.entry((*begin, head.level)).or_default() += 1;
        }
    }
    let counts = counts.into_iter().map(|((begin, level), count)| LevelCount { begin, level, count }).collect();
    let micros = end.max(begin).as_micros() - begin.as_micros();
    let part = i64::from(intervals.max(1)) * 1_000_000;
    Ok(Levels { counts, seconds: micros / part + i64::from(micros % part > 0) })
}

/// Deletes the entry with this number.
pub async fn delete_log_entry(core: &Core, account: AccountId, id: LogEntryId) -> Result<(), Rejected> {
    let entry = find_log_entry(core, account, id).await?.ok_or(Rejected::NotFound(Thing::LogEntry))?;
    core.table.delete_log_entries(account, &[LogHead { at: entry.at, id, level: entry.content.level }]).await?;
    deleted(core, account, 1);
    Ok(())
}

/// Deletes the entries of a period, the oldest first: at most [`MOST_DELETED`] by one call. What a call deleted is told in the log itself,
/// so that a log that was emptied says by whom.
pub async fn delete_log(core: &Core, account: AccountId, period: &Period) -> Result<Deleted, Rejected> {
    let mut done = Deleted { count: 0, may_be_more: false };
    let mut left = Some(span(period, false));
    while let Some(part) = left {
        let room = u32::try_from(MOST_DELETED - done.count).unwrap_or(HEADS).min(HEADS);
        if room == 0 {
            done.may_be_more = true;
            break;
        }
        let page = core.table.log_heads(account, part, room, core.now()).await?;
        core.table.delete_log_entries(account, &page.items).await?;
        done.count += page.items.len() as u64;
        left = page.next;
    }
    deleted(core, account, done.count);
    Ok(done)
}

/// The same of those entries alone that `is_meant` says, which takes reading them: at most [`MOST_EXAMINED`] by one call. Where that many
/// were looked at and none was meant, the period has to be narrowed.
pub async fn delete_log_where(
    core: &Core,
    account: AccountId,
    period: &Period,
    level: Option<Level>,
    is_meant: impl Fn(&LogEntry) -> bool,
) -> Result<Deleted, Rejected> {
    let mut done = Deleted { count: 0, may_be_more: false };
    let (mut examined, mut left) = (0, Some(span(period, false)));
    while let Some(part) = left {
        let page = head_page(core, account, part, level, HEADS).await?;
        for heads in page.items.chunks(ENTRIES) {
            if done.count >= MOST_DELETED || examined >= MOST_EXAMINED {
                done.may_be_more = true;
                break;
            }
            let ids: Vec<LogEntryId> = heads.iter().map(|head| head.id).collect();
            let entries = core.table.log_entries(account, &ids, core.now()).await?;
            let meant = entries.iter().filter(|entry| is_meant(entry));
            let meant: Vec<LogHead> = meant.map(|entry| LogHead { at: entry.at, id: entry.id, level: entry.content.level }).collect();
            core.table.delete_log_entries(account, &meant).await?;
            done.count += meant.len() as u64;
            examined += u32::try_from(heads.len()).unwrap_or(u32::MAX);
        }
        left = page.next.filter(|_| !done.may_be_more);
    }
    if done.may_be_more && done.count == 0 {
        return Err(Rejected::LogTooLong { most: MOST_EXAMINED });
    }
    deleted(core, account, done.count);
    Ok(done)
}

fn deleted(core: &Core, account: AccountId, count: u64) {
    if count > 0 {
        core.note(account, Entry::warning("{Count} log entries were deleted").with("Count", count));
    }
}
