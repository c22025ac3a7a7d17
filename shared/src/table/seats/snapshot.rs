//! A licence with its seats, whichever layout they are in.

use tokio::task::JoinSet;

use super::listing::Listing;
use super::mark::Mark;
use crate::domain::grant::{Grant, Seats};
use crate::domain::key::KeyDigest;
use crate::domain::license::Standing;
use crate::domain::seat::{Layout, Seat, SeatDigest};
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;
use crate::table::grants::{names, seat_from_item};
use crate::table::item::Item;
use crate::table::keys::{self, GRANT, SK};
use crate::table::{Freshness, Table};

/// The most seats that are shown at once where each is an item: a licence may have many thousands. An activation's answer
/// shows the activated one in any case.
pub const SEATS_SHOWN: usize = 100;

/// How many licences' seats are read side by side.
const QUERIES_AT_ONCE: usize = 16;

/// A licence's grant and its counted seats, the oldest first.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The grant.
    pub grant: Grant,
    /// The counted seats: all of them up to 50, the first [`SEATS_SHOWN`] otherwise. How many there are says
    /// [`Seats::taken`].
    pub seats: Vec<Seat>,
}

impl Snapshot {
    fn new(grant: Grant, items: Vec<Seat>) -> Self {
        let seats = match &grant.seats {
            Seats::Map(seats) => seats.values().cloned().collect(),
            Seats::Items { .. } => items,
        };
        Self { grant, seats }.sorted()
    }

    /// The same with the oldest seat first.
    pub(super) fn sorted(mut self) -> Self {
        self.seats.sort_by(Seat::by_age);
        self
    }

    /// The same with `seat` among the seats, where the first ones that are shown do not hold it.
    pub(super) fn with(mut self, seat: Seat) -> Self {
        let is_shown = self.seats.iter().chain(self.grant.free.values()).any(|shown| shown.device == seat.device);
        if !is_shown {
            self.seats.push(seat);
        }
        self
    }

    /// The development sites, which are not counted, the oldest first.
    pub fn development_sites(&self) -> Vec<&Seat> {
        let mut seats: Vec<&Seat> = self.grant.free.values().collect();
        seats.sort_by(|a, b| a.by_age(b));
        seats
    }
}

impl Table {
    /// The licence that the key with this digest opens, with its seats: one query, whatever the layout.
    pub async fn snapshot(&self, key: KeyDigest, freshness: Freshness) -> Result<Option<Snapshot>, Fault> {
        let turn = self.hints.recent.turn();
        let listing = self.listing(key, freshness).await?;
        if let Some(listing) = &listing {
            self.hints.learn(&listing.snapshot.grant);
        }
        if let (Some(listing), Freshness::Strong) = (&listing, freshness) {
            self.hints.recent.confirmed(turn, &listing.snapshot.grant);
        }
        Ok(listing.map(|listing| listing.snapshot))
    }

    /// The same with what tells how it was read.
    pub(super) async fn listing(&self, key: KeyDigest, freshness: Freshness) -> Result<Option<Listing>, Fault> {
        // One more than is shown: the first item is the grant.
        let limit = i32::try_from(SEATS_SHOWN).unwrap_or(i32::MAX).saturating_add(1);
        let (items, next) = self.query(&keys::grant_and_seats(key), None, limit, freshness).await?;
        let mut items = items.into_iter();
        let Some(first) = items.next() else { return Ok(None) };
        if sort_key(&first) != Some(GRANT) {
            return Err(Fault::new(FaultKind::Corrupt, "there are seats without a grant"));
        }
        let mark = |name: &str| Mark::of(&first, name);
        let (took, freed) = (mark(names::TOOK), mark(names::FREED));
        let grant = Grant::from_item(key, first)?;
        if grant.standing == Standing::Deleted {
            return Ok(None);
        }
        let seats = items.map(seat_from_item).collect::<Result<_, _>>()?;
        Ok(Some(Listing { snapshot: Snapshot::new(grant, seats), is_whole: next.is_none(), took, freed }))
    }

    /// The snapshots of many licences, in the order of `keys`: a batch of grants, and then a query for each whose seats are items,
    /// some side by side. May lag a moment behind.
    pub async fn snapshots(&self, keys: &[KeyDigest]) -> Result<Vec<Option<Snapshot>>, Fault> {
        let (mut snapshots, mut waiting) = (Vec::with_capacity(keys.len()), Vec::new());
        for grant in self.grants(keys, Freshness::Eventual).await? {
            if let Some(grant) = grant.as_ref().filter(|grant| grant.seats.layout() == Layout::Items) {
                waiting.push((snapshots.len(), grant.key));
            }
            snapshots.push(grant.map(|grant| Snapshot::new(grant, Vec::new())));
        }
        let mut reading = JoinSet::new();
        loop {
            while reading.len() < QUERIES_AT_ONCE
                && let Some((place, key)) = waiting.pop()
            {
                let table = self.clone();
                reading.spawn(along(async move { (place, table.snapshot(key, Freshness::Eventual).await) }));
            }
            match reading.join_next().await {
                Some(Ok((place, snapshot))) => snapshots[place] = snapshot?,
                Some(Err(error)) => return Err(Fault::caused(FaultKind::Unavailable, "reading seats side by side", error)),
                None => return Ok(snapshots),
            }
        }
    }

    /// The licence as it is now, whose key was good a moment ago.
    pub(super) async fn snapshot_now(&self, key: KeyDigest) -> Result<Snapshot, Fault> {
        let listing = self.listing(key, Freshness::Strong).await?;
        listing.map(|listing| listing.snapshot).ok_or_else(|| Fault::new(FaultKind::Contended, "the licence was deleted while it was used"))
    }

    /// The snapshot of a grant that was just read; where its seats are items, both are read again together.
    pub(super) async fn snapshot_of(&self, grant: Grant) -> Result<Snapshot, Fault> {
        match &grant.seats {
            Seats::Map(_) => Ok(Snapshot::new(grant, Vec::new())),
            Seats::Items { .. } => self.snapshot_now(grant.key).await,
        }
    }

    /// A seat that is an item.
    pub async fn seat_item(&self, key: KeyDigest, seat: SeatDigest, freshness: Freshness) -> Result<Option<Seat>, Fault> {
        self.get(keys::seat(key, seat), freshness).await?.map(seat_from_item).transpose()
    }
}

fn sort_key(item: &Item) -> Option<&str> {
    item.get(SK).and_then(|sk| sk.as_s().ok()).map(String::as_str)
}
