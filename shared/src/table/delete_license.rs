//! Deleting a licence.
//!
//! The record goes, and the grant becomes what opens nothing, in one transaction: nobody is served by half a licence. The rest of the
//! licence's partition (seats, floating seats, traces) is out of reach from then on and is swept afterwards: by whoever deletes, and by
//! the table's stream where that broke off. What is left of the grant stays for ever, so that the key is nobody else's, whatever became
//! of copies of it; and so does its number, which an order's line may lead to.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, ReturnConsumedCapacity};
use tokio::task::JoinSet;

use super::call::{Loss, call};
use super::grants::names;
use super::item::{item, number, text};
use super::keys::{self, Key};
use super::licenses::EditError;
use super::read::{Range, unconditional};
use super::transact::{NotDone, Transaction};
use super::update::GrantUpdate;
use super::{Freshness, Table};
use crate::domain::key::KeyDigest;
use crate::domain::license::{License, Standing};
use crate::domain::seat::Layout;
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;

/// How many items are deleted side by side.
const AT_ONCE: i32 = 25;

/// The conditions of deleting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Record,
    Grant,
    Number,
    OrderLink,
}

impl Table {
    /// Deletes the licence that was read. Its number is not given out again, and its key opens nothing and is nobody else's.
    pub async fn delete_license(&self, license: &License) -> Result<(), EditError> {
        let key = license.key.digest();
        let _changing = self.changing(key, license.layout());
        let _counts = self.relisting(license.account);
        let mut update = GrantUpdate::new();
        update.set(names::STANDING, text(Standing::Deleted.name())).set(names::FREE, AttributeValue::M(HashMap::new()));
        match license.layout() {
            Layout::Map => update.set(names::SEATS, AttributeValue::M(HashMap::new())),
            Layout::Items => update.set(names::TAKEN, number(0)),
        };
        for gone in [names::LICENSEE, names::STARTS, names::ENDS, names::TRACE] {
            update.remove(gone);
        }
        let mut transaction = Transaction::new("deleting a licence");
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::license(license.account, license.id).attributes()))
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(license.revision));
        transaction.delete_where(Condition::Record, delete)?;
        transaction.update(Condition::Grant, update.build(self.name(), keys::grant(key)))?;
        // A number that an order's line leads to is asked for again: this is the one place where it shows that it was used. Whoever
        // moved the licence to another order, or to none, left no trace of the line, so it is noted of every licence.
        let gone = item(keys::deleted_license(license.account, license.id), &BTreeMap::from([("license", license.id.get())]))?;
        transaction.put(Condition::Number, Put::builder().table_name(self.name()).set_item(Some(gone)))?;
        if let Some(line) = license.order_line {
            let link = keys::order_license(license.account, line.order, license.id);
            transaction.delete_if(Condition::OrderLink, Delete::builder().table_name(self.name()).set_key(Some(link.attributes())))?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            // Where it is gone after an attempt whose answer was lost, it was that attempt, or somebody else with the same wish.
            Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => Ok(()),
            Err(NotDone::Conditions(..)) => Err(EditError::Changed),
        }
    }

    /// Deletes what a deleted licence left in its partition. What is gone already is no matter.
    pub(crate) async fn sweep_license(&self, key: KeyDigest) -> Result<(), Fault> {
        for range in [keys::seats(key), keys::leases(key), keys::traces(key)] {
            self.sweep(&range).await?;
        }
        Ok(())
    }

    /// Deletes all of a range. What is gone already is no matter.
    pub(super) async fn sweep(&self, range: &Range) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let (items, next) = self.query(range, after, AT_ONCE, Freshness::Strong).await?;
            let mut tasks = JoinSet::new();
            for key in items.iter().filter_map(Key::of) {
                let table = self.clone();
                tasks.spawn(along(async move { table.delete_item(key).await }));
            }
            while let Some(done) = tasks.join_next().await {
                done.map_err(|error| Fault::caused(FaultKind::Unavailable, "sweeping a licence", error))??;
            }
            match next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    pub(super) async fn delete_item(&self, key: Key) -> Result<(), Fault> {
        let sent = call(self.patience, &self.random, "sweeping a licence", || {
            let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            delete.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map(|_| ()).map_err(unconditional)
    }
}
