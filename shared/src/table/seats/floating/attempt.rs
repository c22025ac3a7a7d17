//! The three ways to a floating seat, each one transaction: a new one, one's own again, and one whose holder's time is over.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Update};

use super::item::{LeaseItem, lease, names};
use super::lend::Borrow;
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::lease::Lease;
use crate::domain::license::LicenseMode;
use crate::domain::seat::SeatDigest;
use crate::fault::Fault;
use crate::table::call::Loss;
use crate::table::grants::names as grant_names;
use crate::table::item::{Item, attribute, item, number};
use crate::table::keys::PK;
use crate::table::seats::condition::Condition;
use crate::table::seats::mark::Mark;
use crate::table::transact::{Failed, NotDone, Transaction};
use crate::table::update::GrantUpdate;
use crate::table::{Table, keys};

const WHAT: &str = "lending a floating seat";

/// Where the seat comes from.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// From those that nobody holds.
    New,
    /// It is the client's already.
    Own(Box<Lease>),
    /// From this holder, whose time is over.
    Over(SeatDigest),
}

/// What an attempt came to.
pub(super) enum Attempt {
    /// The seat is the client's.
    Done(Done),
    /// Some condition did not hold.
    Failed(Box<Snag>),
}

/// A seat that was lent.
pub(super) struct Done {
    pub(super) lease: Lease,
    /// The mark of a seat that is counted since.
    pub(super) mark: Option<Mark>,
    /// Whether it was sent once only, so that what was read beside it is not too old.
    pub(super) at_once: bool,
}

/// Why it was not.
pub(super) struct Snag {
    /// The grant, where its condition did not hold.
    pub(super) grant: Option<Grant>,
    /// The client's seat, where it was expected not to be there.
    pub(super) own: Option<Lease>,
    pub(super) loss: Loss,
}

/// The conditions of the transactions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Grant,
    Own,
    Other,
}

/// Sends the write.
pub(super) async fn attempt(table: &Table, borrow: &Borrow<'_>, way: &Way) -> Result<Attempt, Fault> {
    let mark = Mark::draw(&table.random, borrow.now);
    let mut transaction = Transaction::new(WHAT);
    let own = keys::lease(borrow.key, borrow.client.digest());
    let lease = match way {
        Way::New => {
            let lease = borrow.lease();
            transaction.create(table, Named::Own, item(own, &LeaseItem::from(&lease))?)?;
            transaction.update(Named::Grant, count(table, borrow, mark))?;
            lease
        }
        Way::Own(before) => {
            let lease = Lease { since: before.since, ..borrow.lease() };
            transaction.update(Named::Own, renew(table, own, &lease)?)?;
            transaction.check(Named::Grant, check(table, borrow))?;
            lease
        }
        Way::Over(other) => {
            let lease = borrow.lease();
            transaction.delete_where(Named::Other, free(table, keys::lease(borrow.key, *other), borrow.now.as_seconds()))?;
            transaction.create(table, Named::Own, item(own, &LeaseItem::from(&lease))?)?;
            transaction.check(Named::Grant, check(table, borrow))?;
            lease
        }
    };
    match transaction.attempt(table).await {
        Ok(attempts) => {
            let mark = matches!(way, Way::New).then_some(mark);
            Ok(Attempt::Done(Done { lease, mark, at_once: attempts == 1 }))
        }
        Err(NotDone::Fault(fault)) => Err(fault),
        Err(NotDone::Conditions(failed, loss)) => Ok(Attempt::Failed(Box::new(snag(borrow.key, failed, loss)?))),
    }
}

/// Counts a seat, where one is left.
fn count(table: &Table, borrow: &Borrow<'_>, mark: Mark) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
    let mut condition = entitled(borrow);
    condition
        .name("#limit", grant_names::LIMIT)
        .name("#took", grant_names::TOOK)
        .value(":one", number(1))
        .value(":mark", mark.attribute())
        .term("(attribute_not_exists(#limit) OR #taken < #limit)");
    Update::builder()
        .table_name(table.name())
        .set_key(Some(keys::grant(borrow.key).attributes()))
        .update_expression("SET #taken = #taken + :one, #took = :mark")
        .condition_expression(condition.expression())
        .set_expression_attribute_names(Some(condition.names()))
        .set_expression_attribute_values(Some(condition.values()))
}

/// States that the licence may be used, where no seat is counted anew.
fn check(table: &Table, borrow: &Borrow<'_>) -> aws_sdk_dynamodb::types::builders::ConditionCheckBuilder {
    let condition = entitled(borrow);
    ConditionCheck::builder()
        .table_name(table.name())
        .set_key(Some(keys::grant(borrow.key).attributes()))
        .condition_expression(condition.expression())
        .set_expression_attribute_names(Some(condition.names()))
        .set_expression_attribute_values(Some(condition.values()))
}

fn entitled(borrow: &Borrow<'_>) -> Condition {
    let mut condition = Condition::entitled(borrow.product, borrow.now);
    condition.taking(LicenseMode::Floating).name("#taken", grant_names::TAKEN).term("attribute_exists(#taken)");
    condition
}

/// Renews the client's own seat.
fn renew(table: &Table, key: keys::Key, lease: &Lease) -> Result<aws_sdk_dynamodb::types::builders::UpdateBuilder, Fault> {
    let mut update = GrantUpdate::new();
    update
        .set(names::EXPIRES, number(lease.expires.as_seconds()))
        .set_or_remove(names::NAME, lease.name.as_ref().map(attribute).transpose()?)
        .set_or_remove(names::ADDRESS, lease.address.as_ref().map(attribute).transpose()?);
    Ok(update.build(table.name(), key))
}

/// Deletes a seat whose time is over.
pub(super) fn free(table: &Table, key: keys::Key, now: i64) -> aws_sdk_dynamodb::types::builders::DeleteBuilder {
    Delete::builder()
        .table_name(table.name())
        .set_key(Some(key.attributes()))
        .condition_expression("attribute_exists(#pk) AND #expires <= :now")
        .expression_attribute_names("#pk", PK)
        .expression_attribute_names("#expires", names::EXPIRES)
        .expression_attribute_values(":now", number(now))
}

fn snag(key: KeyDigest, failed: Vec<Failed<Named>>, loss: Loss) -> Result<Snag, Fault> {
    let mut snag = Snag { grant: None, own: None, loss };
    for Failed { condition, item } in failed {
        let Some(item): Option<Item> = item else { continue };
        match condition {
            Named::Grant => snag.grant = Some(Grant::from_item(key, item)?),
            Named::Own => snag.own = Some(lease(item)?),
            Named::Other => {}
        }
    }
    Ok(snag)
}
