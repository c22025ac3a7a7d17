//! What the table's stream would tell: the tests' engines need not have one.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::lambda::ChangesEvent;
use latchkey_core::table::keys::{PK, SK, touched};
use serde_json::json;

use crate::world::World;

/// An item's key: both parts.
pub type Key = (String, String);

impl World {
    /// The keys of everything in the table that concerns an index, read from the table itself.
    pub async fn changed_keys(&self) -> Vec<Key> {
        self.all_keys().await.into_iter().filter(|(pk, sk)| touched(pk, sk).is_some()).collect()
    }

    /// The keys of everything in the table.
    pub async fn all_keys(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        let mut start = None;
        loop {
            let scan = self.dynamodb.scan().table_name(self.core.table.name()).consistent_read(true);
            let page = scan.set_exclusive_start_key(start).send().await.unwrap();
            keys.extend(page.items().iter().map(|item| (item[PK].as_s().unwrap().clone(), item[SK].as_s().unwrap().clone())));
            start = page.last_evaluated_key;
            if start.is_none() {
                return keys;
            }
        }
    }

    /// The event that a stream would send of changes at these keys.
    pub fn event(keys: &[Key]) -> ChangesEvent {
        let record = |(number, (pk, sk)): (usize, &Key)| {
            let keys = json!({PK: {"S": pk}, SK: {"S": sk}});
            json!({"eventName": "MODIFY", "dynamodb": {"Keys": keys, "SequenceNumber": format!("{number:021}"), "StreamViewType": "KEYS_ONLY"}})
        };
        let records: Vec<_> = keys.iter().enumerate().map(record).collect();
        serde_json::from_value(json!({ "Records": records })).unwrap()
    }

    /// Lets the worker of the index of sites look at a licence, as when its grant changed.
    pub async fn index(&self, key: &LicenseKey) {
        let grant = (format!("LICENSE#{}", key.digest().to_text()), "GRANT".to_owned());
        let answer = latchkey_worker::index_changes(self.core.clone(), Self::event(&[grant])).await;
        assert!(answer.is_done());
    }

    /// Lets the worker of the index of sites look at everything.
    pub async fn follow_changes(&self) {
        let event = Self::event(&self.changed_keys().await);
        assert!(latchkey_worker::index_changes(self.direct(), event).await.is_done());
    }
}
