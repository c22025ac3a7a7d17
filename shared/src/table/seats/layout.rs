//! What a new seat limit does to the seats: nothing, or moving all of them into the other layout in one transaction. And what another
//! mode does: it is taken up by a licence whose seats are all free.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::grant::{Grant, Seats};
use crate::domain::key::KeyDigest;
use crate::domain::license::License;
use crate::domain::seat::{Layout, MAP_LIMIT};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::table::grants::{SeatItem, names, seat_from_item};
use crate::table::images::{stay, went};
use crate::table::item::{Item, attribute, item, number, text};
use crate::table::update::GrantUpdate;
use crate::table::{Freshness, Table, keys};

/// Why a limit cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) enum Unmovable {
    /// More seats are taken than it allows.
    SeatsInUse(u32),
    /// Seats came and went while they were read.
    Changed,
}

/// What has to be written beside the grant.
#[derive(Default)]
pub(in crate::table) struct Moves {
    pub(in crate::table) put: Vec<Item>,
    pub(in crate::table) delete: Vec<keys::Key>,
}

impl Table {
    /// Adds to `update` what gives the grant the limit and the mode of `after`, on the condition that no more seats than that are
    /// taken, and none where the mode is another.
    pub(in crate::table) async fn move_seats(
        &self,
        key: KeyDigest,
        after: &License,
        now: Timestamp,
        update: &mut GrantUpdate,
    ) -> Result<Result<Moves, Unmovable>, Fault> {
        let limit = after.seat_limit;
        let stored = self.get(keys::grant(key), Freshness::Strong).await?;
        let stored = stored.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence has no grant"))?;
        let as_stored = stored.get(names::SEATS).cloned();
        let grant = Grant::from_item(key, stored)?;
        let taken = grant.seats.taken();
        if limit.number().is_some_and(|limit| taken > limit) {
            return Ok(Err(Unmovable::SeatsInUse(taken)));
        }
        update.set_or_remove(names::LIMIT, limit.number().map(number));
        if grant.mode != after.mode {
            return Ok(change_mode(&grant, after, update));
        }
        match (&grant.seats, after.layout()) {
            (Seats::Map(_), Layout::Map) => {
                update.require("size(#seats) <= :most").name("#seats", names::SEATS).value(":most", number(limit.number().unwrap_or(0)));
            }
            (Seats::Items { .. }, Layout::Items) => {
                update.name("#taken", names::TAKEN);
                match limit.number() {
                    Some(limit) => update.require("#taken <= :most").value(":most", number(limit)),
                    None => update.require("attribute_exists(#taken)"),
                };
            }
            (Seats::Map(seats), Layout::Items) => {
                // The whole map must be as it was read, attribute for attribute: whoever comes between makes this attempt fail.
                let as_stored = as_stored.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a grant has no seats"))?;
                update.require("#seats = :seen").name("#seats", names::SEATS).value(":seen", as_stored);
                update.remove(names::SEATS).set(names::TAKEN, number(taken));
                // By the mark whoever is told of these items knows that nobody took a seat.
                let mark = self.moving_mark();
                let put = seats.iter().map(|(digest, seat)| {
                    let mut item = item(keys::seat(key, *digest), &SeatItem::from(seat))?;
                    item.insert(names::MOVED.to_owned(), text(&mark));
                    Ok(item)
                });
                return Ok(Ok(Moves { put: put.collect::<Result<_, Fault>>()?, delete: Vec::new() }));
            }
            (Seats::Items { .. }, Layout::Map) => return self.gather(&grant, taken, now, update).await,
        }
        Ok(Ok(Moves::default()))
    }

    /// Collects the seat items into a map: at most 50, for there are no more than the new limit.
    async fn gather(&self, grant: &Grant, taken: u32, now: Timestamp, update: &mut GrantUpdate) -> Result<Result<Moves, Unmovable>, Fault> {
        let limit = i32::try_from(MAP_LIMIT).unwrap_or(i32::MAX).saturating_add(1);
        let (items, _) = self.query(&keys::seats(grant.key), None, limit, Freshness::Strong).await?;
        // The counter and the seats are read one after the other. Where their numbers differ, somebody came between.
        if u32::try_from(items.len()).ok() != Some(taken) {
            return Ok(Err(Unmovable::Changed));
        }
        let mut seats = BTreeMap::new();
        let (mut delete, mut stays) = (Vec::new(), Vec::new());
        for item in items {
            stays.push(stay(&item)?);
            let seat = seat_from_item(item)?;
            let digest = seat.device.digest();
            delete.push(keys::seat(grant.key, digest));
            seats.insert(digest, SeatItem::from(&seat));
        }
        // Each of these seats must still be there, and their number must be the number of all: then they are all there are.
        update.require("#taken = :taken").name("#taken", names::TAKEN).value(":taken", number(taken));
        update.remove(names::TAKEN).remove(names::TOOK).set(names::SEATS, attribute(&seats)?);
        // Whoever is told that these items are gone must know that nobody gave up a seat.
        let put = if stays.is_empty() { Vec::new() } else { vec![went(grant.key, &self.moving_mark(), stays, now)?] };
        Ok(Ok(Moves { put, delete }))
    }

    fn moving_mark(&self) -> String {
        self.random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 20)
    }
}

/// Seats of one kind mean nothing in another mode: all must be free, development sites and floating seats whose time is over included.
fn change_mode(grant: &Grant, after: &License, update: &mut GrantUpdate) -> Result<Moves, Unmovable> {
    let free = u32::try_from(grant.free.len()).unwrap_or(u32::MAX);
    let taken = grant.seats.taken().saturating_add(free);
    if taken > 0 {
        return Err(Unmovable::SeatsInUse(taken));
    }
    update.value(":none", number(0)).name("#free", names::FREE).require("size(#free) = :none");
    match &grant.seats {
        Seats::Map(_) => update.name("#seats", names::SEATS).require("size(#seats) = :none"),
        Seats::Items { .. } => update.name("#taken", names::TAKEN).require("#taken = :none"),
    };
    match (&grant.seats, after.layout()) {
        (Seats::Map(_), Layout::Map) | (Seats::Items { .. }, Layout::Items) => {}
        (Seats::Map(_), Layout::Items) => {
            update.remove(names::SEATS).set(names::TAKEN, number(0));
        }
        (Seats::Items { .. }, Layout::Map) => {
            update.remove(names::TAKEN).remove(names::TOOK).set(names::SEATS, AttributeValue::M(HashMap::new()));
        }
    }
    Ok(Moves::default())
}
