//! Records that staff manage: each has a number in its account, is listed by number, and is changed by whoever has seen its
//! last revision.
//!
//! Customers, contacts, templates and the like differ in what they hold and not in how they are kept; this is how.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Delete;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::call::Loss;
use super::item::{Item, item, number, text, value};
use super::keys::{self, BY_CUSTOMER, BY_EMAIL, BY_PRODUCT, CUSTOMER_KEY, EMAIL_KEY, Kind, LICENSE_NUMBER, PRODUCT_KEY, TTL};
use super::lists::Query;
use super::transact::{NotDone, Transaction};
use super::{Freshness, Page, Span, Table};
use crate::domain::ids::{AccountId, CustomerId, ProductId, ReleaseId, ResourceId};
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// Something that staff manage.
pub trait Record: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync {
    /// What sort of thing it is: names its items and its counter.
    const KIND: Kind;

    /// The account.
    fn account(&self) -> AccountId;

    /// Its number within the account.
    fn number(&self) -> u32;

    /// Counts the changes, from 1.
    fn revision(&self) -> u32;

    /// The texts that no other record of its kind in the account may have, each under the name of its sort.
    fn unique(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The first moment at which it is kept no longer, where there is one. The store tidies it up some time later.
    fn ends(&self) -> Option<Timestamp> {
        None
    }

    /// The lists that it is found in, beside that of its kind.
    fn lists(&self) -> Vec<List> {
        Vec::new()
    }
}

/// A list of records of one kind that one attribute selects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Of one customer.
    Customer(CustomerId),
    /// Of one product.
    Product(ProductId),
    /// With one e-mail address.
    Email(Email),
    /// Of one release. Lies in the index by customer: no record is in lists of both.
    Release(ReleaseId),
    /// That refer to one resource. Lies in the index by e-mail address, as above.
    Resource(ResourceId),
}

/// Why a record was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Another record has the text of this name.
    #[error("another record has the same {0}")]
    NotUnique(&'static str),
    /// It was changed or deleted since it was read.
    #[error("the record was changed or deleted since it was read")]
    Changed,
    /// A fault of ours.
    #[error(transparent)]
    Fault(Fault),
}

/// The conditions of writing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Record,
    Unique(&'static str),
}

impl Table {
    /// The number for a new record of a kind.
    pub async fn next_record<R: Record>(&self, account: AccountId) -> Result<u32, Fault> {
        self.next(Some(account), R::KIND, |number| i32::try_from(number).is_ok().then_some(number)).await
    }

    /// Writes a new record, whose number is fresh from [`Self::next_record`].
    pub async fn create_record<R: Record>(&self, record: &R) -> Result<(), RecordError> {
        let _counts = self.relisting(record.account());
        let mut transaction = Transaction::new("creating a record");
        transaction.create(self, Named::Record, stored(record)?)?;
        for (name, text) in record.unique() {
            transaction.create(self, Named::Unique(name), holder(record, name, &text)?)?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => {
                if failed.iter().any(|failed| failed.condition == Named::Record) {
                    // The number was drawn for this call alone: an attempt whose answer was lost has written all of this.
                    return match loss {
                        Loss::Before => Ok(()),
                        Loss::None => Err(Fault::new(FaultKind::Corrupt, "creating a record: the number is in use").into()),
                    };
                }
                Err(taken(failed.iter().map(|failed| failed.condition)))
            }
        }
    }

    /// The record with this number.
    pub async fn record<R: Record>(&self, account: AccountId, number: u32, freshness: Freshness) -> Result<Option<R>, Fault> {
        self.get(keys::record(account, R::KIND, number), freshness).await?.map(value).transpose()
    }

    /// The record that has a text which is unique among its kind.
    pub async fn record_with<R: Record>(&self, account: AccountId, name: &'static str, text: &str) -> Result<Option<R>, Fault> {
        let holder = self.get(keys::unique(account, R::KIND, name, text), Freshness::Strong).await?;
        let number = holder.as_ref().and_then(|holder| holder.get("number")?.as_n().ok()?.parse().ok());
        match number {
            Some(number) => self.record(account, number, Freshness::Strong).await,
            None => Ok(None),
        }
    }

    /// Writes `after` where `before` was read. Their account, kind and number are the same, and the revision is the next.
    pub async fn replace_record<R: Record>(&self, before: &R, after: &R) -> Result<(), RecordError> {
        let _counts = self.relisting(before.account());
        let mut transaction = Transaction::new("changing a record");
        transaction.revise(self, Named::Record, &stored(before)?, stored(after)?, before.revision())?;
        let (old, new) = (before.unique(), after.unique());
        for (name, text) in new.iter().filter(|unique| !old.contains(unique)) {
            transaction.create(self, Named::Unique(name), holder(after, name, text)?)?;
        }
        for (name, text) in old.iter().filter(|unique| !new.contains(unique)) {
            transaction.delete(self, Named::Unique(name), keys::unique(before.account(), R::KIND, name, text))?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => {
                let (failed, record): (Vec<_>, Vec<_>) = failed.into_iter().partition(|failed| failed.condition != Named::Record);
                let Some(record) = record.into_iter().next() else {
                    return Err(taken(failed.iter().map(|failed| failed.condition)));
                };
                // An attempt of ours whose answer was lost left the record just so. Where none was lost it was somebody else, who made
                // the same of it: what adds to what was read, such as a count, has to be done again.
                let stands = record.item.map(value::<R>).transpose()?;
                if loss == Loss::Before && stands.as_ref() == Some(after) { Ok(()) } else { Err(RecordError::Changed) }
            }
        }
    }

    /// Deletes what was read. Its number is not given out again.
    pub async fn delete_record<R: Record>(&self, record: &R) -> Result<(), RecordError> {
        let _counts = self.relisting(record.account());
        let mut transaction = Transaction::new("deleting a record");
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::record(record.account(), R::KIND, record.number()).attributes()))
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(record.revision()));
        transaction.delete_where(Named::Record, delete)?;
        for (name, text) in record.unique() {
            transaction.delete(self, Named::Unique(name), keys::unique(record.account(), R::KIND, name, &text))?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            // Where it is gone after an attempt whose answer was lost, it was that attempt, or somebody else with the same wish.
            Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => Ok(()),
            Err(NotDone::Conditions(..)) => Err(RecordError::Changed),
        }
    }

    /// At most `limit` records of a kind, of one list where one is named, after the number `after`, in the order of their
    /// numbers. May lag a moment behind what was written.
    pub async fn records<R: Record>(
        &self,
        account: AccountId,
        list: Option<&List>,
        after: Option<u32>,
        limit: u16,
    ) -> Result<Page<R, u32>, Fault> {
        self.records_in(account, list, Span::ALL, after, limit).await
    }

    /// The same of those with a number in `span`, which way round that says.
    pub async fn records_in<R: Record>(
        &self,
        account: AccountId,
        list: Option<&List>,
        span: Span,
        after: Option<u32>,
        limit: u16,
    ) -> Result<Page<R, u32>, Fault> {
        let Some(span) = span.rest(after) else { return Ok(Page::end()) };
        let (items, has_more) = self.record_page(&query::<R>(account, list, span), limit).await?;
        Page::of(items, has_more, Record::number)
    }

    /// Passes over `count` records of such a list, as far as one call goes: how many it passed, and the number of the last of them
    /// where there may be more. They are counted where they are and not sent.
    pub async fn pass_records<R: Record>(
        &self,
        account: AccountId,
        list: Option<&List>,
        span: Span,
        after: Option<u32>,
        count: u32,
    ) -> Result<(u32, Option<u32>), Fault> {
        let Some(span) = span.rest(after) else { return Ok((0, None)) };
        self.pass(&query::<R>(account, list, span), count).await
    }
}

/// The query for the records of a kind, of one list where one is named.
fn query<R: Record>(account: AccountId, list: Option<&List>, span: Span) -> Query {
    match list {
        None => Query::of_records(account, R::KIND, span),
        Some(list) => {
            let (index, key) = list.index();
            Query::of_index(index, key, list.partition::<R>(account), span)
        }
    }
}

impl List {
    /// The index, and its partition key's name.
    fn index(&self) -> (&'static str, &'static str) {
        match self {
            Self::Customer(_) | Self::Release(_) => (BY_CUSTOMER, CUSTOMER_KEY),
            Self::Product(_) => (BY_PRODUCT, PRODUCT_KEY),
            Self::Email(_) | Self::Resource(_) => (BY_EMAIL, EMAIL_KEY),
        }
    }

    /// The partition in the index: apart from that of every other kind, licences above all.
    fn partition<R: Record>(&self, account: AccountId) -> String {
        let of = match self {
            Self::Customer(customer) => keys::customer_partition(account, *customer),
            Self::Product(product) => keys::product_partition(account, *product),
            Self::Email(email) => keys::email_partition(account, email),
            Self::Release(release) => keys::release_partition(account, *release),
            Self::Resource(resource) => keys::resource_partition(account, *resource),
        };
        keys::list_partition(R::KIND, &of)
    }
}

/// The record's item, with the keys of the indexes that it is in.
pub(super) fn stored<R: Record>(record: &R) -> Result<Item, Fault> {
    let mut stored = item(keys::record(record.account(), R::KIND, record.number()), record)?;
    let lists = record.lists();
    if !lists.is_empty() {
        stored.insert(LICENSE_NUMBER.to_owned(), number(record.number()));
    }
    for list in lists {
        stored.insert(list.index().1.to_owned(), text(list.partition::<R>(record.account())));
    }
    if let Some(ends) = record.ends() {
        stored.insert(TTL.to_owned(), number(ends.as_seconds()));
    }
    Ok(stored)
}

/// The item that holds a text for one record of its kind.
pub(super) fn holder<R: Record>(record: &R, name: &'static str, text: &str) -> Result<Item, Fault> {
    let holder = BTreeMap::from([("number", record.number())]);
    item(keys::unique(record.account(), R::KIND, name, text), &holder)
}

/// The first text that another record has.
fn taken(failed: impl Iterator<Item = Named>) -> RecordError {
    for failed in failed {
        if let Named::Unique(name) = failed {
            return RecordError::NotUnique(name);
        }
    }
    Fault::new(FaultKind::Corrupt, "a condition failed that was not stated").into()
}

impl From<Fault> for RecordError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
