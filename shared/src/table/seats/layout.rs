//! What a new seat limit does to the seats: nothing, or moving all of them into the other layout in one transaction.

use crate::domain::grant::{Grant, Seats};
use crate::domain::key::KeyDigest;
use crate::domain::seat::{Layout, MAP_LIMIT, SeatLimit};
use crate::fault::{Fault, FaultKind};
use crate::table::grants::{SeatItem, names};
use crate::table::item::{Item, attribute, item, number};
use crate::table::update::GrantUpdate;
use crate::table::{Freshness, Table, keys};

/// More seats are taken than the new limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) struct SeatsInUse(pub(in crate::table) u32);

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
    ) -> Result<Result<Moves, SeatsInUse>, Fault> {
        let grant = self.grant(key, Freshness::Strong).await?.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence has no grant"))?;
        let taken = grant.seats.taken();
        if limit.number().is_some_and(|limit| taken > limit) {
            return Ok(Err(SeatsInUse(taken)));
        }
        update.set_or_remove(names::LIMIT, limit.number().map(number));
        let moves = match (&grant.seats, limit.layout()) {
            (Seats::Map(_), Layout::Map) => {
                update.require("size(#seats) <= :most").name("#seats", names::SEATS).value(":most", number(limit.number().unwrap_or(0)));
                Moves::default()
            }
            (Seats::Items { .. }, Layout::Items) => {
                update.name("#taken", names::TAKEN);
                match limit.number() {
                    Some(limit) => update.require("#taken <= :most").value(":most", number(limit)),
                    None => update.require("attribute_exists(#taken)"),
                };
                Moves::default()
            }
            (Seats::Map(seats), Layout::Items) => {
                // The whole map must be as it was read: whoever comes between makes this attempt fail.
                let seen: std::collections::BTreeMap<_, SeatItem> = seats.iter().map(|(digest, seat)| (*digest, seat.into())).collect();
                update.require("#seats = :seen").name("#seats", names::SEATS).value(":seen", attribute(&seen)?);
                update.remove(names::SEATS).set(names::TAKEN, number(taken));
                let put = seen.iter().map(|(digest, seat)| item(keys::seat(key, *digest), seat)).collect::<Result<_, _>>()?;
                Moves { put, delete: Vec::new() }
            }
            (Seats::Items { .. }, Layout::Map) => self.gather(&grant, taken, update).await?,
        };
        Ok(Ok(moves))
    }

    /// Collects the seat items into a map: at most 50, for there are no more than the new limit.
    async fn gather(&self, grant: &Grant, taken: u32, update: &mut GrantUpdate) -> Result<Moves, Fault> {
        let most = usize::try_from(MAP_LIMIT).unwrap_or(usize::MAX);
        let items = self.query_all(&keys::seats(grant.key), most).await?;
        let mut seats = std::collections::BTreeMap::new();
        let mut delete = Vec::new();
        for item in items {
            let seat = crate::table::grants::seat_from_item(item)?;
            let digest = seat.device.digest();
            delete.push(keys::seat(grant.key, digest));
            seats.insert(digest, SeatItem::from(&seat));
        }
        // Each of these seats must still be there and their number the same: then they are the same seats.
        update.require("#taken = :taken").name("#taken", names::TAKEN).value(":taken", number(taken));
        update.remove(names::TAKEN).set(names::SEATS, attribute(&seats)?);
        Ok(Moves { put: Vec::new(), delete })
    }
}
