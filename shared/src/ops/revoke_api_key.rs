//! Revoking an API key: it may never be used again.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::api_key::{ApiKey, ApiKeyId};
use crate::domain::ids::AccountId;
use crate::domain::license::Since;
use crate::domain::text::Line;
use crate::fault::{Fault, FaultKind};
use crate::table::RevokeApiKeyError;

/// How often a revocation is tried again that collided with another change.
const ROUNDS: usize = 8;

/// Revokes the account's key with this id, for good. Revoking it again changes nothing: when and why stay the first ones.
pub async fn revoke_api_key(core: &Core, account: AccountId, id: ApiKeyId, why: Option<Line<500>>) -> Result<ApiKey, Rejected> {
    let since = Since { at: core.now(), why };
    for _ in 0..ROUNDS {
        match core.table.revoke_api_key(account, id, since.clone()).await {
            Ok(Some(key)) => return Ok(key),
            Ok(None) => return Err(Rejected::NotFound(Thing::ApiKey)),
            Err(RevokeApiKeyError::Changed) => {}
            Err(RevokeApiKeyError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "revoking an API key").into())
}
