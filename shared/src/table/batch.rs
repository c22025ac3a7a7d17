//! Reading many items at once.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use tokio::time::sleep;

use super::Table;
use super::call::{backoff, call};
use super::item::Item;
use super::keys::Key;
use super::read::unconditional;
use crate::fault::{Fault, FaultKind};

/// The most items of one call: the store's own bound.
const MOST: usize = 100;

impl Table {
    /// The items at `wanted`, by their keys; those that are not there are missing. May lag a moment behind what was written.
    pub(super) async fn batch(&self, mut wanted: Vec<Key>, what: &'static str) -> Result<HashMap<Key, Item>, Fault> {
        // The store refuses a key that is asked for twice.
        wanted.sort();
        wanted.dedup();
        let mut found = HashMap::with_capacity(wanted.len());
        let mut idle = 0;
        while !wanted.is_empty() {
            let rest = wanted.split_off(wanted.len().min(MOST));
            let (items, left) = self.batch_once(wanted, what).await?;
            // What the store was too busy for is asked for again, as long as it gets anywhere.
            idle = if items.is_empty() && !left.is_empty() { idle + 1 } else { 0 };
            if idle >= self.patience.attempts {
                return Err(Fault::new(FaultKind::Throttled, what));
            }
            if idle > 0 {
                sleep(backoff(idle, &self.random)).await;
            }
            for item in items {
                let key = Key::of(&item).ok_or_else(|| Fault::new(FaultKind::Corrupt, what))?;
                found.insert(key, item);
            }
            wanted = left;
            wanted.extend(rest);
        }
        Ok(found)
    }

    /// What one call gives, and the keys that it left out.
    async fn batch_once(&self, wanted: Vec<Key>, what: &'static str) -> Result<(Vec<Item>, Vec<Key>), Fault> {
        let keys = wanted.into_iter().map(Key::attributes).collect();
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build().map_err(|error| Fault::corrupt(what, error))?;
        let sent = call(self.patience, &self.random, what, || {
            let request = self.client.batch_get_item().request_items(&self.name, keys.clone());
            request.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        let answer = sent.await.map_err(unconditional)?.value;
        let items = answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default();
        let left = answer.unprocessed_keys.unwrap_or_default().remove(&self.name).map(|left| left.keys).unwrap_or_default();
        let left = left.iter().map(|key| Key::of(key).ok_or_else(|| Fault::new(FaultKind::Corrupt, what))).collect::<Result<_, _>>()?;
        Ok((items, left))
    }
}
