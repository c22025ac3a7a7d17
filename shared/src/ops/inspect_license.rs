//! Inspecting a licence by its key: what it is and where it is used.

use crate::core::Core;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::{ProductClaim, SeatClaim, judge};
use crate::domain::refusal::Refusal;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::table::Freshness;
use crate::table::seats::Snapshot;

/// The licence with its seats, or why it may not be used. One read; a refusal is confirmed by a strongly consistent one, for
/// a licence may have been issued or renewed a moment ago (reliability F10).
pub async fn inspect_license(core: &Core, key: &LicenseKey, product: ProductClaim<'_>) -> Result<Snapshot, Failure> {
    let inspected = match inspect(core, key, product, Freshness::Eventual).await {
        Err(Failure::Refused(_)) => inspect(core, key, product, Freshness::Strong).await,
        answer => answer,
    };
    core.trace(key.digest(), &inspected, |at| Event::of_device(at, Act::Check, None));
    inspected
}

async fn inspect(core: &Core, key: &LicenseKey, product: ProductClaim<'_>, freshness: Freshness) -> Result<Snapshot, Failure> {
    let snapshot = core.table.snapshot(key.digest(), freshness).await?;
    judge(snapshot.as_ref().map(|snapshot| &snapshot.grant), product, SeatClaim::None, core.now())?;
    snapshot.ok_or(Failure::Refused(Refusal::UnknownKey))
}
