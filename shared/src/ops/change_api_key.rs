//! Changing what is said about an API key, and deleting one.

use super::create_api_key::bounded_by_owner;
use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::api_key::{ApiKey, ApiKeyId, ApiKeyState, Permissions};
use crate::domain::ids::AccountId;
use crate::domain::license::Since;
use crate::domain::role::Roles;
use crate::domain::text::{Line, Prose};
use crate::domain::time::Timestamp;
use crate::domain::user::UserId;
use crate::fault::{Fault, FaultKind};
use crate::table::ChangeApiKeyError;

/// How often a change is tried again that collided with another one.
const ROUNDS: usize = 8;

/// All that can be changed about a key.
#[derive(Clone, Debug)]
pub struct ApiKeyChange {
    /// What staff call it.
    pub name: Line<120>,
    /// What it is for.
    pub description: Prose<1_000>,
    /// The user that it belongs to, as management knows it. Who it is as scripts name it stays.
    pub owner: Option<UserId>,
    /// The roles that it is bounded to, or nothing where it has those of its owner.
    pub roles: Option<Roles>,
    /// What it may be used for.
    pub permissions: Permissions,
    /// The first moment at which it is too old, or nothing where it never is. May lie behind: it is too old at once then.
    pub expires: Option<Timestamp>,
    /// Whether it is revoked, which it stays.
    pub is_revoked: bool,
}

/// Changes the account's key with this id. It holds at once, in every process.
pub async fn change_api_key(core: &Core, account: AccountId, id: ApiKeyId, change: ApiKeyChange) -> Result<ApiKey, Rejected> {
    edit_api_key(core, account, id, |_| change.clone()).await
}

/// Makes of the account's key with this id what `edit` says of it as it is now, however often others come between.
pub async fn edit_api_key(
    core: &Core,
    account: AccountId,
    id: ApiKeyId,
    edit: impl Fn(&ApiKey) -> ApiKeyChange,
) -> Result<ApiKey, Rejected> {
    let now = core.now();
    let key = core.table.api_key(account, id).await?.ok_or(Rejected::NotFound(Thing::ApiKey))?.key;
    let change = edit(&key);
    bounded_by_owner(core, account, change.owner, change.roles).await?;
    if !change.is_revoked && key.state != ApiKeyState::Active {
        return Err(Rejected::ApiKeyRevoked);
    }
    let change = |key: &ApiKey| {
        let ApiKeyChange { name, description, owner, roles, permissions, expires, is_revoked } = edit(key);
        let state = match &key.state {
            ApiKeyState::Active if is_revoked => ApiKeyState::Revoked(Since { at: now, why: None }),
            state @ (ApiKeyState::Active | ApiKeyState::Revoked(_)) => state.clone(),
        };
        ApiKey { name, description, owner, roles, permissions, expires, state, ..key.clone() }
    };
    changed(core, account, id, change).await
}

impl ApiKeyChange {
    /// No change.
    pub fn none(key: &ApiKey) -> Self {
        let ApiKey { name, description, owner, roles, permissions, expires, .. } = key.clone();
        Self { name, description, owner, roles, permissions, expires, is_revoked: key.state != ApiKeyState::Active }
    }
}

/// Deletes the account's key with this id: it opens nothing any more, and cannot be brought along again.
pub async fn delete_api_key(core: &Core, account: AccountId, id: ApiKeyId) -> Result<(), Rejected> {
    for _ in 0..ROUNDS {
        match core.table.delete_api_key(account, id, core.now()).await {
            Ok(()) => return Ok(()),
            Err(ChangeApiKeyError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "deleting an API key").into())
}

/// Makes of the key what `change` says, again where another change came between.
pub(super) async fn changed(core: &Core, account: AccountId, id: ApiKeyId, change: impl Fn(&ApiKey) -> ApiKey) -> Result<ApiKey, Rejected> {
    for _ in 0..ROUNDS {
        match core.table.change_api_key(account, id, &change).await {
            Ok(key) => return Ok(key),
            Err(ChangeApiKeyError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "changing an API key").into())
}

impl From<ChangeApiKeyError> for Rejected {
    fn from(error: ChangeApiKeyError) -> Self {
        match error {
            ChangeApiKeyError::NotFound => Self::NotFound(Thing::ApiKey),
            ChangeApiKeyError::Changed => Self::Changed,
            ChangeApiKeyError::Fault(fault) => fault.into(),
        }
    }
}
