//! Deactivating for clients that are shown the licence even where the site holds no seat.

use super::claimed::or_unknown_product;
use super::deactivate::{Deactivate, deactivate};
use super::described::Described;
use crate::core::Core;
use crate::domain::refusal::Refusal;
use crate::failure::Failure;

/// [`deactivate`], with the product; where the device holds no seat, with the licence as it is just after, which is one read
/// more.
pub async fn try_deactivate(core: &Core, ask: Deactivate<'_>) -> Result<Described, Failure> {
    match or_unknown_product(core, ask.product, deactivate(core, ask).await).await {
        Ok(snapshot) => Ok(Described::of(core, snapshot.grant, Ok(())).await?),
        Err(Failure::Refused(none @ Refusal::NotActivatedHere)) => Described::after(core, ask.key.digest(), none).await,
        Err(failure) => Err(failure),
    }
}
