//! What clients did with traced licences, on its way to the table: off every answer's path.
//!
//! Noting a trace is putting it into a queue in the process. A task of its own empties the queue, one trace after the other; whatever
//! becomes of that, no answer waits for it or changes by it (reliability I10). The queue is bounded: where the sink is slow or dead, what
//! does not fit is dropped, and the log says how many.

use std::collections::VecDeque;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::trace::{Event, Trace};
use crate::table::Table;

/// The most traces that wait to be written.
const MOST: usize = 1_000;

tokio::task_local! {
    static CALLER: Option<IpAddr>;
}

/// A trace that has no number yet.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) account: AccountId,
    pub(crate) license: LicenseId,
    pub(crate) key: KeyDigest,
    pub(crate) event: Event,
}

/// Traces on their way. Clones share the queue.
#[derive(Clone, Default)]
pub struct Traces(Arc<Inner>);

#[derive(Default)]
struct Inner {
    queue: Mutex<Queue>,
    idle: Notify,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Noted>,
    /// Whether a task is emptying it.
    is_emptied: bool,
    /// How many did not fit, or were not written.
    dropped: u64,
}

/// Runs `work` as on behalf of who calls from `address`, so that its traces say so.
pub async fn on_behalf_of<F: Future>(address: Option<IpAddr>, work: F) -> F::Output {
    CALLER.scope(address, work).await
}

/// The address of who is being served, as far as that is known.
pub(crate) fn caller() -> Option<IpAddr> {
    CALLER.try_with(|address| *address).unwrap_or_default()
}

impl Traces {
    /// Puts a trace into the queue. Never waits.
    pub(crate) fn note(&self, table: &Table, noted: Noted) {
        let mut queue = self.lock();
        if queue.waiting.len() >= MOST {
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
            runtime.spawn(self.clone().empty(table.clone()));
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
        self.lock().waiting.len()
    }

    async fn empty(self, table: Table) {
        while let Some(noted) = self.next() {
            if let Err(fault) = write(&table, noted).await {
                tracing::warn!(%fault, "a trace was not written");
                self.lock().dropped += 1;
            }
        }
    }

    /// The next one; or the end, which is told to who waits for it.
    fn next(&self) -> Option<Noted> {
        let mut queue = self.lock();
        let next = queue.waiting.pop_front();
        if next.is_none() {
            queue.is_emptied = false;
            let dropped = std::mem::take(&mut queue.dropped);
            if dropped > 0 {
                tracing::warn!(dropped, "traces were dropped");
            }
            self.0.idle.notify_waiters();
        }
        next
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(table: &Table, noted: Noted) -> Result<(), crate::fault::Fault> {
    let Noted { account, license, key, event } = noted;
    let id = table.next_trace(account).await?;
    table.write_trace(key, &Trace { id, account, license, event }).await
}

/// How many wait, and not what.
impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}
