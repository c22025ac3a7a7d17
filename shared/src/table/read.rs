//! Reading one item, or a page of a partition.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use super::call::{Refused, StoreError, call};
use super::item::{Item, all_known, known};
use super::keys::{Key, PK, SK};
use super::{Freshness, Table};
use crate::fault::Fault;

/// Part of a partition, in the order of the sort keys.
pub(super) struct Range {
    pub(super) pk: String,
    pub(super) from: String,
    pub(super) to: String,
}

impl Range {
    /// Everything in `pk` whose sort key begins with `prefix`, which ends in `#`.
    pub(super) fn prefixed(pk: String, prefix: &str) -> Self {
        let end = format!("{}$", prefix.trim_end_matches('#'));
        Self { pk, from: prefix.to_owned(), to: end }
    }

    /// What comes behind an item of the range, whose sort key is no other's beginning.
    pub(super) fn after(self, last: Option<Key>) -> Self {
        match last {
            Some(last) => Self { from: format!("{}!", last.sk), ..self },
            None => self,
        }
    }
}

impl Table {
    /// The item at `key`.
    pub(super) async fn get(&self, key: Key, freshness: Freshness) -> Result<Option<Item>, Fault> {
        let sent = call(self.patience, &self.random, "reading an item", || {
            self.client
                .get_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .consistent_read(freshness.is_strong())
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        sent.await.map_err(unconditional)?.value.item.map(known).transpose()
    }

    /// Asks for something, so that the connection is there when it is needed.
    pub async fn warm_up(&self) -> Result<(), Fault> {
        self.get(super::keys::warm_up(), Freshness::Eventual).await.map(|_| ())
    }

    /// At most `limit` items of `range` after `after`, and where to go on.
    pub(super) async fn query(
        &self,
        range: &Range,
        after: Option<HashMap<String, AttributeValue>>,
        limit: i32,
        freshness: Freshness,
    ) -> Result<(Vec<Item>, Option<HashMap<String, AttributeValue>>), Fault> {
        let sent = call(self.patience, &self.random, "reading a page", || {
            self.client
                .query()
                .table_name(&self.name)
                .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#sk", SK)
                .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
                .expression_attribute_values(":from", AttributeValue::S(range.from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(range.to.clone()))
                .set_exclusive_start_key(after.clone())
                .limit(limit)
                .consistent_read(freshness.is_strong())
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        Ok((all_known(page.items)?, page.last_evaluated_key))
    }

    /// All items of `range`, page by page: for what an operator's own doing bounds, never for what a request does.
    pub(super) async fn query_all(&self, range: &Range) -> Result<Vec<Item>, Fault> {
        let mut items = Vec::new();
        let mut after = None;
        loop {
            let (page, next) = self.query(range, after, 500, Freshness::Strong).await?;
            items.extend(page);
            match next {
                Some(key) => after = Some(key),
                None => return Ok(items),
            }
        }
    }
}

/// A call that states no condition cannot fail one.
pub(super) fn unconditional<E: StoreError>(refused: Refused<E>) -> Fault {
    match refused {
        Refused::Fault(fault) => fault,
        Refused::Condition(answer) => Fault::corrupt("a condition failed where none was stated", answer.value),
    }
}
