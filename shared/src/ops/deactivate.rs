//! Deactivating: a site or machine gives its seat up.

use crate::core::Core;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::ProductClaim;
use crate::domain::seat::Device;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::table::seats::{GiveUp, Snapshot};

/// Who gives up a seat of what.
#[derive(Clone, Copy, Debug)]
pub struct Deactivate<'a> {
    /// The licence key.
    pub key: &'a LicenseKey,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// The site or machine.
    pub device: &'a Device,
}

/// Frees the seat that the device holds. Where it holds none: [`NotActivatedHere`](crate::domain::refusal::Refusal), and
/// nothing changes. A licence that was stopped or has ended gives its seats back all the same.
pub async fn deactivate(core: &Core, ask: Deactivate<'_>) -> Result<Snapshot, Failure> {
    let Deactivate { key, product, device } = ask;
    let given_up = core.table.give_up_seat(GiveUp { key: key.digest(), product, device, now: core.now() }).await;
    core.trace(key.digest(), &given_up, |at| Event::of_device(at, Act::Deactivate, Some(device)));
    given_up
}
