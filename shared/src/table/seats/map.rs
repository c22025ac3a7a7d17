//! Seats inside the grant: one conditional update.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::condition::Condition;
use super::give_up::GiveUp;
use super::hints::Hint;
use super::mark::Mark;
use super::take::{Done, Round, Snag, Sort, Take};
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::license::LicenseMode;
use crate::domain::seat::DEVELOPMENT_LIMIT;
use crate::fault::{Fault, FaultKind};
use crate::table::call::{Answer, Loss, Refused, call};
use crate::table::grants::{SeatItem, names};
use crate::table::item::{Item, attribute, number};
use crate::table::{Table, keys};

/// Puts the device into the grant's map of counted seats or of development sites.
pub(super) async fn take(table: &Table, take: &Take<'_>, sort: Sort, hint: &Hint) -> Result<Round, Fault> {
    let mut condition = Condition::entitled(take.product, take.now);
    condition
        .taking(LicenseMode::Activation)
        .sorted_by(take.device, hint)?
        .seat(take.device.digest())
        .name("#seats", names::SEATS)
        .name("#free", names::FREE)
        .value(":seat", attribute(&SeatItem::from(&take.seat()))?);
    let update = match sort {
        Sort::Counted => {
            condition
                .name("#limit", names::LIMIT)
                .term("attribute_exists(#seats)")
                .term("(attribute_exists(#seats.#seat) OR size(#seats) < #limit)");
            "SET #seats.#seat = if_not_exists(#seats.#seat, :seat) REMOVE #free.#seat"
        }
        Sort::Free => {
            condition
                .value(":most", number(DEVELOPMENT_LIMIT))
                .term("attribute_not_exists(#seats.#seat)")
                .term("(attribute_exists(#free.#seat) OR size(#free) < :most)");
            "SET #free.#seat = if_not_exists(#free.#seat, :seat)"
        }
    };
    match update_grant(table, take.key, "taking a seat", update, &condition).await? {
        Written::Done(grant) => Ok(Round::Done(Done::Told(grant))),
        Written::Failed { item, loss } => Ok(Round::Failed(Snag::Seen(seen(take.key, item)?), loss)),
    }
}

/// Where in the grant a device is to be removed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maps {
    /// From both maps: the counted seats are a map.
    Both,
    /// From the development sites: the counted seats are items.
    Free,
}

/// Removes the device from the grant.
pub(super) async fn give_up(table: &Table, give_up: &GiveUp<'_>, maps: Maps) -> Result<Round, Fault> {
    let mark = Mark::draw(&table.random, give_up.now);
    let mut condition = Condition::known(give_up.product);
    condition.seat(give_up.device.digest()).name("#free", names::FREE).name("#freed", names::FREED).value(":mark", mark.attribute());
    let update = match maps {
        Maps::Both => {
            condition
                .name("#seats", names::SEATS)
                .term("attribute_exists(#seats)")
                .term("(attribute_exists(#seats.#seat) OR attribute_exists(#free.#seat))");
            "SET #freed = :mark REMOVE #seats.#seat, #free.#seat"
        }
        Maps::Free => {
            condition.term("attribute_exists(#free.#seat)");
            "SET #freed = :mark REMOVE #free.#seat"
        }
    };
    match update_grant(table, give_up.key, "giving up a seat", update, &condition).await? {
        Written::Done(grant) => Ok(Round::Done(Done::Told(grant))),
        Written::Failed { item, loss } => {
            let last = item.as_ref().and_then(|item| Mark::of(item, names::FREED));
            let grant = seen(give_up.key, item)?;
            if last == Some(mark) {
                return Ok(Round::Done(grant.map_or(Done::Untold, Done::Told)));
            }
            let is_held = grant.as_ref().is_some_and(|grant| grant.seat(&give_up.device.digest()).is_some());
            if loss == Loss::Before && !is_held && last.is_some_and(|last| last.may_follow(mark)) {
                // An attempt was lost, and another removal may have come after it and written over our mark: whether the seat
                // was freed by us is not known any more.
                return Err(Fault::new(FaultKind::Unavailable, "giving up a seat: an answer was lost"));
            }
            Ok(Round::Failed(Snag::Seen(grant), loss))
        }
    }
}

/// What an update of a grant came to.
enum Written {
    /// The grant as it is now.
    Done(Box<Grant>),
    /// The condition did not hold for the item as it was.
    Failed { item: Option<Item>, loss: Loss },
}

async fn update_grant(table: &Table, key: KeyDigest, what: &'static str, update: &str, condition: &Condition) -> Result<Written, Fault> {
    let sent = call(table.patience, &table.random, what, || {
        table
            .client
            .update_item()
            .table_name(&table.name)
            .set_key(Some(keys::grant(key).attributes()))
            .update_expression(update)
            .condition_expression(condition.expression())
            .set_expression_attribute_names(Some(condition.names()))
            .set_expression_attribute_values(Some(condition.values()))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
    });
    match sent.await {
        Ok(answer) => {
            let item = answer.value.attributes.ok_or_else(|| Fault::new(FaultKind::Corrupt, what))?;
            Ok(Written::Done(Box::new(Grant::from_item(key, item)?)))
        }
        Err(Refused::Fault(fault)) => Err(fault),
        Err(Refused::Condition(Answer { value, loss, .. })) => {
            let UpdateItemError::ConditionalCheckFailedException(failed) = value else {
                return Err(Fault::corrupt(what, value));
            };
            Ok(Written::Failed { item: failed.item, loss })
        }
    }
}

fn seen(key: KeyDigest, item: Option<Item>) -> Result<Option<Box<Grant>>, Fault> {
    item.map(|item| Grant::from_item(key, item).map(Box::new)).transpose()
}
