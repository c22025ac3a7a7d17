//! Notifications: how far each is, under its revision.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};

use super::call::{Answer, Refused, call};
use super::change::Change;
use super::item::{item, number, value};
use super::once::Put;
use super::read::Range;
use super::{Changed, Exists, Freshness, Table, keys};
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::key::KeyDigest;
use crate::domain::notification::Notification;
use crate::domain::seat::{Seat, SeatDigest};
use crate::fault::Fault;
use crate::table::grants::seat_from_item;

const WHAT: &str = "changing a notification";

impl Table {
    /// The notification of a release.
    pub async fn notification(&self, account: AccountId, product: ProductId, release: ReleaseId) -> Result<Option<Notification>, Fault> {
        self.get(keys::notification(account, product, release), Freshness::Strong).await?.map(value).transpose()
    }

    /// All notifications of a product, in the order of their releases' numbers.
    pub async fn notifications(&self, account: AccountId, product: ProductId) -> Result<Vec<Notification>, Fault> {
        self.query_all(&keys::notifications(account, product)).await?.into_iter().map(value).collect()
    }

    /// Writes a notification, unless its release has one.
    pub(crate) async fn create_notification(&self, new: &Notification) -> Result<Result<(), Exists>, Fault> {
        let item = item(keys::notification(new.account, new.product, new.release), new)?;
        match self.put_once(item, "beginning a notification").await? {
            Put::Done => Ok(Ok(())),
            Put::Taken => Ok(Err(Exists)),
        }
    }

    /// Writes `after` where `before` was read.
    pub(crate) async fn change_notification(&self, before: &Notification, after: &Notification) -> Result<Result<(), Changed>, Fault> {
        let key = keys::notification(after.account, after.product, after.release);
        let stored = |notification: &Notification| item(key.clone(), notification);
        let change =
            Change::between(&stored(before)?, stored(after)?).name("#revision", "revision").value(":seen", number(before.revision));
        let sent = call(self.patience, &self.random, WHAT, || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression(&change.expression)
                .condition_expression("#revision = :seen")
                .set_expression_attribute_names(Some(change.names.clone()))
                .set_expression_attribute_values(Some(change.values.clone()))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(Ok(())),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(Refused::Condition(Answer { value: UpdateItemError::ConditionalCheckFailedException(failed), .. })) => {
                // An attempt of ours whose answer was lost left it just so.
                let stands = failed.item.map(value::<Notification>).transpose()?;
                Ok(if stands.as_ref() == Some(after) { Ok(()) } else { Err(Changed) })
            }
            Err(Refused::Condition(Answer { value, .. })) => Err(Fault::corrupt(WHAT, value)),
        }
    }

    /// At most `limit` of a licence's seats that are items, after `after`, and whether there may be more.
    pub(crate) async fn seat_items(&self, key: KeyDigest, after: Option<SeatDigest>, limit: i32) -> Result<(Vec<Seat>, bool), Fault> {
        let range = keys::seats(key);
        let from = after.map_or(range.from.clone(), keys::after_seat);
        let (items, next) = self.query(&Range { from, ..range }, None, limit, Freshness::Strong).await?;
        Ok((items.into_iter().map(seat_from_item).collect::<Result<_, _>>()?, next.is_some()))
    }
}
