//! Checking a licence for a site, as a verdict with its details rather than a refusal.

use super::claimed::or_unknown_product;
use super::described::Described;
use super::seated::{Seated, glance};
use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::{ProductClaim, known, standing};
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Device, Seat};
use crate::domain::time::Timestamp;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::table::seats::{Look, room};

/// Who asks about what.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// The licence key.
    pub key: &'a LicenseKey,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// The site or machine.
    pub device: &'a Device,
}

/// How the licence stands for the device. No seat is taken. One read where the product is remembered; whatever speaks against
/// the licence is confirmed by a strongly consistent one. Refused is only what cannot be shown: an unknown key or product.
pub async fn check_license(core: &Core, ask: Check<'_>) -> Result<Described, Failure> {
    let checked = check(core, ask, Act::Check).await?;
    let described = Described::of(core, checked.grant.clone(), checked.verdict).await?;
    checked.note_use(core).await;
    Ok(described)
}

/// What a key is answered with that cannot be one: nothing has it.
pub async fn refuse_unknown_key(core: &Core, product: ProductClaim<'_>) -> Failure {
    match or_unknown_product(core, product, Err::<(), _>(Refusal::UnknownKey.into())).await {
        Ok(()) => Refusal::UnknownKey.into(),
        Err(failure) => failure,
    }
}

/// A licence and how it stands for a device, with the seat that this holds.
pub(super) struct Checked {
    pub(super) grant: Grant,
    pub(super) seat: Option<Seat>,
    pub(super) verdict: Result<(), Refusal>,
}

/// Reads and judges, and traces it as this act.
pub(super) async fn check(core: &Core, ask: Check<'_>, act: Act) -> Result<Checked, Failure> {
    let checked = untraced(core, ask).await;
    let (key, event) = (ask.key.digest(), |at| Event::of_device(at, act, Some(ask.device)));
    match &checked {
        Ok(checked) => core.trace_verdict(key, checked.verdict.err(), event),
        Err(_) => core.trace(key, &checked, event),
    }
    checked
}

async fn untraced(core: &Core, ask: Check<'_>) -> Result<Checked, Failure> {
    let (key, seat, now) = (ask.key.digest(), ask.device.digest(), core.now());
    let checked = match judged(glance(core, key, seat, now).await?, ask, now) {
        Ok(checked) if checked.verdict.is_ok() => return Ok(checked),
        Ok(_) | Err(_) => judged(core.table.look(key, seat).await?, ask, now),
    };
    or_unknown_product(core, ask.product, checked.map_err(Failure::from)).await
}

fn judged(look: Look, ask: Check<'_>, now: Timestamp) -> Result<Checked, Refusal> {
    let occupancy = look.occupancy();
    known(look.grant.as_ref(), ask.product)?;
    let grant = look.grant.ok_or(Refusal::UnknownKey)?;
    let verdict = standing(&grant, occupancy, room(Some(&grant), ask.device), now);
    Ok(Checked { grant, seat: look.seat, verdict })
}

impl Checked {
    /// Notes that the seat is in use, where the licence is, as every question of an activated device does.
    pub(super) async fn note_use(self, core: &Core) {
        if let (Ok(()), Some(seat)) = (self.verdict, self.seat) {
            Seated { grant: self.grant, seat }.note_use(core).await;
        }
    }
}
