//! Giving a seat up, and noting that one is in use.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::listing::Beside;
use super::map::{self, Maps};
use super::snapshot::Snapshot;
use super::take::{Round, Snag, Sort, sort};
use super::{ROUNDS, items};
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::{Occupancy, ProductClaim, known};
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Device, Layout, SeatDigest};
use crate::domain::time::Timestamp;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
use crate::table::call::{Patience, Refused, call};
use crate::table::grants::names;
use crate::table::item::number;
use crate::table::keys::{self, PK};
use crate::table::{Freshness, Table};

/// A device that gives its seat up.
#[derive(Clone, Copy, Debug)]
pub struct GiveUp<'a> {
    /// The licence.
    pub key: KeyDigest,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// What gives the seat up.
    pub device: &'a Device,
    /// The present moment.
    pub now: Timestamp,
}

/// Where the seat is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Maps(Maps),
    Item,
}

impl Table {
    /// Frees the seat that the device holds. A device that holds none is told so, and nothing changes.
    ///
    /// A licence that was stopped or has ended gives its seats back too: rungs 1, 2 and 8 of the ladder are what counts.
    pub async fn give_up_seat(&self, give_up: GiveUp<'_>) -> Result<Snapshot, Failure> {
        let hint = self.hints.guess(&give_up.key);
        let mut place = match (hint.layout, sort(give_up.device, &hint.development)) {
            (Layout::Map, _) => Place::Maps(Maps::Both),
            (Layout::Items, Sort::Free) => Place::Maps(Maps::Free),
            (Layout::Items, Sort::Counted) => Place::Item,
        };
        for _ in 0..ROUNDS {
            let changing = self.changing(give_up.key, place.layout());
            let (round, beside) = self.give_up_round(&give_up, place).await;
            let snag = match round? {
                Round::Done(done) => {
                    let snapshot = self.snapshot_after(give_up.key, done, beside).await?;
                    self.hints.learn(&snapshot.grant);
                    changing.left(&snapshot.grant, give_up.now);
                    return Ok(snapshot);
                }
                Round::Failed(snag, _) => snag,
            };
            let turn = changing.left_nothing();
            // The guess was wrong: the next round's condition tells of the seat.
            if let Snag::Seen(Some(grant)) = &snag
                && grant.seats.layout() != place.layout()
            {
                self.hints.met(turn, grant);
                place = place_of(known(Some(grant), give_up.product)?, give_up.device);
                continue;
            }
            let look = self.look_after(turn, give_up.key, give_up.device.digest(), snag).await?;
            let grant = known(look.grant.as_ref(), give_up.product)?;
            self.hints.learn(grant);
            if look.occupancy() == Occupancy::NotHeld {
                return Err(Refusal::NotActivatedHere.into());
            }
            place = place_of(grant, give_up.device);
        }
        Err(Failure::Fault(Fault::new(FaultKind::Contended, "giving up a seat")))
    }

    /// One write, and where seats are items what the answer shows: side by side, so that it takes no longer.
    async fn give_up_round(&self, give_up: &GiveUp<'_>, place: Place) -> (Result<Round, Fault>, Beside) {
        let listing = || self.listing(give_up.key, Freshness::Strong);
        match place {
            Place::Maps(Maps::Both) => (map::give_up(self, give_up, Maps::Both).await, Ok(None)),
            Place::Maps(Maps::Free) => tokio::join!(map::give_up(self, give_up, Maps::Free), listing()),
            Place::Item => tokio::join!(items::give_up(self, give_up), listing()),
        }
    }

    /// Notes that a seat of `grant` was used at `now`. One attempt: what is lost is noted the next time.
    pub async fn note_seen(&self, grant: &Grant, seat: SeatDigest, now: Timestamp) -> Result<(), Fault> {
        let in_seats = matches!(&grant.seats, crate::domain::grant::Seats::Map(seats) if seats.contains_key(&seat));
        let (key, path) = if in_seats {
            (keys::grant(grant.key), "#seats.#seat")
        } else if grant.free.contains_key(&seat) {
            (keys::grant(grant.key), "#free.#seat")
        } else {
            (keys::seat(grant.key, seat), "")
        };
        // A seat that is an item is read each time, and the grant does not change.
        let changing = (!path.is_empty()).then(|| self.changing(grant.key, grant.seats.layout()));
        let once = Patience { attempts: 1, ..self.patience };
        let noted = call(once, &self.random, "noting a seat's use", || {
            let update = self
                .client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .expression_attribute_names("#seen", names::SEEN)
                .expression_attribute_values(":now", number(now.as_seconds()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            let update = if path.is_empty() {
                let update = update.expression_attribute_names("#pk", PK);
                update.condition_expression("attribute_exists(#pk)").update_expression("SET #seen = :now")
            } else {
                let (map, name) = if in_seats { ("#seats", names::SEATS) } else { ("#free", names::FREE) };
                let update = update.expression_attribute_names(map, name).expression_attribute_names("#seat", seat.to_string());
                update.condition_expression(format!("attribute_exists({path})")).update_expression(format!("SET {path}.#seen = :now"))
            };
            update.send()
        });
        let noted = noted.await;
        drop(changing);
        match noted {
            // A seat that was given up meanwhile has nothing to be noted.
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }
}

impl Place {
    /// The layout in which it is looked for there.
    fn layout(self) -> Layout {
        match self {
            Self::Maps(Maps::Both) => Layout::Map,
            Self::Maps(Maps::Free) | Self::Item => Layout::Items,
        }
    }
}

fn place_of(grant: &Grant, device: &Device) -> Place {
    match grant.seats.layout() {
        Layout::Map => Place::Maps(Maps::Both),
        Layout::Items if grant.free.contains_key(&device.digest()) => Place::Maps(Maps::Free),
        Layout::Items => Place::Item,
    }
}
