//! What the table's stream is in AWS for events: it tells what items were and are.
//!
//! A change is told until it was dealt with, or was told too often, as in AWS. What was not told when the stack ends is lost: it is for
//! trying and developing.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use latchkey_core::clock::Clock;
use latchkey_core::core::Core;
use latchkey_core::lambda::ChangesEvent;
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::send_mail::MailJob;
use latchkey_core::queue::Queue;
use latchkey_core::random::Random;
use latchkey_core::table::keys::{PK, SK, told};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{interval, sleep};

use crate::feed::changed;
use crate::images::{Images, Key};

/// How many changes are told together.
const BATCH: usize = 100;

/// How long it takes until a change that failed is told again.
const AGAIN: Duration = Duration::from_secs(1);

/// How often a change is told, as `template.yaml` has it: once, and so many times again.
const MOST_TELLINGS: u32 = 21;

/// How often the ends of licences are looked for.
const LOOK: Duration = Duration::from_secs(10);

/// Changes that were not told yet. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    random: Random,
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    records: VecDeque<Record>,
}

#[derive(Clone, Debug)]
struct Record {
    sequence: String,
    tellings: u32,
    value: Value,
}

impl Events {
    pub(crate) fn new(clock: Clock, random: Random) -> Self {
        Self(Arc::new(Inner { clock, random, waiting: Mutex::default(), news: Notify::new() }))
    }

    /// The items that a call may write and events may come of, by its body. As the event source mapping filters.
    pub(crate) fn keys(body: &[u8]) -> BTreeSet<Key> {
        let Ok(call) = serde_json::from_slice::<Value>(body) else { return BTreeSet::new() };
        changed(&call).into_iter().filter(|(pk, sk)| told(pk, sk).is_some()).collect()
    }

    /// Notes how these items changed. What did not change is no change.
    pub(crate) fn note(&self, keys: BTreeSet<Key>, before: &Images, after: &Images) {
        let now = self.0.clock.now();
        let mut waiting = self.lock();
        for key in keys {
            let (was, is) = (before.get(&key), after.get(&key));
            if was == is {
                continue;
            }
            waiting.last += 1;
            let sequence = format!("{:021}", waiting.last);
            let (pk, sk) = &key;
            let value = json!({
                "eventID": self.0.random.ulid(now).to_string(),
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "ApproximateCreationDateTime": now.as_seconds(),
                    "Keys": {PK: {"S": pk}, SK: {"S": sk}},
                    "SequenceNumber": sequence,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                    "OldImage": was,
                    "NewImage": is,
                },
            });
            waiting.records.push_back(Record { sequence, tellings: 0, value });
        }
        drop(waiting);
        self.0.news.notify_one();
    }

    /// Tells of changes, and looks for the ends of licences, from now on.
    pub(crate) fn start(&self, core: Core, queue: Queue<WebhookJob>, mail: Queue<MailJob>) -> JoinHandle<()> {
        let events = self.clone();
        tokio::spawn(async move {
            let mut look = interval(LOOK);
            loop {
                tokio::select! {
                    () = events.0.news.notified() => {}
                    _ = look.tick() => {
                        // What went wrong was logged, and the next look comes soon.
                        let _ = latchkey_worker::announce_endings(core.clone(), queue.clone()).await;
                    }
                }
                loop {
                    match events.tell(&core, &queue, &mail).await {
                        Told::Nothing => break,
                        Told::Done => {}
                        Told::Failed => sleep(AGAIN).await,
                    }
                }
            }
        })
    }

    async fn tell(&self, core: &Core, queue: &Queue<WebhookJob>, mail: &Queue<MailJob>) -> Told {
        let batch: Vec<Record> = {
            let mut waiting = self.lock();
            let count = waiting.records.len().min(BATCH);
            waiting.records.drain(..count).collect()
        };
        if batch.is_empty() {
            return Told::Nothing;
        }
        let records: Vec<&Value> = batch.iter().map(|record| &record.value).collect();
        let event: ChangesEvent = serde_json::from_value(json!({ "Records": records })).unwrap_or_default();
        let answer = latchkey_worker::announce_changes(core.clone(), queue.clone(), mail.clone(), event).await;
        let mut waiting = self.lock();
        for record in batch.into_iter().rev().filter(|record| answer.has_failed(&record.sequence)) {
            let tellings = record.tellings + 1;
            if tellings < MOST_TELLINGS {
                waiting.records.push_front(Record { tellings, ..record });
            } else {
                tracing::error!(sequence = record.sequence, "a change was given up: no event came of it");
            }
        }
        if answer.is_done() { Told::Done } else { Told::Failed }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// There was nothing to tell.
    Nothing,
    /// A batch was dealt with.
    Done,
    /// Some of a batch has to be told again.
    Failed,
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::key::LicenseKey;
    use latchkey_core::local::TABLE;

    use super::*;

    fn key(number: u32, sk: &str) -> Key {
        let digest = LicenseKey::parse(&format!("KEY-{number}")).unwrap().digest().to_text();
        (format!("LICENSE#{digest}"), sk.to_owned())
    }

    #[test]
    fn a_change_is_noted_once_with_both_images_and_what_did_not_change_is_not() {
        let events = Events::new(Clock::System, Random::seeded(1));
        let (one, other) = (key(1, "GRANT"), key(2, "GRANT"));
        let before = Images::from([(one.clone(), json!({"a": 1})), (other.clone(), json!({"a": 2}))]);
        let after = Images::from([(one.clone(), json!({"a": 3})), (other.clone(), json!({"a": 2}))]);
        events.note(BTreeSet::from([one.clone(), other]), &before, &after);
        events.note(BTreeSet::from([one]), &after, &Images::new());
        let records: Vec<Value> = events.lock().records.iter().map(|record| record.value.clone()).collect();
        let images = |record: &Value| (record["dynamodb"]["OldImage"].clone(), record["dynamodb"]["NewImage"].clone());
        assert_eq!(records.iter().map(images).collect::<Vec<_>>(), [(json!({"a": 1}), json!({"a": 3})), (json!({"a": 3}), Value::Null)]);
        assert_ne!(records[0]["eventID"], records[1]["eventID"]);
    }

    #[test]
    fn only_what_events_come_of_is_watched() {
        let call = |(pk, sk): Key| json!({"TableName": TABLE, "Item": {"pk": {"S": pk}, "sk": {"S": sk}}}).to_string();
        assert_eq!(Events::keys(call(key(1, "GRANT")).as_bytes()).len(), 1);
        for other in [key(1, "TRACE#0000000001"), ("WEBHOOK#1#1".to_owned(), "DELIVERY#x".to_owned())] {
            assert!(Events::keys(call(other).as_bytes()).is_empty());
        }
    }
}
