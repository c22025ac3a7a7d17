//! Transactions, with a name for each condition.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};

use super::Table;
use super::call::{Loss, Refused, call};
use super::change::Change;
use super::item::{Item, known, number};
use super::keys::{Key, PK};
use crate::fault::{Fault, FaultKind};

/// Writes that are carried out together or not at all, each under a name for its condition.
pub(super) struct Transaction<C> {
    what: &'static str,
    writes: Vec<TransactWriteItem>,
    conditions: Vec<C>,
}

/// A condition that did not hold, and the item as it was.
pub(super) struct Failed<C> {
    pub(super) condition: C,
    pub(super) item: Option<Item>,
}

/// Why a transaction was not carried out.
pub(super) enum NotDone<C> {
    /// These conditions did not hold: at least one.
    Conditions(Vec<Failed<C>>, Loss),
    Fault(Fault),
}

impl<C: Copy> Transaction<C> {
    /// An empty transaction, called `what` in a fault's text.
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, writes: Vec::new(), conditions: Vec::new() }
    }

    fn push(&mut self, condition: C, write: TransactWriteItem) {
        self.writes.push(write);
        self.conditions.push(condition);
    }

    /// Puts an item where there is none.
    pub(super) fn create(&mut self, table: &Table, condition: C, item: Item) -> Result<(), Fault> {
        let put = Put::builder()
            .table_name(&table.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = put.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().put(put).build());
        Ok(())
    }

    /// Puts an item under a condition, built by `build`.
    pub(super) fn put(&mut self, condition: C, put: aws_sdk_dynamodb::types::builders::PutBuilder) -> Result<(), Fault> {
        let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = put.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().put(put).build());
        Ok(())
    }

    /// Updates an item under the condition that `update` states.
    pub(super) fn update(&mut self, condition: C, update: UpdateBuilder) -> Result<(), Fault> {
        let update = update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let update: Update = update.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().update(update).build());
        Ok(())
    }

    /// Makes of an item that was read as `before` what `after` is, under the condition that `condition_of` states. What is the same in
    /// both is left alone, and so is whatever neither has: newer code may have written it.
    pub(super) fn change(
        &mut self,
        table: &Table,
        condition: C,
        before: &Item,
        after: Item,
        condition_of: impl FnOnce(UpdateBuilder) -> UpdateBuilder,
    ) -> Result<(), Fault> {
        let key = Key::of(&after).ok_or_else(|| Fault::new(FaultKind::Corrupt, self.what))?;
        let change = Change::between(before, after);
        let update = Update::builder()
            .table_name(&table.name)
            .set_key(Some(key.attributes()))
            .update_expression(change.expression)
            .set_expression_attribute_names(Some(change.names))
            .set_expression_attribute_values(Some(change.values));
        self.update(condition, condition_of(update))
    }

    /// The same of a record that counts its changes, where it is as it was read.
    pub(super) fn revise(&mut self, table: &Table, condition: C, before: &Item, after: Item, seen: u32) -> Result<(), Fault> {
        self.change(table, condition, before, after, |update| {
            update
                .condition_expression("#revision = :seen")
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_values(":seen", number(seen))
        })
    }

    /// Deletes an item under the condition that `delete` states.
    pub(super) fn delete_where(&mut self, condition: C, delete: aws_sdk_dynamodb::types::builders::DeleteBuilder) -> Result<(), Fault> {
        let delete = delete.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let delete = delete.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().delete(delete).build());
        Ok(())
    }

    /// Deletes an item that is there.
    pub(super) fn delete(&mut self, table: &Table, condition: C, key: Key) -> Result<(), Fault> {
        let delete = Delete::builder()
            .table_name(&table.name)
            .set_key(Some(key.attributes()))
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK);
        let delete = delete.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().delete(delete).build());
        Ok(())
    }

    /// Deletes an item, built by `build`, under its condition or under none.
    pub(super) fn delete_if(&mut self, condition: C, delete: aws_sdk_dynamodb::types::builders::DeleteBuilder) -> Result<(), Fault> {
        let delete = delete.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().delete(delete).build());
        Ok(())
    }

    /// Requires a condition of an item that is not written, built by `build`.
    pub(super) fn check(&mut self, condition: C, check: aws_sdk_dynamodb::types::builders::ConditionCheckBuilder) -> Result<(), Fault> {
        let check = check.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let check = check.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().condition_check(check).build());
        Ok(())
    }

    /// Requires that an item is there.
    pub(super) fn require(&mut self, table: &Table, condition: C, key: Key) -> Result<(), Fault> {
        let check = ConditionCheck::builder()
            .table_name(&table.name)
            .set_key(Some(key.attributes()))
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK);
        let check = check.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().condition_check(check).build());
        Ok(())
    }

    /// Requires that no item is there.
    pub(super) fn forbid(&mut self, table: &Table, condition: C, key: Key) -> Result<(), Fault> {
        let check = ConditionCheck::builder()
            .table_name(&table.name)
            .set_key(Some(key.attributes()))
            .condition_expression("attribute_not_exists(#pk)")
            .expression_attribute_names("#pk", PK);
        let check = check.build().map_err(|error| Fault::corrupt(self.what, error))?;
        self.push(condition, TransactWriteItem::builder().condition_check(check).build());
        Ok(())
    }

    /// Carries it out, once, however often it has to be sent: a token makes every attempt of this call the same one.
    pub(super) async fn run(self, table: &Table) -> Result<(), NotDone<C>> {
        self.attempt(table).await.map(|_| ())
    }

    /// The same; tells how often it was sent.
    pub(super) async fn attempt(self, table: &Table) -> Result<u32, NotDone<C>> {
        let token = table.random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 36);
        let sent = call(table.patience, &table.random, self.what, || {
            table
                .client
                .transact_write_items()
                .set_transact_items(Some(self.writes.clone()))
                .client_request_token(&token)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        })
        .await;
        match sent {
            Ok(answer) => Ok(answer.attempts),
            Err(Refused::Fault(fault)) => Err(NotDone::Fault(fault)),
            Err(Refused::Condition(answer)) => Err(self.failed(answer.value, answer.loss)),
        }
    }

    fn failed(&self, error: TransactWriteItemsError, loss: Loss) -> NotDone<C> {
        let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
            return NotDone::Fault(Fault::caused(FaultKind::Corrupt, self.what, error));
        };
        let reasons = cancelled.cancellation_reasons.unwrap_or_default();
        let failed = self.conditions.iter().zip(reasons).filter(|(_, reason)| reason.code() == Some("ConditionalCheckFailed"));
        let known = |item: Option<Item>| item.map(known).transpose();
        let failed = failed.map(|(condition, reason)| Ok(Failed { condition: *condition, item: known(reason.item)? }));
        match failed.collect::<Result<Vec<_>, Fault>>() {
            Err(fault) => NotDone::Fault(fault),
            Ok(failed) if failed.is_empty() => NotDone::Fault(Fault::new(FaultKind::Corrupt, self.what)),
            Ok(failed) => NotDone::Conditions(failed, loss),
        }
    }
}
