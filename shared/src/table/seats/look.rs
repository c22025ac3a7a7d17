//! Looking at a licence and one of its seats as they are at one moment.

use aws_sdk_dynamodb::types::{Get, ReturnConsumedCapacity, TransactGetItem};

use super::recent::{Recalled, Turn};
use super::take::Snag;
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::key::KeyDigest;
use crate::domain::ladder::Occupancy;
use crate::domain::seat::{Layout, Seat, SeatDigest};
use crate::domain::time::Timestamp;
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
    /// The licence and the seat for an answer that may be a yes: as of a moment ago.
    ///
    /// One read. Where seats are items it is of the seat alone while the grant is remembered, which is then up to
    /// [`REMEMBERED_SECONDS`](crate::table::REMEMBERED_SECONDS) old, and of both side by side otherwise; only in a process that has
    /// never met the licence is there one read after the other. `beside` goes out with the second one: what is read of the
    /// licence's product anyway then takes no time of its own. A no is to be confirmed by [`Self::look`].
    pub async fn glance<F: Future<Output = ()>>(
        &self,
        key: KeyDigest,
        seat: SeatDigest,
        now: Timestamp,
        beside: impl FnOnce(AccountId, ProductId) -> F,
    ) -> Result<Look, Fault> {
        let recent = &self.hints.recent;
        let turn = recent.turn();
        let (grant, item) = match (recent.recall(&key, now), self.hints.guess(&key).layout) {
            (Recalled::Grant(grant), _) => {
                let look = Look::inside(Some(Grant::clone(&grant)), &seat);
                return self.with_item(key, seat, look, beside).await;
            }
            (Recalled::Nothing(freshness), Layout::Map) => (self.grant(key, freshness).await?, None),
            (Recalled::Nothing(freshness), Layout::Items) => {
                let item = self.seat_item(key, seat, Freshness::Eventual);
                let (grant, item) = tokio::join!(self.grant(key, freshness), item);
                (grant?, Some(item))
            }
        };
        if let Some(grant) = &grant {
            self.hints.learn(grant);
            recent.read(turn, grant, now);
        }
        let look = Look::inside(grant, &seat);
        match item {
            Some(item) if !look.is_whole() => Ok(Look { seat: item?, ..look }),
            Some(_) => Ok(look),
            None => self.with_item(key, seat, look, beside).await,
        }
    }

    /// The licence alone, as of a moment ago: what is asked of it next finds its seats where they are. Remembered as [`Self::glance`] has
    /// it; half a read unit otherwise.
    pub async fn meet(&self, key: KeyDigest, now: Timestamp) -> Result<Option<Grant>, Fault> {
        let recent = &self.hints.recent;
        let turn = recent.turn();
        let grant = match recent.recall(&key, now) {
            Recalled::Grant(grant) => return Ok(Some(Grant::clone(&grant))),
            Recalled::Nothing(freshness) => self.grant(key, freshness).await?,
        };
        if let Some(grant) = &grant {
            self.hints.learn(grant);
            recent.read(turn, grant, now);
        }
        Ok(grant)
    }

    async fn with_item<F: Future<Output = ()>>(
        &self,
        key: KeyDigest,
        seat: SeatDigest,
        look: Look,
        beside: impl FnOnce(AccountId, ProductId) -> F,
    ) -> Result<Look, Fault> {
        let Some(grant) = look.grant.as_ref().filter(|_| !look.is_whole()) else { return Ok(look) };
        let beside = beside(grant.account, grant.product);
        let (seat, ()) = tokio::join!(self.seat_item(key, seat, Freshness::Eventual), beside);
        Ok(Look { seat: seat?, ..look })
    }

    /// The licence and the seat, with every write that was acknowledged. One read; a second one where it turns out that seats are
    /// items. That one is of a single moment, for a change of the limit may be moving the seats.
    pub async fn look(&self, key: KeyDigest, seat: SeatDigest) -> Result<Look, Fault> {
        let turn = self.hints.recent.turn();
        let look = match self.hints.guess(&key).layout {
            Layout::Map => {
                let look = Look::inside(self.grant(key, Freshness::Strong).await?, &seat);
                if look.is_whole() { look } else { self.look_at_once(key, seat).await? }
            }
            Layout::Items => self.look_at_once(key, seat).await?,
        };
        Ok(self.confirm(turn, look))
    }

    /// The same after a write that began at `turn` and was not carried out, from what the store told with its refusal, where that
    /// is enough.
    pub(super) async fn look_after(&self, turn: Turn, key: KeyDigest, seat: SeatDigest, snag: Snag) -> Result<Look, Fault> {
        let look = match snag {
            Snag::Seen(grant) => {
                let look = Look::inside(grant.map(|grant| *grant), &seat);
                if look.is_whole() { look } else { self.look_at_once(key, seat).await? }
            }
            Snag::Held(_) | Snag::Unseen => self.look_at_once(key, seat).await?,
        };
        Ok(self.confirm(turn, look))
    }

    fn confirm(&self, turn: Turn, look: Look) -> Look {
        if let Some(grant) = &look.grant {
            self.hints.met(turn, grant);
        }
        look
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
