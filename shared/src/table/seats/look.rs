//! Looking at a licence and one of its seats as they are at one moment.

use aws_sdk_dynamodb::types::{Get, ReturnConsumedCapacity, TransactGetItem};

use super::take::Snag;
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::Occupancy;
use crate::domain::seat::{Layout, Seat, SeatDigest};
use crate::fault::{Fault, FaultKind};
use crate::table::call::call;
use crate::table::grants::seat_from_item;
use crate::table::keys::{self, Key};
use crate::table::read::unconditional;
use crate::table::{Freshness, Table};

/// A licence, and the seat that was asked for.
#[derive(Clone, Debug)]
pub struct Look {
    /// The licence, where there is one.
    pub grant: Option<Grant>,
    /// The seat, where it is held.
    pub seat: Option<Seat>,
}

impl Look {
    /// Whether the seat is held.
    pub fn occupancy(&self) -> Occupancy {
        Occupancy::of(self.seat.as_ref())
    }

    fn inside(grant: Option<Grant>, seat: &SeatDigest) -> Self {
        let seat = grant.as_ref().and_then(|grant| grant.seat(seat)).cloned();
        Self { grant, seat }
    }

    /// Whether the seat cannot lie anywhere but in the grant.
    fn is_whole(&self) -> bool {
        self.seat.is_some() || self.grant.as_ref().is_none_or(|grant| grant.seats.layout() == Layout::Map)
    }
}

impl Table {
    /// The licence and the seat. One read, and a second one where seats are items: that one is of a single moment where it
    /// has to be fresh, for a change of the limit may be moving the seats.
    pub async fn look(&self, key: KeyDigest, seat: SeatDigest, freshness: Freshness) -> Result<Look, Fault> {
        let look = Look::inside(self.grant(key, freshness).await?, &seat);
        if look.is_whole() {
            return Ok(look);
        }
        match freshness {
            Freshness::Eventual => Ok(Look { seat: self.seat_item(key, seat, freshness).await?, ..look }),
            Freshness::Strong => self.look_at_once(key, seat).await,
        }
    }

    /// The same after a write that was not carried out, from what the store told with its refusal, where that is enough.
    pub(super) async fn look_after(&self, key: KeyDigest, seat: SeatDigest, snag: Snag) -> Result<Look, Fault> {
        match snag {
            Snag::Seen(grant) => {
                let look = Look::inside(grant.map(|grant| *grant), &seat);
                if look.is_whole() { Ok(look) } else { self.look_at_once(key, seat).await }
            }
            Snag::Unseen => self.look_at_once(key, seat).await,
        }
    }

    async fn look_at_once(&self, key: KeyDigest, seat: SeatDigest) -> Result<Look, Fault> {
        const WHAT: &str = "reading a licence and a seat";
        let get = |key: Key| Get::builder().table_name(self.name()).set_key(Some(key.attributes())).build();
        let gets = [get(keys::grant(key)), get(keys::seat(key, seat))].map(|get| get.map_err(|error| Fault::corrupt(WHAT, error)));
        let [grant, item] = gets.map(|get| get.map(|get| TransactGetItem::builder().get(get).build()));
        let gets = vec![grant?, item?];
        let read = call(self.patience, &self.random, WHAT, || {
            let request = self.client.transact_get_items().set_transact_items(Some(gets.clone()));
            request.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        let answer = read.await.map_err(unconditional)?.value;
        let mut items = answer.responses.unwrap_or_default().into_iter().map(|response| response.item);
        let (Some(grant), Some(item)) = (items.next(), items.next()) else { return Err(Fault::new(FaultKind::Corrupt, WHAT)) };
        let look = Look::inside(grant.map(|item| Grant::from_item(key, item)).transpose()?, &seat);
        Ok(if look.is_whole() { look } else { Look { seat: item.map(seat_from_item).transpose()?, ..look } })
    }
}
