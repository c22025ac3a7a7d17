//! Changing a licence: what all changes of one have in common.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::license::{License, LicenseMode};
use crate::fault::{Fault, FaultKind};
use crate::table::EditError;

/// How often a change is tried again that collided with another one.
pub(super) const ROUNDS: usize = 8;

/// A licence to be changed, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The account, from the credential.
    pub account: AccountId,
    /// The licence.
    pub license: LicenseId,
    /// The revision that the vendor saw, where only that may be changed.
    pub seen: Option<u32>,
}

/// Reads the licence, changes it by `change`, and writes it where nobody else has written it in between.
pub async fn edit_license(core: &Core, edit: Edit, change: impl Fn(License) -> Result<License, Rejected>) -> Result<License, Rejected> {
    for _ in 0..ROUNDS {
        let before = load(core, edit).await?;
        let mut after = change(before.clone())?;
        if !after.validity.is_ordered() {
            return Err(Rejected::EndsBeforeItBegins);
        }
        after.revision = before.revision.saturating_add(1);
        after.updated = Some(core.now());
        core.table.settle_content(&mut after, None).await?;
        match core.table.edit_license(&before, &after, core.now()).await {
            Ok(()) => return Ok(after),
            Err(EditError::Changed) => {}
            // Floating seats whose time is over are counted until somebody needs them: now they stand in the way.
            Err(EditError::SeatsInUse(taken)) if before.mode == LicenseMode::Floating => {
                if core.table.free_seats_over(before.key.digest(), core.now(), core.now()).await? == 0 {
                    return Err(Rejected::SeatsInUse { taken });
                }
            }
            Err(EditError::SeatsInUse(taken)) => return Err(Rejected::SeatsInUse { taken }),
            Err(EditError::NoOrder) => return Err(Rejected::NotFound(Thing::Order)),
            Err(EditError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "changing a licence").into())
}

/// The licence as it is, where it is at the revision that was seen.
pub(super) async fn load(core: &Core, edit: Edit) -> Result<License, Rejected> {
    let Edit { account, license, seen } = edit;
    let license = core.table.license(account, license).await?.ok_or(Rejected::NotFound(Thing::License))?;
    if seen.is_some_and(|seen| seen != license.revision) { Err(Rejected::Changed) } else { Ok(license) }
}
