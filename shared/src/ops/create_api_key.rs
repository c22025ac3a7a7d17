//! Making an API key.

use super::rejected::{Rejected, Thing, Unique};
use crate::core::{Core, Credentials};
use crate::domain::api_key::{ApiKey, ApiKeyId, ApiKeySecret, ApiKeyState, Permissions};
use crate::domain::ids::AccountId;
use crate::domain::text::{Email, Line};
use crate::domain::time::Timestamp;
use crate::table::CreateApiKeyError;

/// What is said about a new key.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What staff call it.
    pub name: Line<120>,
    /// The user that it belongs to.
    pub email: Email,
    /// What it may be used for.
    pub permissions: Permissions,
    /// The first moment at which it is too old, or nothing where it never is.
    pub expires: Option<Timestamp>,
    /// The key that a vendor brings along; drawn where it is not given.
    pub secret: Option<ApiKeySecret>,
}

/// A new key, and its text: nobody can be shown it again.
#[derive(Clone, Debug)]
pub struct CreatedApiKey {
    /// The record.
    pub key: ApiKey,
    /// The text.
    pub secret: ApiKeySecret,
}

/// Makes a key of the account. A text that any key of the deployment has or had cannot be brought along, so that a revoked key
/// stays revoked and a key opens one account.
pub async fn create_api_key(core: &Core, credentials: &Credentials, account: AccountId, new: NewApiKey) -> Result<CreatedApiKey, Rejected> {
    let now = core.now();
    let NewApiKey { name, email, permissions, expires, secret } = new;
    if expires.is_some_and(|expires| expires <= now) {
        return Err(Rejected::AlreadyExpired);
    }
    let secret = secret.unwrap_or_else(|| ApiKeySecret::generate(account, &core.random));
    let id = ApiKeyId::new(core.random.ulid(now));
    let key = ApiKey { id, account, name, email, permissions, created: now, expires, state: ApiKeyState::Active };
    let former = credentials.keys.previous_digests(&secret).map(|digests| digests.name);
    match core.table.create_api_key(&key, credentials.keys.digests(&secret), former).await {
        Ok(()) => Ok(CreatedApiKey { key, secret }),
        Err(CreateApiKeyError::NoAccount) => Err(Rejected::NotFound(Thing::Account)),
        Err(CreateApiKeyError::KeyTaken) => Err(Rejected::InUse(Unique::ApiKey)),
        Err(CreateApiKeyError::Fault(fault)) => Err(fault.into()),
    }
}
