//! Accounts' logs: entries by number, and by time through their heads.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

use super::batch_write::Write;
use super::call::{Refused, call};
use super::item::{Item, SCHEMA, VERSION, VERSIONED, item, number, value};
use super::keys::{self, Kind, PK, SK, TTL};
use super::read::unconditional;
use super::{Freshness, Page, Table};
use crate::domain::ids::{AccountId, LogEntryId};
use crate::domain::log_entry::{KEPT_SECONDS, Level, LogEntry, Noted};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

const NUMBERING: &str = "numbering log entries";

/// What is known of an entry without reading what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// When it was: no two entries of an account are of one moment.
    pub at: Timestamp,
    /// Its number.
    pub id: LogEntryId,
    /// How grave it is.
    pub level: Level,
}

/// A part of a log by time, both ends included, and from which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSpan {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends.
    pub to: Timestamp,
    /// Whether the newest come first.
    pub newest_first: bool,
}

impl LogSpan {
    /// What is left of it behind `last`; nothing where that was its end.
    #[must_use]
    pub fn after(self, last: Timestamp) -> Option<Self> {
        let step = |by: i64| last.as_micros().checked_add(by).and_then(Timestamp::from_micros);
        let left = if self.newest_first { Self { to: step(-1)?, ..self } } else { Self { from: step(1)?, ..self } };
        (left.from <= left.to).then_some(left)
    }
}

impl Table {
    /// Numbers and writes entries of an account, in their order.
    pub(crate) async fn write_log(&self, account: AccountId, noted: Vec<Noted>) -> Result<(), Fault> {
        let moments = in_turn(noted.iter().map(|noted| noted.at));
        let numbered = self.number_log(account, &moments).await?;
        let mut writes = Vec::with_capacity(2 * noted.len());
        for (Noted { content, .. }, (id, at)) in noted.into_iter().zip(numbered) {
            let entry = LogEntry { id, account, at, content };
            let ttl = number(entry.ends().as_seconds());
            for mut stored in [
                item(keys::log_entry(account, id), &entry)?,
                item(keys::log_head(account, at, id, entry.content.level), &BTreeMap::<&str, u8>::new())?,
            ] {
                stored.insert(TTL.to_owned(), ttl.clone());
                writes.push(Write::Put(stored));
            }
        }
        self.write_many("writing log entries", writes).await
    }

    /// At most `limit` heads of a part of an account's log, and what is left of it. May lag a moment behind. What is kept no longer at
    /// `now` is left out, whether or not the store has tidied it up.
    pub async fn log_heads(&self, account: AccountId, span: LogSpan, limit: u32, now: Timestamp) -> Result<Page<LogHead, LogSpan>, Fault> {
        let oldest = now.plus_seconds(1 - KEPT_SECONDS);
        let span = LogSpan { from: span.from.max(oldest), ..span };
        if span.from > span.to {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let range = keys::log_heads(account, span.from, span.to);
        let sent = call(self.patience, &self.random, "reading a log", || {
            self.client
                .query()
                .table_name(&self.name)
                .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                .projection_expression("#sk")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#sk", SK)
                .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
                .expression_attribute_values(":from", AttributeValue::S(range.from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(range.to.clone()))
                .scan_index_forward(!span.newest_first)
                .limit(i32::try_from(limit.max(1)).unwrap_or(i32::MAX))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        let heads = page.items.unwrap_or_default().iter().map(head).collect::<Result<Vec<_>, _>>()?;
        let last = page.last_evaluated_key.as_ref().map(head).transpose()?;
        Ok(Page { items: heads, next: last.and_then(|last| span.after(last.at)) })
    }

    /// The entries with these numbers that are kept at `now`, in the order of the numbers given. A hundred a call.
    pub async fn log_entries(&self, account: AccountId, ids: &[LogEntryId], now: Timestamp) -> Result<Vec<LogEntry>, Fault> {
        let keys = ids.iter().map(|id| keys::log_entry(account, *id)).collect();
        let mut found = self.get_many(keys, Freshness::Eventual).await?;
        let items = ids.iter().filter_map(|id| found.take(&keys::log_entry(account, *id)));
        let entries = items.map(value).collect::<Result<Vec<LogEntry>, _>>()?;
        Ok(entries.into_iter().filter(|entry| entry.ends() > now).collect())
    }

    /// The entry with this number, where it is kept at `now`.
    pub async fn log_entry(&self, account: AccountId, id: LogEntryId, now: Timestamp) -> Result<Option<LogEntry>, Fault> {
        let found = self.get(keys::log_entry(account, id), Freshness::Strong).await?;
        let entry: Option<LogEntry> = found.map(value).transpose()?;
        Ok(entry.filter(|entry| entry.ends() > now))
    }

    /// Deletes entries. Those that are gone already are no matter.
    pub async fn delete_log_entries(&self, account: AccountId, heads: &[LogHead]) -> Result<(), Fault> {
        let both =
            |head: &LogHead| [keys::log_entry(account, head.id), keys::log_head(account, head.at, head.id, head.level)].map(Write::Delete);
        self.write_many("deleting log entries", heads.iter().flat_map(both).collect()).await
    }

    /// Numbers for entries of these ascending moments, and the moments that they are dated: later than every entry that has a number.
    async fn number_log(&self, account: AccountId, moments: &[Timestamp]) -> Result<Vec<(LogEntryId, Timestamp)>, Fault> {
        let (Some(first), Some(last)) = (moments.first(), moments.last()) else { return Ok(Vec::new()) };
        let update = || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(keys::counter(Some(account), Kind::LogEntry).attributes()))
                .expression_attribute_names("#last", "last")
                .expression_attribute_names("#at", "at")
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .expression_attribute_values(":count", number(moments.len()))
                .return_values(ReturnValue::UpdatedNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
        };
        let sent = call(self.patience, &self.random, NUMBERING, || {
            update()
                .update_expression(format!("ADD #last :count SET #at = :until, {VERSIONED}"))
                .condition_expression("attribute_not_exists(#at) OR #at < :first")
                .expression_attribute_values(":first", number(first.as_micros()))
                .expression_attribute_values(":until", number(last.as_micros()))
                .send()
        });
        match sent.await {
            Ok(answer) => numbered(answer.value.attributes.as_ref(), moments.iter().copied()),
            Err(Refused::Fault(fault)) => Err(fault),
            // There is an entry of a later moment already: these come right behind it.
            Err(Refused::Condition(_)) => {
                let sent = call(self.patience, &self.random, NUMBERING, || {
                    update().update_expression(format!("ADD #last :count, #at :count SET {VERSIONED}")).send()
                });
                let answer = sent.await.map_err(unconditional)?.value;
                let attributes = answer.attributes.as_ref();
                let end: i64 = counted(attributes, "at")?;
                let ago = (0..moments.len()).rev().map(|ago| end - i64::try_from(ago).unwrap_or_default());
                numbered(attributes, ago.map(|micros| Timestamp::from_micros(micros).unwrap_or(Timestamp::MAX)))
            }
        }
    }
}

/// Moments of which each is later than the one before, by a microsecond where need be.
fn in_turn(moments: impl Iterator<Item = Timestamp>) -> Vec<Timestamp> {
    let mut last: Option<Timestamp> = None;
    let later = |moment: Timestamp| {
        let soonest = last.and_then(|last| Timestamp::from_micros(last.as_micros() + 1));
        let moment = soonest.map_or(moment, |soonest| moment.max(soonest));
        last = Some(moment);
        moment
    };
    moments.map(later).collect()
}

/// The moments, each with its number, of which the last is the counter's.
fn numbered(counter: Option<&Item>, moments: impl ExactSizeIterator<Item = Timestamp>) -> Result<Vec<(LogEntryId, Timestamp)>, Fault> {
    let last: u32 = counted(counter, "last")?;
    let before = u32::try_from(moments.len()).ok().and_then(|count| last.checked_sub(count)).ok_or_else(used_up)?;
    (before + 1..).zip(moments).map(|(number, at)| Ok((LogEntryId::new(number).ok_or_else(used_up)?, at))).collect()
}

fn counted<T: std::str::FromStr>(counter: Option<&Item>, name: &str) -> Result<T, Fault> {
    let number = counter.and_then(|counter| counter.get(name)?.as_n().ok()?.parse().ok());
    number.ok_or_else(|| Fault::new(FaultKind::Corrupt, NUMBERING))
}

fn used_up() -> Fault {
    Fault::new(FaultKind::Corrupt, "the numbers are used up")
}

fn head(item: &Item) -> Result<LogHead, Fault> {
    let head = item.get(SK).and_then(|sk| sk.as_s().ok()).and_then(|sk| keys::log_head_in(sk));
    let (at, id, level) = head.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a log has something that is no entry"))?;
    Ok(LogHead { at, id, level })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_entries_are_of_one_moment() {
        let at = |micros| Timestamp::from_micros(micros).unwrap();
        let moments = [5, 5, 3, 9, 9].map(at);
        assert_eq!(in_turn(moments.into_iter()), [5, 6, 7, 9, 10].map(at));
    }

    #[test]
    fn a_span_goes_on_behind_what_was_read() {
        let at = |micros| Timestamp::from_micros(micros).unwrap();
        let span = LogSpan { from: at(1), to: at(9), newest_first: true };
        assert_eq!(span.after(at(4)), Some(LogSpan { to: at(3), ..span }));
        assert_eq!(span.after(at(1)), None);
        let span = LogSpan { newest_first: false, ..span };
        assert_eq!(span.after(at(4)), Some(LogSpan { from: at(5), ..span }));
        assert_eq!(span.after(at(9)), None);
    }
}
