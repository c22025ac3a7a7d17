//! A vendor's change of a licence together with the sites that hold its seats: one transaction over the record, the grant and, where
//! seats are items, the seats.
//!
//! It states what it was decided from. Seats in the grant: both maps as they were read, attribute for attribute. Seats that are items:
//! the counter and the last removal's mark as they were read. Whoever takes a seat raises the counter, whoever gives one up leaves
//! another mark: where both are as they were, so are the seats. The limit and the rule for development sites are the record's too, and
//! so its revision stands for them.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::assignment::{Assignment, SeatMap};
use crate::domain::grant::{Grant, Seats};
use crate::domain::key::KeyDigest;
use crate::domain::license::License;
use crate::fault::{Fault, FaultKind};
use crate::table::call::Loss;
use crate::table::grants::{SeatItem, names, seat_from_item, seat_map};
use crate::table::item::{item, number, value};
use crate::table::licenses::{facts, record};
use crate::table::transact::{NotDone, Transaction};
use crate::table::update::GrantUpdate;
use crate::table::{Freshness, Table, keys};

/// The most seats that are items that one assignment takes and frees together. A transaction has 100 writes at most, and two of them
/// are the record and the grant
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>).
pub const MAX_CHANGES: usize = 90;

/// The most seats of a licence that are read to assign its sites: about a megabyte.
pub const MAX_SEATS_READ: u32 = 10_000;

/// How many seats are read at a time.
const PAGE: i32 = 1_000;

/// A licence's seats, all of them, as an assignment is decided from.
#[derive(Clone, Debug)]
pub struct Seating {
    /// The grant.
    pub grant: Grant,
    /// The counted seats.
    pub counted: SeatMap,
    stored: Stored,
}

/// What the grant's item had, for the condition.
#[derive(Clone, Debug)]
struct Stored {
    seats: Option<AttributeValue>,
    free: Option<AttributeValue>,
    freed: Option<AttributeValue>,
}

/// Why seats were not read.
#[derive(Debug)]
pub enum SeatingError {
    /// They came and went while they were read.
    Changed,
    /// There are too many of them.
    TooMany {
        /// How many.
        taken: u32,
    },
    /// A fault of ours.
    Fault(Fault),
}

/// Why an assignment was not written.
#[derive(Debug)]
pub enum AssignError {
    /// Somebody else changed the licence or its seats since they were read.
    Changed,
    /// The same, or it was written by an attempt whose answer was lost: the record stands as this change leaves it.
    Unclear,
    /// A fault of ours.
    Fault(Fault),
}

/// The conditions of the transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Record,
    Grant,
    Seat,
}

impl Table {
    /// A licence's grant and all its counted seats, strongly consistent: one read, and one more a thousand seats that are items.
    pub async fn seating(&self, key: KeyDigest) -> Result<Seating, SeatingError> {
        let item = self.get(keys::grant(key), Freshness::Strong).await?;
        let item = item.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence has no grant"))?;
        let stored = |name: &str| item.get(name).cloned();
        let stored = Stored { seats: stored(names::SEATS), free: stored(names::FREE), freed: stored(names::FREED) };
        let grant = Grant::from_item(key, item)?;
        let counted = match &grant.seats {
            Seats::Map(seats) => seats.clone(),
            Seats::Items { taken } => self.all_seats(key, *taken).await?,
        };
        Ok(Seating { grant, counted, stored })
    }

    /// All seats that are items. The grant was read before: where their number is another, somebody came between.
    async fn all_seats(&self, key: KeyDigest, taken: u32) -> Result<SeatMap, SeatingError> {
        if taken > MAX_SEATS_READ {
            return Err(SeatingError::TooMany { taken });
        }
        let mut seats = SeatMap::new();
        let mut after = None;
        loop {
            let (items, next) = self.query(&keys::seats(key), after, PAGE, Freshness::Strong).await?;
            for item in items {
                let seat = seat_from_item(item)?;
                seats.insert(seat.device.digest(), seat);
            }
            let found = u32::try_from(seats.len()).unwrap_or(u32::MAX);
            match next {
                Some(next) if found <= taken => after = Some(next),
                None if found == taken => return Ok(seats),
                Some(_) | None => return Err(SeatingError::Changed),
            }
        }
    }

    /// Writes `after` where `before` was read, and `assignment` where `seating` was.
    pub async fn assign_sites(
        &self,
        before: &License,
        after: &License,
        seating: &Seating,
        assignment: &Assignment,
    ) -> Result<(), AssignError> {
        let key = before.key.digest();
        let _changing = self.changing(key, seating.grant.seats.layout());
        let mut transaction = Transaction::new("assigning sites");
        transaction.revise(self, Named::Record, &record(before)?, record(after)?, before.revision)?;
        let mut update = GrantUpdate::new();
        facts(after, &mut update)?;
        seating.unchanged(&mut update);
        update.set(names::FREE, seat_map(&assignment.free)?);
        match &seating.grant.seats {
            Seats::Map(seats) => {
                let mut seats = seats.clone();
                seats.retain(|digest, _| !assignment.freed.contains_key(digest));
                seats.extend(assignment.taken.clone());
                update.set(names::SEATS, seat_map(&seats)?);
                transaction.update(Named::Grant, update.build(self.name(), keys::grant(key)))?;
            }
            Seats::Items { taken } => {
                let count = |seats: &SeatMap| u32::try_from(seats.len()).unwrap_or(u32::MAX);
                let taken = taken.saturating_add(count(&assignment.taken)).saturating_sub(count(&assignment.freed));
                update.set(names::TAKEN, number(taken));
                transaction.update(Named::Grant, update.build(self.name(), keys::grant(key)))?;
                for (digest, seat) in &assignment.taken {
                    transaction.create(self, Named::Seat, item(keys::seat(key, *digest), &SeatItem::from(seat))?)?;
                }
                for digest in assignment.freed.keys() {
                    transaction.delete(self, Named::Seat, keys::seat(key, *digest))?;
                }
            }
        }
        let (failed, loss) = match transaction.run(self).await {
            Ok(()) => return Ok(()),
            Err(NotDone::Fault(fault)) => return Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => (failed, loss),
        };
        let record = failed.into_iter().find(|failed| failed.condition == Named::Record);
        let stands = record.and_then(|failed| failed.item).map(value::<License>).transpose()?;
        // Another assignment leaves the same record where only the sites differ: that it stands so does not yet make it ours.
        if loss == Loss::Before && stands.as_ref() == Some(after) { Err(AssignError::Unclear) } else { Err(AssignError::Changed) }
    }
}

impl Seating {
    /// Adds the condition that the seats are these.
    fn unchanged(&self, update: &mut GrantUpdate) {
        let mut same = |name: &str, stored: &Option<AttributeValue>| {
            let (placeholder, seen) = (format!("#{name}"), format!(":seen_{name}"));
            update.name(&placeholder, name);
            match stored {
                Some(value) => update.require(&format!("{placeholder} = {seen}")).value(&seen, value.clone()),
                None => update.require(&format!("attribute_not_exists({placeholder})")),
            };
        };
        same(names::FREE, &self.stored.free);
        match &self.grant.seats {
            Seats::Map(_) => same(names::SEATS, &self.stored.seats),
            Seats::Items { taken } => {
                same(names::TAKEN, &Some(number(taken)));
                same(names::FREED, &self.stored.freed);
            }
        }
    }
}

impl From<Fault> for SeatingError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Fault> for AssignError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
