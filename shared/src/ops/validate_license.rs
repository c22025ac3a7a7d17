//! Validating a licence for a program, however its seats are taken: that it may be used, and that the program holds a seat.

use super::seated::Seated;
use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::{ProductClaim, entitled, known};
use crate::domain::lease::Client;
use crate::domain::license::LicenseMode;
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Device, Layout, Seat};
use crate::domain::seat_token::Holder;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::fault::Fault;
use crate::table::Freshness;
use crate::table::seats::Look;

/// Who asks about what.
#[derive(Clone, Copy, Debug)]
pub struct Validate<'a> {
    /// The licence key.
    pub key: &'a LicenseKey,
    /// The product that the program says it is.
    pub product: ProductClaim<'a>,
    /// The machine whose seat is meant; nothing where the licence alone is asked about.
    pub machine: Option<&'a Line<200>>,
    /// The program's own identifier: a floating seat is held by a program on a machine.
    pub client: Option<&'a Line<100>>,
}

/// A licence that may be used.
#[derive(Clone, Debug)]
pub struct Validated {
    /// The licence.
    pub grant: Grant,
    /// The seat that the program holds; nothing where no machine was named, or where the licence's seats are not taken at all.
    pub holder: Option<Holder>,
}

/// The licence and the program's seat, or why it may not be used. No seat is taken and none is renewed; a seat's use is noted once a week.
///
/// One read of half a unit where seats lie in the grant; one more for a seat that is an item, of a whole unit where it floats. Whatever
/// speaks against the licence is confirmed by strongly consistent reads.
pub async fn validate_license(core: &Core, ask: Validate<'_>) -> Result<Validated, Failure> {
    let validated = Box::pin(untraced(core, ask)).await;
    let device = ask.machine.cloned().map(Device::Machine);
    core.trace(ask.key.digest(), &validated, |at| Event {
        client: ask.client.cloned(),
        ..Event::of_device(at, Act::Check, device.as_ref())
    });
    let validated = validated?;
    if let Some(Holder::Activated { seat, .. }) = &validated.holder {
        Seated { grant: validated.grant.clone(), seat: seat.clone() }.note_use(core).await;
    }
    Ok(validated)
}

async fn untraced(core: &Core, ask: Validate<'_>) -> Result<Validated, Failure> {
    let (key, now) = (ask.key.digest(), core.now());
    let Some(grant) = core.table.meet(key, now).await? else { return confirm(core, ask).await };
    if judged(&grant, ask, now).is_err() {
        return confirm(core, ask).await;
    }
    let device = ask.machine.cloned().map(Device::Machine);
    let holder = match (grant.mode, &device) {
        (LicenseMode::File, _) | (_, None) => return Ok(Validated { grant, holder: None }),
        (LicenseMode::Floating, Some(_)) => {
            let holder = floating(core, ask, now).await?;
            return Ok(Validated { grant, holder: Some(holder) });
        }
        (LicenseMode::Activation, Some(device)) => seat(core, &grant, device).await?,
    };
    match holder {
        Some(holder) => Ok(Validated { grant, holder: Some(holder) }),
        None => confirm(core, ask).await,
    }
}

/// The same with every write that was acknowledged.
async fn confirm(core: &Core, ask: Validate<'_>) -> Result<Validated, Failure> {
    let (key, now) = (ask.key.digest(), core.now());
    let device = ask.machine.cloned().map(Device::Machine);
    let Look { grant, seat } = match &device {
        Some(device) => core.table.look(key, device.digest()).await?,
        None => Look { grant: core.table.grant(key, Freshness::Strong).await?, seat: None },
    };
    let grant = grant.ok_or(Refusal::UnknownKey)?;
    judged(&grant, ask, now)?;
    let holder = match (grant.mode, &device) {
        (LicenseMode::File, _) | (_, None) => None,
        (LicenseMode::Floating, Some(_)) => Some(floating(core, ask, now).await?),
        (LicenseMode::Activation, Some(_)) => Some(holder(&grant, seat.ok_or(Refusal::NotActivatedHere)?)),
    };
    Ok(Validated { grant, holder })
}

/// Whether the licence may be used by a program of this product, seats apart.
fn judged(grant: &Grant, ask: Validate<'_>, now: Timestamp) -> Result<(), Refusal> {
    known(Some(grant), ask.product)?;
    entitled(grant, now)
}

/// The seat of a device as of a moment ago.
async fn seat(core: &Core, grant: &Grant, device: &Device) -> Result<Option<Holder>, Fault> {
    let digest = device.digest();
    let seat = match (grant.seat(&digest), grant.seats.layout()) {
        (Some(seat), _) => Some(seat.clone()),
        (None, Layout::Map) => None,
        (None, Layout::Items) => core.table.seat_item(grant.key, digest, Freshness::Eventual).await?,
    };
    Ok(seat.map(|seat| holder(grant, seat)))
}

fn holder(grant: &Grant, seat: Seat) -> Holder {
    let is_counted = !grant.free.contains_key(&seat.device.digest());
    Holder::Activated { seat, is_counted }
}

/// The program's floating seat as it is.
async fn floating(core: &Core, ask: Validate<'_>, now: Timestamp) -> Result<Holder, Failure> {
    let client = match (ask.machine, ask.client) {
        (Some(machine), Some(client)) => Client::new(machine.clone(), client.clone()).ok(),
        (Some(_) | None, None) | (None, Some(_)) => None,
    };
    let client = client.ok_or(Refusal::NotActivatedHere)?;
    let lease = core.table.lease(ask.key.digest(), client.digest()).await?.ok_or(Refusal::NotActivatedHere)?;
    if lease.is_over(now) { Err(Refusal::SeatExpired.into()) } else { Ok(Holder::Floating(lease)) }
}
