//! Putting an item where there is none, exactly once.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};

use super::Table;
use super::call::{Answer, Refused, call};
use super::item::{Item, text};
use super::keys::PK;
use crate::fault::Fault;

/// By which an attempt knows what an earlier attempt of the same call wrote, where its answer was lost (reliability F5).
const MARK: &str = "mark";

/// What came of putting an item.
pub(super) enum Put {
    /// It is there, put by this call.
    Done,
    /// The place was taken.
    Taken,
}

impl Table {
    /// Puts `item` where there is none: one write, however often it has to be sent. `what` names the call in a fault's text.
    pub(super) async fn put_once(&self, mut item: Item, what: &'static str) -> Result<Put, Fault> {
        let mark = text(self.random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 20));
        item.insert(MARK.to_owned(), mark.clone());
        let sent = call(self.patience, &self.random, what, || {
            self.client
                .put_item()
                .table_name(&self.name)
                .set_item(Some(item.clone()))
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", PK)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(Put::Done),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(Refused::Condition(Answer { value: PutItemError::ConditionalCheckFailedException(failed), .. })) => {
                let is_ours = failed.item().is_some_and(|there| there.get(MARK) == Some(&mark));
                Ok(if is_ours { Put::Done } else { Put::Taken })
            }
            Err(Refused::Condition(Answer { value, .. })) => Err(Fault::corrupt(what, value)),
        }
    }
}
