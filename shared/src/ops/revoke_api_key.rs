//! Revoking an API key: it may never be used again.

use super::change_api_key::changed;
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::api_key::{ApiKey, ApiKeyId, ApiKeyState};
use crate::domain::ids::AccountId;
use crate::domain::license::Since;
use crate::domain::text::Line;

/// Revokes the account's key with this id, for good. Revoking it again changes nothing: when and why stay the first ones.
pub async fn revoke_api_key(core: &Core, account: AccountId, id: ApiKeyId, why: Option<Line<500>>) -> Result<ApiKey, Rejected> {
    let since = Since { at: core.now(), why };
    let revoked = |key: &ApiKey| match key.state {
        ApiKeyState::Active => ApiKey { state: ApiKeyState::Revoked(since.clone()), ..key.clone() },
        ApiKeyState::Revoked(_) => key.clone(),
    };
    changed(core, account, id, revoked).await
}
