//! Activating for clients that are shown the licence even where there is no seat left.

use super::activate::{Activate, activate};
use super::claimed::or_unknown_product;
use super::described::Described;
use crate::core::Core;
use crate::domain::refusal::Refusal;
use crate::failure::Failure;

/// [`activate`], with the product; where no seat is left, with the licence as it is just after, which is one read more.
pub async fn try_activate(core: &Core, ask: Activate<'_>) -> Result<Described, Failure> {
    match or_unknown_product(core, ask.product, activate(core, ask).await).await {
        Ok(snapshot) => Ok(Described::of(core, snapshot.grant, Ok(())).await?),
        Err(Failure::Refused(full @ Refusal::NoSeatsLeft)) => Described::after(core, ask.key.digest(), full).await,
        Err(failure) => Err(failure),
    }
}
