//! Activating: a site or machine takes a seat of a licence.

use crate::core::Core;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::ProductClaim;
use crate::domain::seat::Device;
use crate::domain::text::Line;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::table::seats::{Snapshot, Take};

/// Who asks for a seat of what.
#[derive(Clone, Copy, Debug)]
pub struct Activate<'a> {
    /// The licence key.
    pub key: &'a LicenseKey,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// The site or machine.
    pub device: &'a Device,
    /// What the client calls it.
    pub label: Option<&'a Line<64>>,
}

/// Takes a seat, or finds the one that the device holds: repeating it changes nothing and answers the same (reliability I6).
///
/// One conditional write of one write unit up to ten seats. Above 50 seats, or without a limit: a transaction of four, and a read
/// that goes out beside it, for a transaction tells nothing of what it wrote.
pub async fn activate(core: &Core, ask: Activate<'_>) -> Result<Snapshot, Failure> {
    activate_client(core, ask, None).await
}

/// The same for a program that says its own identifier, which is kept with the seat. Each such seat makes the grant longer: how many of
/// them fit into one write unit depends on what they say.
pub async fn activate_client(core: &Core, ask: Activate<'_>, client: Option<&Line<100>>) -> Result<Snapshot, Failure> {
    let Activate { key, product, device, label } = ask;
    let take = Take { key: key.digest(), product, device, label, client, now: core.now() };
    // Boxed, for it holds two calls side by side: a large future otherwise, within everything that activates.
    let taken = Box::pin(core.table.take_seat(take)).await;
    core.trace(key.digest(), &taken, |at| {
        let event = Event::of_device(at, Act::Activate, Some(device));
        Event { client: client.cloned(), name: label.cloned(), ..event }
    });
    Ok(taken?.snapshot)
}
