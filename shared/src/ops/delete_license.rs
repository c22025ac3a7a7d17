//! Deleting a licence.

use super::edit_license::{Edit, ROUNDS, load};
use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::fault::{Fault, FaultKind};
use crate::table::EditError;

/// Deletes a licence, whoever uses it: its seats, tokens and traces go with it, and its key opens nothing any more and is nobody
/// else's for ever.
///
/// One transaction takes it away, and what lies around it is swept afterwards. Where that breaks off, the table's stream goes on with
/// it; the licence is deleted all the same.
pub async fn delete_license(core: &Core, edit: Edit) -> Result<(), Rejected> {
    for _ in 0..ROUNDS {
        let license = load(core, edit).await?;
        match core.table.delete_license(&license).await {
            Ok(()) => {
                let swept = core.table.sweep_license(license.key.digest()).await;
                let entered = core.table.delete_summary(license.account, license.id, license.key.digest()).await;
                if let Err(fault) = swept.and(entered) {
                    tracing::warn!(%fault, "what a deleted licence left is swept later");
                }
                return Ok(());
            }
            Err(EditError::Changed) => {}
            Err(EditError::SeatsInUse(_) | EditError::NoOrder) => return Err(Rejected::NotFound(Thing::License)),
            Err(EditError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "deleting a licence").into())
}
