//! Traces: in their licence's partition, and in an index by account and number.

use super::batch_write::Write;
use super::item::{Item, item, number, text, value};
use super::keys::{self, BY_PRODUCT, Key, Kind, LICENSE_NUMBER, PRODUCT_KEY, TTL};
use super::lists::Query;
use super::read::Range;
use super::{Page, Span, Table};
use crate::domain::ids::{AccountId, TraceId};
use crate::domain::key::KeyDigest;
use crate::domain::time::Timestamp;
use crate::domain::trace::Trace;
use crate::fault::{Fault, FaultKind};

/// A trace, and where it lies.
#[derive(Clone, Debug)]
pub struct StoredTrace {
    /// The trace.
    pub trace: Trace,
    key: Key,
}

impl Table {
    /// Writes traces, whose numbers are fresh.
    pub(crate) async fn write_traces(&self, traces: &[(KeyDigest, Trace)]) -> Result<(), Fault> {
        let writes = traces.iter().map(|(key, trace)| Ok(Write::Put(stored(*key, trace)?))).collect::<Result<Vec<_>, Fault>>()?;
        self.write_many("writing traces", writes).await
    }

    /// At most `limit` traces of an account with a number in `span`, after the number `after`, in their order. May lag a moment behind.
    /// Those that are kept no longer at `now` are left out, whether or not the store has tidied them up.
    pub async fn traces(
        &self,
        account: AccountId,
        span: Span,
        after: Option<TraceId>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Page<StoredTrace, TraceId>, Fault> {
        let Some(span) = span.rest(after.map(TraceId::get)) else { return Ok(Page { items: Vec::new(), next: None }) };
        let query = Query::of_index(BY_PRODUCT, PRODUCT_KEY, partition(account), span);
        let (items, has_more) = self.record_page(&query, limit).await?;
        page(items, has_more, now)
    }

    /// The same of one licence.
    pub async fn traces_of(
        &self,
        key: KeyDigest,
        span: Span,
        after: Option<TraceId>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Page<StoredTrace, TraceId>, Fault> {
        let Some(span) = span.rest(after.map(TraceId::get)) else { return Ok(Page { items: Vec::new(), next: None }) };
        let Range { pk, from, to } = keys::traces_between(key, span.first, span.last);
        let (items, has_more) = self.record_page(&Query::of_keys(pk, from, to, span), limit).await?;
        page(items, has_more, now)
    }

    /// Deletes traces that were read. One that is gone already is no matter.
    pub async fn delete_traces(&self, traces: Vec<StoredTrace>) -> Result<(), Fault> {
        self.write_many("deleting traces", traces.into_iter().map(|trace| Write::Delete(trace.key)).collect()).await
    }
}

fn stored(key: KeyDigest, trace: &Trace) -> Result<Item, Fault> {
    let mut stored = item(keys::trace(key, trace.id), trace)?;
    stored.insert(LICENSE_NUMBER.to_owned(), number(trace.id));
    stored.insert(PRODUCT_KEY.to_owned(), text(partition(trace.account)));
    stored.insert(TTL.to_owned(), number(trace.event.ends().as_seconds()));
    Ok(stored)
}

fn partition(account: AccountId) -> String {
    keys::list_partition(Kind::Trace, &format!("{:010}", account.get()))
}

fn page(items: Vec<Item>, has_more: bool, now: Timestamp) -> Result<Page<StoredTrace, TraceId>, Fault> {
    let mut traces = Vec::with_capacity(items.len());
    for item in items {
        let key = Key::of(&item).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a trace has no key"))?;
        traces.push(StoredTrace { trace: value(item)?, key });
    }
    let next = if has_more { traces.last().map(|stored| stored.trace.id) } else { None };
    traces.retain(|stored| stored.trace.event.ends() > now);
    Ok(Page { items: traces, next })
}
