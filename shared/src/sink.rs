//! What is noted about requests, on its way to the table: off every answer's path. These are traces of licences, the entries of accounts'
//! logs, and orders that will soon need numbers for more licences.
//!
//! Noting is putting something into a queue in the process. A task of its own empties the queue, some at once; whatever becomes of
//! that, no answer waits for it or changes by it (reliability I10). The queue is bounded: where the table is slow or away, what does not
//! fit is dropped, and the log says how many.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::Notify;

use crate::domain::api_key::ApiKeyId;
use crate::domain::ids::{AccountId, LicenseId, OrderId};
use crate::domain::key::KeyDigest;
use crate::domain::log_entry::Noted as NotedEntry;
use crate::domain::order_lines::OrderLines;
use crate::domain::trace::{Event, Trace};
use crate::domain::user::UserId;
use crate::fault::Fault;
use crate::metrics::Meter;
use crate::table::Table;

/// The most that waits to be written, or is being written.
const MOST: usize = 1_000;

/// How many are written at once. An entry is two items, and a call of the store takes 25.
const AT_ONCE: usize = 25;

tokio::task_local! {
    static BEHALF: Behalf;
}

/// Who is being served, as far as that is known.
struct Behalf {
    address: Option<IpAddr>,
    actor: OnceLock<Actor>,
    /// Whether the log was told something of this request.
    is_told: AtomicBool,
}

/// Who acts, once that was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The user, or the owner of the key where it has one.
    pub user: Option<UserId>,
    /// The key, where one was presented.
    pub key: Option<ApiKeyId>,
}

/// A trace that has no number yet.
#[derive(Clone, Debug)]
pub(crate) struct NotedTrace {
    pub(crate) account: AccountId,
    pub(crate) license: LicenseId,
    pub(crate) key: KeyDigest,
    pub(crate) event: Event,
}

/// What waits to be written.
#[derive(Clone, Debug)]
pub(crate) enum Noted {
    /// What a client did with a traced licence.
    Trace(NotedTrace),
    /// Something for an account's log.
    Entry(AccountId, NotedEntry),
    /// An order with few numbers left, and its lines as they were seen.
    Lines(AccountId, OrderId, OrderLines),
}

/// What was noted, on its way. Clones share the queue.
#[derive(Clone, Default)]
pub struct Sink(Arc<Inner>);

#[derive(Default)]
struct Inner {
    queue: Mutex<Queue>,
    idle: Notify,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Noted>,
    /// How many are being written.
    under_way: usize,
    /// Whether a task is emptying it.
    is_emptied: bool,
    /// How many did not fit, or were not written.
    dropped: u64,
}

/// Runs `work` as on behalf of who calls from `address`, so that what is noted says so.
pub async fn on_behalf_of<F: Future>(address: Option<IpAddr>, work: F) -> F::Output {
    BEHALF.scope(Behalf { address, actor: OnceLock::new(), is_told: AtomicBool::new(false) }, work).await
}

/// The address of who is being served, as far as that is known.
pub(crate) fn caller() -> Option<IpAddr> {
    BEHALF.try_with(|behalf| behalf.address).unwrap_or_default()
}

/// Says who acts in the present request. The first word counts.
pub(crate) fn acts(actor: Actor) {
    // Outside of a request nobody is asked.
    let _ = BEHALF.try_with(|behalf| behalf.actor.set(actor));
}

/// Who acts in the present request, where that was proven.
pub fn actor() -> Option<Actor> {
    BEHALF.try_with(|behalf| behalf.actor.get().copied()).ok().flatten()
}

/// Whether an account's log was told something of the present request, by whatever was done for it.
pub fn is_told() -> bool {
    BEHALF.try_with(|behalf| behalf.is_told.load(Ordering::Relaxed)).unwrap_or_default()
}

/// Says that it was.
pub(crate) fn tells() {
    // Outside of a request nobody asks.
    let _ = BEHALF.try_with(|behalf| behalf.is_told.store(true, Ordering::Relaxed));
}

impl Sink {
    /// Puts something into the queue. Never waits.
    pub(crate) fn note(&self, table: &Table, noted: Noted) {
        let mut queue = self.lock();
        if queue.waiting.len() + queue.under_way >= MOST {
            queue.dropped += 1;
            return;
        }
        queue.waiting.push_back(noted);
        if queue.is_emptied {
            return;
        }
        // Outside of a runtime nobody could write it; the next one inside begins with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            queue.is_emptied = true;
            runtime.spawn(self.clone().empty_counted(table.clone(), Meter::present()));
        }
    }

    /// Waits until nothing is on its way any more: written, or given up.
    pub async fn settle(&self) {
        loop {
            let idle = self.0.idle.notified();
            if !self.lock().is_emptied {
                return;
            }
            idle.await;
        }
    }

    /// How many are on their way.
    pub fn waiting(&self) -> usize {
        let queue = self.lock();
        queue.waiting.len() + queue.under_way
    }

    /// What it takes is nobody's request: it is counted apart, where the one who noted first is counted.
    async fn empty_counted(self, table: Table, meter: Option<Meter>) {
        let Some(meter) = meter.map(|meter| meter.afresh()) else { return self.empty(table).await };
        Box::pin(meter.within(self.empty(table))).await;
        meter.done_aside("noted");
    }

    async fn empty(self, table: Table) {
        while let Some(noted) = self.next() {
            let mut lost = 0;
            for (part, count) in parts(noted) {
                if let Err(fault) = write(&table, part).await {
                    tracing::warn!(%fault, count, "what was noted was not written");
                    lost += count;
                }
            }
            self.lock().dropped += lost;
        }
    }

    /// The next ones; or the end, which is told to who waits for it.
    fn next(&self) -> Option<Vec<Noted>> {
        let mut queue = self.lock();
        let count = queue.waiting.len().min(AT_ONCE);
        let next: Vec<Noted> = queue.waiting.drain(..count).collect();
        queue.under_way = count;
        if !next.is_empty() {
            return Some(next);
        }
        queue.is_emptied = false;
        let dropped = std::mem::take(&mut queue.dropped);
        if dropped > 0 {
            tracing::warn!(dropped, "traces, log entries or orders' numbers were dropped");
        }
        self.0.idle.notify_waiters();
        None
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is written together.
enum Part {
    Traces(Vec<NotedTrace>),
    Entries(AccountId, Vec<NotedEntry>),
    Lines(AccountId, OrderId, OrderLines),
}

/// Orders first, for somebody may be waiting for their numbers soon; then traces together, and each account's entries; with how many they
/// are.
fn parts(noted: Vec<Noted>) -> Vec<(Part, u64)> {
    let (mut lines, mut traces, mut entries) = (Vec::new(), Vec::new(), BTreeMap::<AccountId, Vec<NotedEntry>>::new());
    for noted in noted {
        match noted {
            Noted::Trace(trace) => traces.push(trace),
            Noted::Entry(account, entry) => entries.entry(account).or_default().push(entry),
            Noted::Lines(account, order, seen) => lines.push((1, Part::Lines(account, order, seen))),
        }
    }
    let entries = entries.into_iter().map(|(account, entries)| (entries.len() as u64, Part::Entries(account, entries)));
    let traces = Some((traces.len() as u64, Part::Traces(traces))).filter(|(count, _)| *count > 0);
    lines.into_iter().chain(traces).chain(entries).map(|(count, part)| (part, count)).collect()
}

async fn write(table: &Table, part: Part) -> Result<(), Fault> {
    match part {
        Part::Lines(account, order, seen) => table.reserve_more(account, order, &seen).await,
        Part::Entries(account, entries) => table.write_log(account, entries).await,
        Part::Traces(traces) => {
            let mut numbered = Vec::with_capacity(traces.len());
            for NotedTrace { account, license, key, event } in traces {
                let id = table.next_trace(account).await?;
                numbered.push((key, Trace { id, account, license, event }));
            }
            table.write_traces(&numbered).await
        }
    }
}

/// How many wait, and not what.
impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}
