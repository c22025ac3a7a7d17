//! What every question of an activated device begins with: the licence may be used, and the device holds a seat.

use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::{ProductClaim, SeatClaim, judge};
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Seat, SeatDigest};
use crate::domain::time::Timestamp;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::fault::Fault;
use crate::table::seats::Look;

/// A licence that may be used, and the seat that the device in question holds.
#[derive(Clone, Debug)]
pub(super) struct Seated {
    pub(super) grant: Grant,
    pub(super) seat: Seat,
}

/// Reads the grant (and the seat, where it is an item) and judges. A refusal is confirmed by strongly consistent reads. A yes may be
/// up to [`REMEMBERED_SECONDS`](crate::table::REMEMBERED_SECONDS) behind another process where seats are items.
pub(super) async fn seated(core: &Core, key: KeyDigest, product: ProductClaim<'_>, seat: SeatDigest) -> Result<Seated, Failure> {
    let seated = untraced(core, key, product, seat).await;
    let device = seated.as_ref().ok().map(|seated| &seated.seat.device);
    core.trace(key, &seated, |at| Event::of_device(at, Act::LookUpUpdate, device));
    seated
}

async fn untraced(core: &Core, key: KeyDigest, product: ProductClaim<'_>, seat: SeatDigest) -> Result<Seated, Failure> {
    let now = core.now();
    match judged(glance(core, key, seat, now).await?, product, now) {
        Err(_) => Ok(judged(core.table.look(key, seat).await?, product, now)?),
        Ok(seated) => Ok(seated),
    }
}

/// [`Table::glance`](crate::table::Table::glance), with the product on its way where there is time for it: every answer to an
/// activated device shows something of it.
pub(super) async fn glance(core: &Core, key: KeyDigest, seat: SeatDigest, now: Timestamp) -> Result<Look, Fault> {
    let product = async |account, product| {
        // A fault is met again by whoever wants the product.
        let _ = Box::pin(core.product_of_license(account, product)).await;
    };
    core.table.glance(key, seat, now, product).await
}

fn judged(look: Look, product: ProductClaim<'_>, now: Timestamp) -> Result<Seated, Refusal> {
    judge(look.grant.as_ref(), product, SeatClaim::Needed(look.occupancy()), now)?;
    Ok(Seated { grant: look.grant.ok_or(Refusal::UnknownKey)?, seat: look.seat.ok_or(Refusal::NotActivatedHere)? })
}

impl Seated {
    /// Notes that the seat is in use, at most once a week. Whatever becomes of that, the answer stands: a fault is logged.
    pub(super) async fn note_use(&self, core: &Core) {
        let now = core.now();
        if self.seat.is_stale(now)
            && let Err(fault) = self.note(core).await
        {
            tracing::warn!(%fault, "a seat's use was not noted");
        }
    }

    async fn note(&self, core: &Core) -> Result<(), Fault> {
        core.table.note_seen(&self.grant, self.seat.device.digest(), core.now()).await
    }
}
