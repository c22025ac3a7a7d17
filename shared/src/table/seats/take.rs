//! Taking a seat.

use super::hints::Hint;
use super::listing::{Beside, Counted};
use super::mark::Mark;
use super::snapshot::Snapshot;
use super::{ROUNDS, items, map};
use crate::domain::development::{Deployment, classify};
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::{Occupancy, ProductClaim, Room, SeatClaim, judge};
use crate::domain::product::DevelopmentSites;
use crate::domain::seat::{DEVELOPMENT_LIMIT, Device, Layout, Seat};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
use crate::table::call::Loss;
use crate::table::{Freshness, Table};

/// A device that wants a seat.
#[derive(Clone, Copy, Debug)]
pub struct Take<'a> {
    /// The licence.
    pub key: KeyDigest,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// What wants the seat.
    pub device: &'a Device,
    /// What the client calls it.
    pub label: Option<&'a Line<64>>,
    /// The identifier of the program that asks, where it says one.
    pub client: Option<&'a Line<100>>,
    /// The present moment.
    pub now: Timestamp,
}

/// A seat that is held, by this call or from before.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The licence and its seats afterwards.
    pub snapshot: Snapshot,
}

/// Which of a grant's maps a site goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Counted,
    Free,
}

/// What one round came to.
pub(super) enum Round {
    /// The write was carried out.
    Done(Done),
    /// Some condition did not hold; the grant as it was, where the write told.
    Failed(Snag, Loss),
}

/// What a write tells of the licence afterwards.
pub(super) enum Done {
    /// The grant as it is now.
    Told(Box<Grant>),
    /// Nothing: a transaction made this change, and left this mark.
    Counted(Counted, Mark),
    /// Nothing, and what was read meanwhile may be too old to tell either.
    Untold,
}

/// Why a round's write was not carried out.
pub(super) enum Snag {
    /// The grant as the store saw it, with nothing where there is none.
    Seen(Option<Box<Grant>>),
    /// The seat was there already, and no other condition failed.
    Held(Box<Seat>),
    /// The store did not tell.
    Unseen,
}

impl Take<'_> {
    /// The seat to be written where there is none yet.
    pub(super) fn seat(&self) -> Seat {
        let since = Timestamp::from_seconds(self.now.as_seconds()).unwrap_or(self.now);
        Seat { device: self.device.clone(), since, seen: since, label: self.label.cloned(), client: self.client.cloned() }
    }
}

impl Table {
    /// Takes a seat, or finds the one that the device holds already. Never more than the limit, whoever else is at it.
    pub async fn take_seat(&self, take: Take<'_>) -> Result<Taken, Failure> {
        let mut hint = self.hints.guess(&take.key);
        let mut is_unsure = false;
        for _ in 0..ROUNDS {
            let changing = self.changing(take.key, hint.layout);
            let (round, beside) = self.take_round(&take, &hint).await;
            let (snag, loss) = match round? {
                Round::Done(done) => {
                    let snapshot = self.snapshot_after(take.key, done, beside).await?;
                    self.hints.learn(&snapshot.grant);
                    changing.left(&snapshot.grant, take.now);
                    return Ok(Taken { snapshot: snapshot.with(take.seat()) });
                }
                Round::Failed(snag, loss) => (snag, loss),
            };
            let turn = changing.left_nothing();
            is_unsure |= loss == Loss::Before;
            if let (Snag::Held(seat), Ok(Some(listing)), false) = (&snag, beside, is_unsure)
                && let Some(snapshot) = listing.holding(seat)
                && judge(Some(&snapshot.grant), take.product, SeatClaim::Needed(Occupancy::Held), take.now).is_ok()
            {
                return Ok(Taken { snapshot });
            }
            // The guess was wrong: the next round's condition tells of the seat.
            if let (Snag::Seen(Some(grant)), false) = (&snag, is_unsure)
                && grant.seats.layout() != hint.layout
            {
                self.hints.met(turn, grant);
                hint = Hint::from(judge(Some(grant), take.product, SeatClaim::None, take.now)?);
                continue;
            }
            let look = self.look_after(turn, take.key, take.device.digest(), snag).await?;
            // An attempt whose answer was lost took the seat, and what the licence became since then is a later story: to refuse
            // now would be a refusal that holds a seat (reliability I3).
            let ours = look.seat.as_ref().filter(|seat| is_unsure && seat.since == take.seat().since);
            if let (Some(seat), Some(grant)) = (ours, &look.grant) {
                return Ok(Taken { snapshot: self.snapshot_of(grant.clone()).await?.with(seat.clone()) });
            }
            let claim = SeatClaim::Wanted(look.occupancy(), room(look.grant.as_ref(), take.device));
            let grant = judge(look.grant.as_ref(), take.product, claim, take.now)?;
            self.hints.learn(grant);
            if let Some(seat) = &look.seat {
                return Ok(Taken { snapshot: self.snapshot_of(grant.clone()).await?.with(seat.clone()) });
            }
            hint = Hint::from(grant);
        }
        Err(Failure::Fault(Fault::new(FaultKind::Contended, "taking a seat")))
    }

    /// One write, and where seats are items what the answer shows: side by side, so that it takes no longer.
    async fn take_round(&self, take: &Take<'_>, hint: &Hint) -> (Result<Round, Fault>, Beside) {
        let sort = sort(take.device, &hint.development);
        match (sort, hint.layout) {
            (_, Layout::Map) => (map::take(self, take, sort, hint).await, Ok(None)),
            (Sort::Free, Layout::Items) => {
                tokio::join!(map::take(self, take, sort, hint), self.listing(take.key, Freshness::Strong))
            }
            (Sort::Counted, Layout::Items) => {
                tokio::join!(items::take(self, take, hint), self.listing(take.key, Freshness::Strong))
            }
        }
    }
}

/// Whether a device is counted under a rule.
pub(super) fn sort(device: &Device, rule: &DevelopmentSites) -> Sort {
    match (device, rule) {
        (Device::Site(site), DevelopmentSites::Free(patterns)) => match classify(site, patterns) {
            Deployment::Development => Sort::Free,
            Deployment::Production => Sort::Counted,
        },
        (Device::Site(_) | Device::Machine(_), DevelopmentSites::Counted) | (Device::Machine(_), DevelopmentSites::Free(_)) => {
            Sort::Counted
        }
    }
}

/// Whether there is a seat left for one more device like this one.
pub(crate) fn room(grant: Option<&Grant>, device: &Device) -> Room {
    let has_room = grant.is_some_and(|grant| match sort(device, &grant.development_sites) {
        Sort::Counted => grant.has_room(),
        Sort::Free => grant.free.len() < DEVELOPMENT_LIMIT,
    });
    if has_room { Room::Left } else { Room::Full }
}
