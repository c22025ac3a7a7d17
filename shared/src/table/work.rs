//! Work that waits in the table until somebody takes it: for one attempt, and for as long as that may last.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::Table;
use super::call::{Answer, Refused, call};
use super::item::{Item, attribute, number, text};
use super::keys::Key;
use crate::domain::time::Timestamp;
use crate::fault::Fault;

/// By which an attempt is known: whoever took the work last.
pub(super) const MARK: &str = "mark";

/// Which attempt takes it, and for how long.
#[derive(Clone, Copy)]
pub(super) struct Take {
    /// Which attempt, from 1.
    pub(super) attempt: u32,
    /// The present moment.
    pub(super) now: Timestamp,
    /// Until when whoever else comes has to wait.
    pub(super) until: Timestamp,
}

impl Table {
    /// Takes what waits at `key` in the state `pending`: the item as it is then, and the mark that it was taken with. Nothing where it is not
    /// this attempt's turn.
    pub(super) async fn take(
        &self,
        what: &'static str,
        key: Key,
        take: Take,
        pending: AttributeValue,
    ) -> Result<Option<(Item, String)>, Fault> {
        let Take { attempt, now, until } = take;
        let mark = self.random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 20);
        let (at, until) = (attribute(&now)?, attribute(&until)?);
        let sent = call(self.patience, &self.random, what, || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("SET #attempt = :attempt, #taken = :until, #mark = :mark, #first = if_not_exists(#first, :now)")
                // Moments are texts of one width: their order is the moments'.
                .condition_expression(
                    "#state = :pending AND #attempt <= :attempt AND (attribute_not_exists(#taken) OR #taken <= :now) \
                     AND (attribute_not_exists(#due) OR #due <= :now)",
                )
                .expression_attribute_names("#state", "state")
                .expression_attribute_names("#attempt", "attempt")
                .expression_attribute_names("#taken", "taken_until")
                .expression_attribute_names("#due", "due")
                .expression_attribute_names("#first", "first")
                .expression_attribute_names("#mark", MARK)
                .expression_attribute_values(":pending", pending.clone())
                .expression_attribute_values(":attempt", number(attempt))
                .expression_attribute_values(":until", until.clone())
                .expression_attribute_values(":now", at.clone())
                .expression_attribute_values(":mark", text(&mark))
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let taken = match sent.await {
            Ok(answer) => answer.value.attributes,
            Err(Refused::Fault(fault)) => return Err(fault),
            // An attempt of this call whose answer was lost left its mark.
            Err(Refused::Condition(Answer { value: UpdateItemError::ConditionalCheckFailedException(failed), .. })) => {
                failed.item.filter(|item| item.get(MARK).and_then(|there| there.as_s().ok()) == Some(&mark))
            }
            Err(Refused::Condition(Answer { value, .. })) => return Err(Fault::corrupt(what, value)),
        };
        Ok(taken.map(|item| (item, mark)))
    }
}
