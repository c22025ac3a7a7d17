//! Licences: the vendor's record and the grant, written together.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put};
use serde::de::DeserializeOwned;

use super::call::Loss;
use super::grants::{licensee_attribute, names, stored_development};
use super::item::{Item, attribute, item, number, text, value};
use super::keys::{self, CUSTOMER_KEY, EMAIL_KEY, LICENSE_NUMBER, PRODUCT_KEY};
use super::seats::layout::Unmovable;
use super::transact::{NotDone, Transaction};
use super::update::GrantUpdate;
use super::{Freshness, Table};
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::license::License;
use crate::domain::seat::Layout;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// A licence that was issued.
#[derive(Clone, Debug)]
pub enum Issued {
    /// By this call.
    New,
    /// Before, for the same line of the same order.
    Before(Box<License>),
}

/// Why a licence was not issued.
#[derive(Debug)]
pub enum IssueError {
    /// A licence of the deployment has this key.
    KeyTaken,
    /// The licence that had this number was deleted.
    Deleted,
    /// A fault of ours.
    Fault(Fault),
}

/// Where a new licence's number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    /// It was drawn for this call alone, or with a line that was taken for it.
    Afresh,
    /// It is that of an order's line, which may be asked for again, and was before perhaps.
    ByLine,
}

/// Why a change of a licence was not written.
#[derive(Debug)]
pub enum EditError {
    /// Somebody else changed the licence since it was read, or its seats while it was being written.
    Changed,
    /// More seats are taken than the new limit allows, or any where the mode is to be another.
    SeatsInUse(u32),
    /// The order that it was to be moved to is not there.
    NoOrder,
    /// A fault of ours.
    Fault(Fault),
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T, N = LicenseId> {
    /// Its entries.
    pub items: Vec<T>,
    /// The last entry, after which the next page begins, where there may be one.
    pub next: Option<N>,
}

impl<T: DeserializeOwned, N> Page<T, N> {
    /// What an empty list, or the end of one, has.
    pub(super) fn end() -> Self {
        Self { items: Vec::new(), next: None }
    }

    /// These items; with more of them to come after the last, which `number` tells.
    pub(super) fn of(items: Vec<Item>, has_more: bool, number: impl Fn(&T) -> N) -> Result<Self, Fault> {
        let items = items.into_iter().map(value).collect::<Result<Vec<T>, _>>()?;
        let next = if has_more { items.last().map(number) } else { None };
        Ok(Self { items, next })
    }
}

/// The conditions of issuing and changing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    KeyFree,
    NumberFree,
    NotDeleted,
    RecordUnchanged,
    GrantUnchanged,
    Seat,
    OrderThere,
    OrderLink,
}

impl Table {
    /// Writes a new licence and its grant, unless the key is in use; a line of an order gets exactly one (reliability I4), for
    /// its number is the line's. That holds for good: where the one that it had was deleted, it gets none.
    ///
    /// A number that was drawn was nobody's before, so only a line's is compared with those of deleted licences: two write units more.
    pub async fn issue_license(&self, license: &License, grant: &Grant, numbered: Numbered) -> Result<Issued, IssueError> {
        let _counts = self.relisting(license.account);
        let mut transaction = Transaction::new("issuing a licence");
        transaction.create(self, Condition::KeyFree, grant.to_item()?)?;
        transaction.create(self, Condition::NumberFree, record(license)?)?;
        if numbered == Numbered::ByLine {
            transaction.forbid(self, Condition::NotDeleted, keys::deleted_license(license.account, license.id))?;
        }
        let (failed, loss) = match transaction.run(self).await {
            Ok(()) => return Ok(Issued::New),
            Err(NotDone::Fault(fault)) => return Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => (failed, loss),
        };
        if failed.iter().any(|failed| failed.condition == Condition::NotDeleted) {
            return Err(IssueError::Deleted);
        }
        let number = failed.into_iter().fold(None, |number, failed| match failed.condition {
            Condition::NumberFree => Some(failed.item),
            Condition::KeyFree
            | Condition::NotDeleted
            | Condition::RecordUnchanged
            | Condition::GrantUnchanged
            | Condition::Seat
            | Condition::OrderThere
            | Condition::OrderLink => number,
        });
        match number {
            None => Err(IssueError::KeyTaken),
            // An order's line has its number from the order: whoever asks for the line asks for that one licence.
            Some(before) if license.order_line.is_some() => {
                let before = before.ok_or_else(|| Fault::new(FaultKind::Corrupt, "issuing a licence: the number is in use by nothing"))?;
                Ok(Issued::Before(Box::new(value(before)?)))
            }
            // Any other number was drawn for this call alone: an attempt whose answer was lost has written all of this.
            Some(_) if loss == Loss::Before => Ok(Issued::New),
            Some(_) => Err(Fault::new(FaultKind::Corrupt, "issuing a licence: the number is in use").into()),
        }
    }

    /// The licence with this number.
    pub async fn license(&self, account: AccountId, id: LicenseId) -> Result<Option<License>, Fault> {
        self.get(keys::license(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// Writes `after` where `before` was read, to the record and to the grant. Where it is another order's afterwards, that one has it
    /// from the same moment on.
    pub async fn edit_license(&self, before: &License, after: &License, now: Timestamp) -> Result<(), EditError> {
        let key = before.key.digest();
        let _changing = self.changing(key, widest(before, after));
        let _counts = self.relisting(after.account);
        let mut update = GrantUpdate::new();
        facts(after, &mut update)?;
        let moves = if (before.seat_limit, before.mode) == (after.seat_limit, after.mode) {
            None
        } else {
            match self.move_seats(key, after, now, &mut update).await? {
                Ok(moves) => Some(moves),
                Err(Unmovable::SeatsInUse(taken)) => return Err(EditError::SeatsInUse(taken)),
                Err(Unmovable::Changed) => return Err(EditError::Changed),
            }
        };
        let mut transaction = Transaction::new("changing a licence");
        transaction.revise(self, Condition::RecordUnchanged, &record(before)?, record(after)?, before.revision)?;
        transaction.update(Condition::GrantUnchanged, update.build(self.name(), keys::grant(key)))?;
        self.relink(before, after, &mut transaction)?;
        for item in moves.iter().flat_map(|moves| &moves.put) {
            transaction.create(self, Condition::Seat, item.clone())?;
        }
        for key in moves.iter().flat_map(|moves| &moves.delete) {
            transaction.delete(self, Condition::Seat, key.clone())?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Conditions(failed, _)) => {
                if failed.iter().all(|failed| failed.condition == Condition::OrderThere) {
                    return Err(EditError::NoOrder);
                }
                // An attempt of ours whose answer was lost left the record just so.
                let record = failed.into_iter().find(|failed| failed.condition == Condition::RecordUnchanged);
                let stands = record.and_then(|failed| failed.item).map(value::<License>).transpose()?;
                if stands.as_ref() == Some(after) { Ok(()) } else { Err(EditError::Changed) }
            }
            Err(NotDone::Fault(fault)) => Err(fault.into()),
        }
    }

    /// Lets the orders know that a licence goes from one to another. That it came to one is said even where the order has its number:
    /// whoever lists the order sees it once all the same.
    fn relink(&self, before: &License, after: &License, transaction: &mut Transaction<Condition>) -> Result<(), Fault> {
        let [from, to] = [before, after].map(|license| license.order_line.map(|line| line.order));
        if from == to {
            return Ok(());
        }
        if let Some(from) = from {
            let link = keys::order_license(before.account, from, before.id);
            transaction.delete_if(Condition::OrderLink, Delete::builder().table_name(self.name()).set_key(Some(link.attributes())))?;
        }
        if let Some(to) = to {
            transaction.require(self, Condition::OrderThere, keys::order(after.account, to))?;
            let link = item(keys::order_license(after.account, to, after.id), &BTreeMap::from([("license", after.id.get())]))?;
            transaction.put(Condition::OrderLink, Put::builder().table_name(self.name()).set_item(Some(link)))?;
        }
        Ok(())
    }

    /// The vendor's record of the licence that a key's grant belongs to.
    pub async fn license_of(&self, key: KeyDigest) -> Result<Option<License>, Fault> {
        match self.grant(key, Freshness::Strong).await? {
            Some(grant) => self.license(grant.account, grant.license).await,
            None => Ok(None),
        }
    }
}

/// The record's item, with the keys of the indexes.
pub(super) fn record(license: &License) -> Result<Item, Fault> {
    let mut record = item(keys::license(license.account, license.id), license)?;
    record.insert(LICENSE_NUMBER.to_owned(), number(license.id));
    let of_product = match license.terms.template {
        Some(template) => keys::template_partition(license.account, license.product, template),
        None => keys::product_partition(license.account, license.product),
    };
    record.insert(PRODUCT_KEY.to_owned(), text(of_product));
    if let Some(customer) = license.customer {
        record.insert(CUSTOMER_KEY.to_owned(), text(keys::customer_partition(license.account, customer)));
    }
    if let Some(email) = license.licensee.as_ref().and_then(|licensee| licensee.email.as_ref()) {
        record.insert(EMAIL_KEY.to_owned(), text(keys::email_partition(license.account, email)));
    }
    Ok(record)
}

/// Items, if the seats are items before or afterwards.
pub(super) fn widest(before: &License, after: &License) -> Layout {
    match (before.layout(), after.layout()) {
        (Layout::Map, Layout::Map) => Layout::Map,
        (Layout::Items, _) | (_, Layout::Items) => Layout::Items,
    }
}

/// What the grant shares with the record, apart from the limit.
pub(super) fn facts(license: &License, update: &mut GrantUpdate) -> Result<(), Fault> {
    let licensee = license.licensee.as_ref().map(licensee_attribute).transpose()?;
    let development = stored_development(&license.development_sites).as_ref().map(attribute).transpose()?;
    update
        .set(names::STANDING, text(license.state.standing().name()))
        .set_or_remove(names::MODE, (!license.mode.is_usual()).then(|| text(license.mode.name())))
        .set_or_remove(names::TRACE, license.trace.then_some(AttributeValue::Bool(true)))
        .set_or_remove(names::STARTS, license.validity.from.map(Timestamp::as_micros).map(number))
        .set_or_remove(names::ENDS, license.validity.until.map(Timestamp::as_micros).map(number))
        .set_or_remove(names::LICENSEE, licensee)
        .set_or_remove(names::DEVELOPMENT, development);
    Ok(())
}

impl From<Fault> for IssueError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Fault> for EditError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
