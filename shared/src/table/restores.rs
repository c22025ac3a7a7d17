//! What the table says of restores into it: it stays where it is, whatever is exported or restored.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use super::call::{Refused, call};
use super::item::{SCHEMA, VERSION, VERSIONED, item, number, value};
use super::keys::{self, TTL};
use super::once::Put;
use super::read::unconditional;
use super::{Table, item};
use crate::domain::restore::{KNOWN_SECONDS, Restore};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

const NOTING: &str = "noting a restore";

impl Table {
    /// The restores into this table: those that are not over, and those that were until lately. With every write that was acknowledged, for
    /// a restore notes itself before it writes anything.
    pub async fn restores(&self) -> Result<Vec<Restore>, Fault> {
        self.query_all(&keys::restores()).await?.into_iter().map(value).collect()
    }

    /// The name for a new restore.
    pub(crate) fn restore_id(&self) -> String {
        self.random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 20)
    }

    /// Notes a restore that begins.
    pub(crate) async fn note_restore(&self, restore: &Restore) -> Result<(), Fault> {
        match self.put_once(item(keys::restore(&restore.id), restore)?, NOTING).await? {
            Put::Done => Ok(()),
            Put::Taken => Err(Fault::new(FaultKind::Corrupt, "noting a restore: the name is in use")),
        }
    }

    /// Notes until when a restore claims what is new, and whether it is over: then its note is tidied up some days later.
    pub(crate) async fn change_restore(&self, restore: &Restore) -> Result<(), Fault> {
        let mut expression = format!("SET #until = :until, #is_over = :is_over, {VERSIONED}");
        // Whoever was taken for broken off and goes on is not tidied up.
        expression.push_str(if restore.is_over { ", #ttl = :ttl" } else { " REMOVE #ttl" });
        let until = item::attribute(&restore.until)?;
        let sent = call(self.patience, &self.random, NOTING, || {
            let mut update = self
                .client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(keys::restore(&restore.id).attributes()))
                .update_expression(expression.clone())
                .condition_expression("attribute_exists(#id)")
                .expression_attribute_names("#id", "id")
                .expression_attribute_names("#until", "until")
                .expression_attribute_values(":until", until.clone())
                .expression_attribute_names("#is_over", "is_over")
                .expression_attribute_values(":is_over", AttributeValue::Bool(restore.is_over))
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .expression_attribute_names("#ttl", TTL)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            if restore.is_over {
                update = update.expression_attribute_values(":ttl", number(tidied_up(restore.until)));
            }
            update.send()
        });
        match sent.await {
            Ok(_) => Ok(()),
            Err(Refused::Condition(_)) => Err(Fault::new(FaultKind::Corrupt, "noting a restore: its note is gone")),
            Err(refused @ Refused::Fault(_)) => Err(unconditional(refused)),
        }
    }
}

fn tidied_up(until: Timestamp) -> i64 {
    until.plus_seconds(KNOWN_SECONDS).as_seconds()
}
