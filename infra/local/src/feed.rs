//! What the table's stream is in AWS: it tells the workers which items changed.
//!
//! The engine has streams, and each record of one makes every later write slower, for none is ever removed. So a tap before the engine
//! notes the keys of what is written through it, and hands them to the same code that a stream's events lead to. Whatever did not come this way (a write
//! in `PartiQL`, or one that was noted when the stack ended) is found when the stack starts: then every account's licences are indexed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::fault::Fault;
use latchkey_core::lambda::ChangesEvent;
use latchkey_core::local::TABLE;
use latchkey_core::ops::index_sites::reindex_sites;
use latchkey_core::table::keys::{PK, SK, touched};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How many changes are told together.
const BATCH: usize = 100;

/// How long it takes until a batch that failed is told again.
const AGAIN: Duration = Duration::from_secs(1);

/// The keys of items that changed and were not told yet. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feed(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    changed: Mutex<BTreeSet<(String, String)>>,
    news: Notify,
}

impl Feed {
    /// Whether a call may change items, by its `x-amz-target`.
    pub(crate) fn is_write(target: &str) -> bool {
        let operation = target.rsplit('.').next().unwrap_or_default();
        ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"].contains(&operation)
    }

    /// Notes what a call changed that was carried out, by its body.
    pub(crate) fn note(&self, body: &[u8]) {
        let Ok(call) = serde_json::from_slice::<Value>(body) else { return };
        // As the event source mapping filters: what the workers write must not lead to more of it.
        let keys: Vec<_> = changed(&call).into_iter().filter(|(pk, sk)| touched(pk, sk).is_some()).collect();
        if !keys.is_empty() {
            self.lock().extend(keys);
            self.0.news.notify_one();
        }
    }

    /// Tells the workers of changes from now on, after everything that there is was indexed once.
    pub(crate) fn start(&self, core: Core) -> JoinHandle<()> {
        let feed = self.clone();
        tokio::spawn(async move {
            if let Err(fault) = index_all(&core).await {
                tracing::warn!(%fault, "not all sites were indexed at the start");
            }
            loop {
                feed.0.news.notified().await;
                while let Some(batch) = feed.take() {
                    if !latchkey_worker::index_changes(core.clone(), event(&batch)).await.is_done() {
                        feed.lock().extend(batch);
                        sleep(AGAIN).await;
                    }
                }
            }
        })
    }

    fn take(&self) -> Option<Vec<(String, String)>> {
        let mut changed = self.lock();
        let rest = changed.iter().nth(BATCH).cloned().map(|first| changed.split_off(&first));
        let batch = std::mem::replace(&mut *changed, rest.unwrap_or_default());
        (!batch.is_empty()).then(|| batch.into_iter().collect())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<(String, String)>> {
        self.0.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn index_all(core: &Core) -> Result<(), Fault> {
    let last = core.table.last_account().await?.map_or(0, AccountId::get);
    for account in (1..=last).filter_map(AccountId::new) {
        let mut after = None;
        loop {
            after = reindex_sites(core, account, after, 100).await?.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(())
}

/// The event that a stream of keys would send.
fn event(keys: &[(String, String)]) -> ChangesEvent {
    let records: Vec<Value> = keys.iter().enumerate().map(|(number, (pk, sk))| record(number, pk, sk)).collect();
    serde_json::from_value(json!({ "Records": records })).unwrap_or_default()
}

fn record(number: usize, pk: &str, sk: &str) -> Value {
    json!({"dynamodb": {"Keys": {PK: {"S": pk}, SK: {"S": sk}}, "SequenceNumber": number.to_string()}})
}

/// The keys of the items of our table that a call writes.
pub(crate) fn changed(call: &Value) -> Vec<(String, String)> {
    let is_ours = |write: &&Value| write["TableName"] == TABLE;
    let one = [call].into_iter().filter(is_ours).flat_map(|write| [&write["Item"], &write["Key"]]);
    let transaction = call["TransactItems"].as_array().into_iter().flatten();
    let transaction = transaction.flat_map(|write| [&write["Put"], &write["Update"], &write["Delete"]]).filter(is_ours);
    let transaction = transaction.flat_map(|write| [&write["Item"], &write["Key"]]);
    let batch = call["RequestItems"][TABLE].as_array().into_iter().flatten();
    let batch = batch.flat_map(|write| [&write["PutRequest"]["Item"], &write["DeleteRequest"]["Key"]]);
    let key = |item: &Value| Some((item[PK]["S"].as_str()?.to_owned(), item[SK]["S"].as_str()?.to_owned()));
    one.chain(transaction).chain(batch).filter_map(key).collect()
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::key::LicenseKey;

    use super::*;

    #[test]
    fn every_kind_of_write_tells_its_keys_and_other_tables_do_not() {
        let item = |pk: &str| json!({"pk": {"S": pk}, "sk": {"S": "GRANT"}});
        let keys = |call: Value| changed(&call).into_iter().map(|(pk, _)| pk).collect::<Vec<_>>();
        assert_eq!(keys(json!({"TableName": TABLE, "Item": item("put")})), ["put"]);
        assert_eq!(keys(json!({"TableName": TABLE, "Key": item("update or delete")})), ["update or delete"]);
        let transaction = json!({"TransactItems": [
            {"Put": {"TableName": TABLE, "Item": item("a")}}, {"Update": {"TableName": TABLE, "Key": item("b")}},
            {"Delete": {"TableName": TABLE, "Key": item("c")}}, {"ConditionCheck": {"TableName": TABLE, "Key": item("d")}},
            {"Put": {"TableName": "another", "Item": item("e")}},
        ]});
        assert_eq!(keys(transaction), ["a", "b", "c"]);
        let batch = json!({"RequestItems": {TABLE: [{"PutRequest": {"Item": item("a")}}, {"DeleteRequest": {"Key": item("b")}}], "another": [{"PutRequest": {"Item": item("c")}}]}});
        assert_eq!(keys(batch), ["a", "b"]);
        assert!(keys(json!({"TableName": "another", "Item": item("put")})).is_empty());
    }

    #[test]
    fn reads_are_no_writes() {
        for operation in ["GetItem", "Query", "BatchGetItem", "TransactGetItems"] {
            assert!(!Feed::is_write(&format!("DynamoDB_20120810.{operation}")), "{operation}");
        }
        assert!(Feed::is_write("DynamoDB_20120810.TransactWriteItems"));
    }

    #[test]
    fn changes_are_told_in_batches_each_once() {
        let feed = Feed::default();
        for round in 0..2 {
            for number in 0..=BATCH {
                let key = LicenseKey::parse(&format!("KEY-{number}")).unwrap().digest().to_text();
                let item = json!({"pk": {"S": format!("LICENSE#{key}")}, "sk": {"S": "GRANT"}});
                feed.note(json!({"TableName": TABLE, "Item": item}).to_string().as_bytes());
            }
            assert_eq!(feed.lock().len(), BATCH + 1, "round {round}");
        }
        let sizes: Vec<usize> = std::iter::from_fn(|| feed.take()).map(|batch| batch.len()).collect();
        assert_eq!(sizes, [BATCH, 1]);
    }
}
