//! What a new seat limit does to the seats: nothing, or moving all of them into the other layout in one transaction.

use std::collections::BTreeMap;

use crate::domain::grant::{Grant, Seats};
use crate::domain::key::KeyDigest;
use crate::domain::seat::{Layout, MAP_LIMIT, SeatLimit};
use crate::fault::{Fault, FaultKind};
use crate::table::grants::{SeatItem, names, seat_from_item};
use crate::table::item::{Item, attribute, item, number};
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
    /// Adds to `update` what makes `limit` the grant's limit, on the condition that no more seats than that are taken.
    pub(in crate::table) async fn move_seats(
        &self,
        key: KeyDigest,
        limit: SeatLimit,
        update: &mut GrantUpdate,
    ) -> Result<Result<Moves, Unmovable>, Fault> {
        let stored = self.get(keys::grant(key), Freshness::Strong).await?;
        let stored = stored.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence has no grant"))?;
        let as_stored = stored.get(names::SEATS).cloned();
        let grant = Grant::from_item(key, stored)?;
        let taken = grant.seats.taken();
        if limit.number().is_some_and(|limit| taken > limit) {
            return Ok(Err(Unmovable::SeatsInUse(taken)));
        }
        update.set_or_remove(names::LIMIT, limit.number().map(number));
        match (&grant.seats, limit.layout()) {
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
                let put = seats.iter().map(|(digest, seat)| item(keys::seat(key, *digest), &SeatItem::from(seat)));
                return Ok(Ok(Moves { put: put.collect::<Result<_, _>>()?, delete: Vec::new() }));
            }
            (Seats::Items { .. }, Layout::Map) => return self.gather(&grant, taken, update).await,
        }
        Ok(Ok(Moves::default()))
    }

    /// Collects the seat items into a map: at most 50, for there are no more than the new limit.
    async fn gather(&self, grant: &Grant, taken: u32, update: &mut GrantUpdate) -> Result<Result<Moves, Unmovable>, Fault> {
        let limit = i32::try_from(MAP_LIMIT).unwrap_or(i32::MAX).saturating_add(1);
        let (items, _) = self.query(&keys::seats(grant.key), None, limit, Freshness::Strong).await?;
        // The counter and the seats are read one after the other. Where their numbers differ, somebody came between.
        if u32::try_from(items.len()).ok() != Some(taken) {
            return Ok(Err(Unmovable::Changed));
        }
        let mut seats = BTreeMap::new();
        let mut delete = Vec::new();
        for item in items {
            let seat = seat_from_item(item)?;
            let digest = seat.device.digest();
            delete.push(keys::seat(grant.key, digest));
            seats.insert(digest, SeatItem::from(&seat));
        }
        // Each of these seats must still be there, and their number must be the number of all: then they are all there are.
        update.require("#taken = :taken").name("#taken", names::TAKEN).value(":taken", number(taken));
        update.remove(names::TAKEN).remove(names::TOOK).set(names::SEATS, attribute(&seats)?);
        Ok(Ok(Moves { put: Vec::new(), delete }))
    }
}
