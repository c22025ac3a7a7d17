//! Licences that come from elsewhere, with the seats that they had there.
//!
//! Record, grant and seats are of one transaction, on the condition that neither key nor number is in use, with as many other licences as
//! fit into it. Where the seats are items and more than a transaction takes, the rest follows in further ones. The grant is marked until they are all there, so that whoever imports
//! the licence again goes on; what was counted is never counted twice, for a seat and its count are written together.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, Update};

use super::grants::{SeatItem, names};
use super::item::{item, number};
use super::keys::{self, PK};
use super::licenses::record;
use super::together::{Made, NewThing};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::assignment::SeatMap;
use crate::domain::grant::{Grant, Seats};
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::license::License;
use crate::domain::seat::{Layout, Seat, SeatDigest, SeatLimit};
use crate::fault::Fault;

/// The most seats that are written beside something else: a transaction has 100 writes
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>).
const SEATS_AT_ONCE: usize = 98;

/// The attribute of a grant whose seats are not all written yet.
const UNFINISHED: &str = "importing";

const WHAT: &str = "importing a licence";

/// What a key opens already.
#[derive(Clone, Debug)]
pub(crate) struct Met {
    /// The grant, or what is left of a deleted licence's.
    pub(crate) grant: Grant,
    /// Whether seats of its import are missing.
    pub(crate) is_unfinished: bool,
}

/// Whether an imported licence was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// By this call.
    New,
    /// It was not: the key is in use.
    KeyTaken,
}

/// A licence that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewImport {
    /// The record.
    pub(crate) license: License,
    /// The grant, but for its counted seats.
    pub(crate) grant: Grant,
    /// The counted seats.
    pub(crate) seats: SeatMap,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Grant,
    Seat(SeatDigest),
    Room,
}

/// A seat, and where it lies.
type Placed<'s> = (SeatDigest, &'s Seat);

/// What became of some seats.
enum Added {
    All,
    /// These are held already.
    Held(BTreeSet<SeatDigest>),
    /// No more are to be written: there is no room, or somebody else is done.
    Closed,
}

impl Table {
    /// What these keys open as it is now; those that open nothing and never did are not named. A hundred a call.
    pub(crate) async fn met(&self, digests: &[KeyDigest]) -> Result<HashMap<KeyDigest, Met>, Fault> {
        let mut found = self.get_many(digests.iter().map(|digest| keys::grant(*digest)).collect(), Freshness::Strong).await?;
        let items = digests.iter().filter_map(|digest| Some((*digest, found.take(&keys::grant(*digest))?)));
        let met = items.map(|(digest, item)| {
            let is_unfinished = item.contains_key(UNFINISHED);
            Ok((digest, Met { grant: Grant::from_item(digest, item)?, is_unfinished }))
        });
        met.collect()
    }

    /// The first of `count` numbers for licences that are imported together.
    pub(crate) async fn next_imported(&self, account: AccountId, count: u16) -> Result<LicenseId, Fault> {
        self.next_licenses(account, count).await
    }

    /// Writes licences, whose numbers were drawn for them alone, with their grants and their counted seats; says what became of each, in
    /// their order. No two have one key. A fault leaves some of them done.
    pub(crate) async fn import_licenses(&self, account: AccountId, imports: &[NewImport]) -> Result<Vec<Written>, Fault> {
        let _counts = self.relisting(account);
        let things = imports.iter().map(NewImport::items).collect::<Result<_, _>>()?;
        let made = self.create_together(WHAT, things).await?;
        for (NewImport { license, grant, seats }, _) in imports.iter().zip(&made).filter(|(_, made)| **made == Made::New) {
            let rest = match license.layout() {
                Layout::Map => Vec::new(),
                Layout::Items => split(seats).1,
            };
            if !rest.is_empty() {
                self.add_seats(grant.key, license.seat_limit, rest).await?;
            }
        }
        let written = |made| match made {
            Made::New => Written::New,
            Made::Taken => Written::KeyTaken,
        };
        Ok(made.into_iter().map(written).collect())
    }

    /// Writes what is missing of an imported licence's counted seats.
    pub(crate) async fn finish_import(&self, grant: &Grant, seats: &SeatMap) -> Result<(), Fault> {
        let (beside, rest) = split(seats);
        self.add_seats(grant.key, grant.seat_limit, beside.into_iter().chain(rest).collect()).await
    }

    async fn add_seats(&self, key: KeyDigest, limit: SeatLimit, mut seats: Vec<Placed<'_>>) -> Result<(), Fault> {
        let _changing = self.changing(key, Layout::Items);
        while !seats.is_empty() {
            let some = seats.len().min(SEATS_AT_ONCE);
            match self.add_some(key, limit, &seats[..some]).await? {
                Added::All => drop(seats.drain(..some)),
                Added::Held(held) => seats.retain(|(digest, _)| !held.contains(digest)),
                Added::Closed => break,
            }
        }
        let done = Update::builder().update_expression("REMOVE #unfinished").expression_attribute_names("#unfinished", UNFINISHED);
        let done = done.condition_expression("attribute_exists(#pk)").expression_attribute_names("#pk", PK);
        let mut transaction = Transaction::new(WHAT);
        transaction.update(Condition::Grant, done.table_name(self.name()).set_key(Some(keys::grant(key).attributes())))?;
        match transaction.run(self).await {
            Ok(()) | Err(NotDone::Conditions(..)) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }

    async fn add_some(&self, key: KeyDigest, limit: SeatLimit, seats: &[Placed<'_>]) -> Result<Added, Fault> {
        let more = count(seats);
        let mut condition = "attribute_exists(#unfinished) AND attribute_exists(#taken)".to_owned();
        let mut update = Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::grant(key).attributes()))
            .update_expression("SET #taken = #taken + :more")
            .expression_attribute_names("#taken", names::TAKEN)
            .expression_attribute_names("#unfinished", UNFINISHED)
            .expression_attribute_values(":more", number(more));
        if let Some(limit) = limit.number() {
            let Some(room) = limit.checked_sub(more) else { return Ok(Added::Closed) };
            condition.push_str(" AND #taken <= :room");
            update = update.expression_attribute_values(":room", number(room));
        }
        let mut transaction = Transaction::new(WHAT);
        transaction.update(Condition::Room, update.condition_expression(condition))?;
        for (digest, seat) in seats {
            transaction.create(self, Condition::Seat(*digest), item(keys::seat(key, *digest), &SeatItem::from(*seat))?)?;
        }
        let failed = match transaction.run(self).await {
            Ok(()) => return Ok(Added::All),
            Err(NotDone::Fault(fault)) => return Err(fault),
            Err(NotDone::Conditions(failed, _)) => failed,
        };
        let held: BTreeSet<_> = failed.iter().filter_map(|failed| failed.condition.seat()).collect();
        Ok(if held.is_empty() { Added::Closed } else { Added::Held(held) })
    }
}

impl NewImport {
    /// The items that are one transaction's: of the seats as many as there is room for, and then the grant is marked.
    fn items(&self) -> Result<NewThing, Fault> {
        let Self { license, grant, seats } = self;
        let layout = license.layout();
        let (beside, rest) = match layout {
            Layout::Map => (Vec::new(), Vec::new()),
            Layout::Items => split(seats),
        };
        let held = match layout {
            Layout::Map => Seats::Map(seats.clone()),
            Layout::Items => Seats::Items { taken: count(&beside) },
        };
        let mut stored = Grant { seats: held, ..grant.clone() }.to_item()?;
        if !rest.is_empty() {
            stored.insert(UNFINISHED.to_owned(), AttributeValue::Bool(true));
        }
        let mut others = vec![stored];
        for (digest, seat) in beside {
            others.push(item(keys::seat(grant.key, digest), &SeatItem::from(seat))?);
        }
        Ok(NewThing { own: record(license)?, others })
    }
}

impl Condition {
    fn seat(self) -> Option<SeatDigest> {
        match self {
            Self::Seat(digest) => Some(digest),
            Self::Grant | Self::Room => None,
        }
    }
}

/// The seats that are written with the licence, and those that follow.
fn split(seats: &SeatMap) -> (Vec<Placed<'_>>, Vec<Placed<'_>>) {
    let mut beside: Vec<_> = seats.iter().map(|(digest, seat)| (*digest, seat)).collect();
    let rest = beside.split_off(beside.len().min(SEATS_AT_ONCE));
    (beside, rest)
}

fn count<T>(seats: &[T]) -> u32 {
    u32::try_from(seats.len()).unwrap_or(u32::MAX)
}
