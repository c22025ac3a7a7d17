//! Yanking a release: it can no longer be fetched.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::release::{Release, newest_published};
use crate::domain::text::Line;
use crate::fault::{Fault, FaultKind};
use crate::table::{CurrentChange, Freshness};

/// How often yanking is tried again that collided with another change of the product.
const ROUNDS: usize = 8;

/// Withdraws a published release. Where it was the current one, the newest other published one takes its place in the same
/// write. What is remembered of a product in the functions is 60 seconds old at most, so it is offered no longer than that.
pub async fn yank_release(
    core: &Core,
    account: AccountId,
    product: ProductId,
    release: ReleaseId,
    why: Option<Line<500>>,
) -> Result<Release, Rejected> {
    for _ in 0..ROUNDS {
        let before = core.table.release(account, product, release).await?.ok_or(Rejected::NotFound(Thing::Release))?;
        let owner = core.table.product(account, product, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Product))?;
        let after = before.clone().yank(core.now(), why.clone())?;
        let current = if owner.current.as_ref().is_some_and(|current| current.id == release) {
            CurrentChange::Set(Box::new(newest_published(&core.table.releases(account, product).await?, release)))
        } else {
            CurrentChange::Keep
        };
        if core.table.change_release(&before, &after, &owner, current).await?.is_ok() {
            return Ok(after);
        }
    }
    Err(Fault::new(FaultKind::Contended, "yanking a release").into())
}
