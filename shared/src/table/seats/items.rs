//! Seats that are items: a transaction of the seat and the grant's counter.
//!
//! It tells nothing of what it wrote. What the answer shows is read beside it ([`listing`](super::listing)), and each change
//! leaves a mark by which such a read knows whether it came before or after.

use aws_sdk_dynamodb::types::Update;

use super::condition::Condition;
use super::give_up::GiveUp;
use super::hints::Hint;
use super::listing::Counted;
use super::mark::Mark;
use super::take::{Done, Round, Snag, Take};
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::license::LicenseMode;
use crate::fault::Fault;
use crate::table::grants::{SeatItem, names, seat_from_item};
use crate::table::item::{item, number};
use crate::table::transact::{Failed, NotDone, Transaction};
use crate::table::{Freshness, Table, keys};

/// The conditions of either change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Seat,
    Grant,
}

/// Writes the seat, and counts it.
pub(super) async fn take(table: &Table, take: &Take<'_>, hint: &Hint) -> Result<Round, Fault> {
    let digest = take.device.digest();
    let mark = Mark::draw(&table.random, take.now);
    let mut condition = Condition::entitled(take.product, take.now);
    condition
        .taking(LicenseMode::Activation)
        .sorted_by(take.device, hint)?
        .seat(digest)
        .name("#taken", names::TAKEN)
        .name("#limit", names::LIMIT)
        .name("#free", names::FREE)
        .name("#took", names::TOOK)
        .value(":mark", mark.attribute())
        .value(":one", number(1))
        .term("attribute_exists(#taken)")
        .term("(attribute_not_exists(#limit) OR #taken < #limit)");
    let mut transaction = Transaction::new("taking a seat");
    transaction.create(table, Named::Seat, item(keys::seat(take.key, digest), &SeatItem::from(&take.seat()))?)?;
    let update = "SET #taken = #taken + :one, #took = :mark REMOVE #free.#seat";
    transaction.update(Named::Grant, count(table, take.key, update, &condition))?;
    let (failed, loss) = match transaction.attempt(table).await {
        Ok(attempts) => return Ok(Round::Done(done(attempts, Counted::Taken(Box::new(take.seat())), mark))),
        Err(NotDone::Fault(fault)) => return Err(fault),
        Err(NotDone::Conditions(failed, loss)) => (failed, loss),
    };
    Ok(Round::Failed(snag(take.key, failed)?, loss))
}

/// Deletes the seat, and counts it no longer.
pub(super) async fn give_up(table: &Table, give_up: &GiveUp<'_>) -> Result<Round, Fault> {
    let mark = Mark::draw(&table.random, give_up.now);
    let mut condition = Condition::known(give_up.product);
    condition
        .name("#taken", names::TAKEN)
        .name("#freed", names::FREED)
        .value(":mark", mark.attribute())
        .value(":one", number(1))
        .value(":none", number(0))
        .term("attribute_exists(#taken)")
        .term("#taken > :none");
    let mut transaction = Transaction::new("giving up a seat");
    transaction.delete(table, Named::Seat, keys::seat(give_up.key, give_up.device.digest()))?;
    transaction.update(Named::Grant, count(table, give_up.key, "SET #taken = #taken - :one, #freed = :mark", &condition))?;
    match transaction.attempt(table).await {
        Ok(attempts) => Ok(Round::Done(done(attempts, Counted::GivenUp(give_up.device.clone()), mark))),
        Err(NotDone::Fault(fault)) => Err(fault),
        // A store forgets a transaction's token after some minutes: the mark tells even then that the seat was freed by us.
        Err(NotDone::Conditions(_, loss)) => {
            let item = table.get(keys::grant(give_up.key), Freshness::Strong).await?;
            let was_ours = item.as_ref().and_then(|item| Mark::of(item, names::FREED)) == Some(mark);
            let grant = item.map(|item| Grant::from_item(give_up.key, item).map(Box::new)).transpose()?;
            // What was read beside the first attempt may be older than what that one did: the answer is read again.
            Ok(if was_ours { Round::Done(Done::Untold) } else { Round::Failed(Snag::Seen(grant), loss) })
        }
    }
}

fn count(table: &Table, key: KeyDigest, update: &str, condition: &Condition) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
    Update::builder()
        .table_name(&table.name)
        .set_key(Some(keys::grant(key).attributes()))
        .update_expression(update)
        .condition_expression(condition.expression())
        .set_expression_attribute_names(Some(condition.names()))
        .set_expression_attribute_values(Some(condition.values()))
}

/// A read that went out beside the first attempt is too old to tell of a later one.
fn done(attempts: u32, change: Counted, mark: Mark) -> Done {
    if attempts == 1 { Done::Counted(change, mark) } else { Done::Untold }
}

fn snag(key: KeyDigest, failed: Vec<Failed<Named>>) -> Result<Snag, Fault> {
    let mut seat = None;
    for failed in failed {
        match (failed.condition, failed.item) {
            (Named::Grant, Some(item)) => return Ok(Snag::Seen(Some(Box::new(Grant::from_item(key, item)?)))),
            (Named::Grant, None) => return Ok(Snag::Unseen),
            (Named::Seat, item) => seat = item,
        }
    }
    match seat {
        Some(item) => Ok(Snag::Held(Box::new(seat_from_item(item)?))),
        None => Ok(Snag::Unseen),
    }
}
