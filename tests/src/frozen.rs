//! Tables as an earlier release left them: items as JSON lines, below `tests/frozen/`.
//!
//! The first line holds what is needed to work with the items and cannot be read from them, such as a token; every other line is an
//! item as DynamoDB's own JSON has it. All secrets in there are the tests' own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use latchkey_core::table::keys::{PK, SK};
use serde_json::Value;

use crate::world::World;

/// An item as the SDK has it.
pub type Item = std::collections::HashMap<String, AttributeValue>;

/// An item's key: both parts.
pub type Key = (String, String);

/// A table that was kept.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// What cannot be read from the items.
    pub facts: Value,
    /// The items by their keys.
    pub items: BTreeMap<Key, Item>,
}

impl Frozen {
    /// The table of the release that wrote this version first.
    pub fn read(version: u32) -> Self {
        let text = std::fs::read_to_string(Self::path(version)).unwrap();
        let mut lines = text.lines();
        let facts = serde_json::from_str(lines.next().unwrap()).unwrap();
        let items = lines.map(|line| from_json(serde_json::from_str(line).unwrap()));
        Self { facts, items: items.map(|item| (key_of(&item), item)).collect() }
    }

    /// The file that it lies in.
    pub fn path(version: u32) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("frozen/v{version}.jsonl"))
    }

    /// What a world has stored.
    pub async fn of(world: &World, facts: Value) -> Self {
        Self { facts, items: world.items().await }
    }

    /// As it lies in its file.
    pub fn to_text(&self) -> String {
        let items = self.items.values().map(|item| to_json(item).to_string());
        std::iter::once(self.facts.to_string()).chain(items).map(|line| line + "\n").collect()
    }

    /// The same with something else made of each item.
    #[must_use]
    pub fn with(mut self, change: impl Fn(&mut Item)) -> Self {
        self.items.values_mut().for_each(change);
        self
    }

    /// Fills the world's table with it.
    pub async fn thaw(&self, world: &World) {
        for items in self.items.values().collect::<Vec<_>>().chunks(25) {
            let put = |item: &Item| PutRequest::builder().set_item(Some(item.clone())).build().unwrap();
            let writes: Vec<_> = items.iter().map(|item| WriteRequest::builder().put_request(put(item)).build()).collect();
            let mut left = Some(std::collections::HashMap::from([(world.core.table.name().to_owned(), writes)]));
            while let Some(writes) = left.filter(|left| !left.is_empty()) {
                let sent = world.dynamodb.batch_write_item().set_request_items(Some(writes)).send().await.unwrap();
                left = sent.unprocessed_items;
            }
        }
    }
}

impl World {
    /// Everything in the table.
    pub async fn items(&self) -> BTreeMap<Key, Item> {
        let mut items = BTreeMap::new();
        let mut start = None;
        loop {
            let scan = self.dynamodb.scan().table_name(self.core.table.name()).consistent_read(true);
            let page = scan.set_exclusive_start_key(start).send().await.unwrap();
            items.extend(page.items().iter().map(|item| (key_of(item), item.clone())));
            start = page.last_evaluated_key;
            if start.is_none() {
                return items;
            }
        }
    }
}

fn key_of(item: &Item) -> Key {
    (item[PK].as_s().unwrap().clone(), item[SK].as_s().unwrap().clone())
}

/// With its members in order, so that the file is the same whenever it is written.
fn to_json(item: &Item) -> Value {
    let item: serde_dynamo::Item = item.clone().into();
    serde_json::to_value(item).unwrap()
}

fn from_json(json: Value) -> Item {
    let item: serde_dynamo::Item = serde_json::from_value(json).unwrap();
    item.into()
}
