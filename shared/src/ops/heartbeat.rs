//! The heartbeat of a floating seat's holder.

use crate::core::Core;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::ProductClaim;
use crate::domain::lease::Client;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::table::seats::{Heartbeat, Lent};

/// Who is still there.
#[derive(Clone, Copy, Debug)]
pub struct Beat<'a> {
    /// The licence key.
    pub key: &'a LicenseKey,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// The program and its machine.
    pub client: &'a Client,
}

/// Renews the seat for [`LEASE_SECONDS`](crate::domain::lease::LEASE_SECONDS) from now. One whose time is over is not renewed, and has
/// to be requested again: [`SeatExpired`](crate::domain::refusal::Refusal), or
/// [`NotActivatedHere`](crate::domain::refusal::Refusal) where it is gone. That the licence was stopped is noticed within a minute.
///
/// One write unit and one round trip; half a read unit beside it once a minute a process and licence.
pub async fn heartbeat(core: &Core, ask: Beat<'_>) -> Result<Lent, Failure> {
    let Beat { key, product, client } = ask;
    let renewed = core.table.renew_seat(Heartbeat { key: key.digest(), product, client, now: core.now() }).await;
    core.trace(key.digest(), &renewed, |at| Event::of_client(at, Act::Heartbeat, client));
    renewed
}
