//! Lending a floating seat.

use std::net::IpAddr;

use super::attempt::{Attempt, Done, Snag, Way, attempt};
use super::item::lease;
use super::{Lent, counting};
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::{ProductClaim, entitled, known, takes};
use crate::domain::lease::{Client, Lease, expiry};
use crate::domain::license::LicenseMode;
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Layout, SeatDigest};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
use crate::table::call::Loss;
use crate::table::grants::names;
use crate::table::seats::mark::Mark;
use crate::table::{Freshness, Table, keys};

/// How often somebody else may come between within one call before that is called contention.
const ROUNDS: usize = 16;

/// A client that wants a floating seat.
#[derive(Clone, Copy, Debug)]
pub struct Borrow<'a> {
    /// The licence.
    pub key: KeyDigest,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// Who wants the seat.
    pub client: &'a Client,
    /// What the client calls itself.
    pub name: Option<&'a Line<64>>,
    /// Where it asks from.
    pub address: Option<IpAddr>,
    /// The present moment.
    pub now: Timestamp,
}

impl Borrow<'_> {
    /// The seat to be written where there is none yet.
    pub(super) fn lease(&self) -> Lease {
        let since = Timestamp::from_seconds(self.now.as_seconds()).unwrap_or(self.now);
        let (client, name) = (self.client.clone(), self.name.cloned());
        Lease { client, name, address: self.address, since, expires: expiry(self.now) }
    }

    /// Whether the licence lends seats to this client, apart from how many are left.
    fn judge(&self, grant: Option<&Grant>) -> Result<(), Refusal> {
        let grant = known(grant, self.product)?;
        entitled(grant, self.now)?;
        takes(grant, LicenseMode::Floating)
    }
}

impl Table {
    /// Lends a seat, or renews the one that the client holds. Never more than the limit, whoever else is at it; one whose time is over
    /// goes to whoever asks first.
    ///
    /// A transaction of four write units, and the grant read beside it for the answer. A client that holds its seat, or that gets one
    /// whose time is over, needs a second one (of four, or six) after the first was refused.
    pub async fn lend_seat(&self, borrow: Borrow<'_>) -> Result<Lent, Failure> {
        let mut way = Way::New;
        let mut is_unsure = false;
        for _ in 0..ROUNDS {
            let changing = self.changing(borrow.key, Layout::Items);
            let (tried, beside) = tokio::join!(attempt(self, &borrow, &way), self.counted(borrow.key));
            let snag = match tried? {
                Attempt::Done(done) => {
                    let lent = self.lent(&borrow, done, beside).await?;
                    self.hints.learn(&lent.grant);
                    changing.left(&lent.grant, borrow.now);
                    return Ok(lent);
                }
                Attempt::Failed(snag) => *snag,
            };
            let turn = changing.left_nothing();
            is_unsure |= snag.loss == Loss::Before;
            if let Some(grant) = &snag.grant {
                self.hints.met(turn, grant);
            }
            way = match self.next_way(&borrow, way, snag, is_unsure).await? {
                Next::Try(way) => way,
                Next::Lent(lent) => return Ok(*lent),
            };
        }
        Err(Failure::Fault(Fault::new(FaultKind::Contended, "lending a floating seat")))
    }

    /// What follows on an attempt that was not carried out.
    async fn next_way(&self, borrow: &Borrow<'_>, way: Way, snag: Snag, is_unsure: bool) -> Result<Next, Failure> {
        let Snag { grant, own, .. } = snag;
        let grant = match (grant, &own) {
            (Some(grant), _) => Some(grant),
            (None, Some(_)) => None,
            // Nothing is told: the key is unknown, or the seat that was to be had is gone.
            (None, None) => {
                let grant = self.grant(borrow.key, Freshness::Strong).await?;
                borrow.judge(grant.as_ref())?;
                grant
            }
        };
        let judged = grant.as_ref().map_or(Ok(()), |grant| borrow.judge(Some(grant)));
        if let (Err(refusal), Some(grant)) = (judged, &grant) {
            // An attempt whose answer was lost took the seat, and what the licence became since then is a later story: to refuse now
            // would be a refusal that holds a seat (reliability I3).
            if is_unsure
                && let Some(lease) = self.lease(borrow.key, borrow.client.digest()).await?
                && lease.expires == borrow.lease().expires
            {
                return Ok(Next::Lent(Box::new(Lent { lease, grant: grant.clone() })));
            }
            return Err(refusal.into());
        }
        if let Some(own) = own {
            return Ok(Next::Try(Way::Own(Box::new(own))));
        }
        match (&way, grant) {
            (Way::New | Way::Over(_), Some(grant)) if !grant.has_room() => self.over_or_full(borrow, grant).await.map(Next::Try),
            (Way::New | Way::Own(_) | Way::Over(_), _) => Ok(Next::Try(Way::New)),
        }
    }

    /// All seats are taken: one whose time is over, or the refusal.
    async fn over_or_full(&self, borrow: &Borrow<'_>, grant: Grant) -> Result<Way, Failure> {
        // The client's own seat is nobody else's, over or not.
        if let Some(own) = self.lease(borrow.key, borrow.client.digest()).await? {
            return Ok(Way::Own(Box::new(own)));
        }
        let is_known_full = self.hints.full.is_full(&grant, borrow.now);
        if !is_known_full && let Some(other) = self.seat_that_is_over(borrow.key, borrow.now).await? {
            return Ok(Way::Over(other));
        }
        // Each seat that was looked at is held. One that was given back meanwhile shows in the counter.
        let grant = if is_known_full { Some(grant) } else { self.grant(borrow.key, Freshness::Strong).await? };
        borrow.judge(grant.as_ref())?;
        if grant.is_some_and(|grant| grant.has_room()) { Ok(Way::New) } else { Err(Refusal::NoSeatsLeft.into()) }
    }

    async fn lent(&self, borrow: &Borrow<'_>, done: Done, beside: Beside) -> Result<Lent, Fault> {
        let Done { lease, mark, at_once } = done;
        let grant = match beside {
            Ok(Some(Counter { grant, took, .. })) if at_once => {
                let own = u32::from(mark.is_some() && took != mark);
                let taken = grant.seats.taken().saturating_add(own);
                counting(grant, taken)
            }
            Ok(_) | Err(_) => {
                let grant = self.grant(borrow.key, Freshness::Strong).await?;
                grant.ok_or_else(|| Fault::new(FaultKind::Contended, "the licence was deleted while it was used"))?
            }
        };
        Ok(Lent { lease, grant })
    }

    /// The grant, and what tells whether its counter includes a change.
    pub(super) async fn counted(&self, key: KeyDigest) -> Beside {
        let Some(item) = self.get(keys::grant(key), Freshness::Strong).await? else { return Ok(None) };
        let (took, freed) = (Mark::of(&item, names::TOOK), Mark::of(&item, names::FREED));
        Ok(Some(Counter { grant: Grant::from_item(key, item)?, took, freed }))
    }

    /// A floating seat as it is, whether or not its time is over.
    pub async fn lease(&self, key: KeyDigest, seat: SeatDigest) -> Result<Option<Lease>, Fault> {
        self.get(keys::lease(key, seat), Freshness::Strong).await?.map(lease).transpose()
    }
}

enum Next {
    Try(Way),
    Lent(Box<Lent>),
}

/// A grant as it was read beside a change.
pub(super) struct Counter {
    pub(super) grant: Grant,
    pub(super) took: Option<Mark>,
    pub(super) freed: Option<Mark>,
}

pub(super) type Beside = Result<Option<Counter>, Fault>;
