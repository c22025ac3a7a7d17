//! Making an API key.

use super::rejected::{Rejected, Thing, Unique};
use crate::core::{Core, Credentials};
use crate::credentials::ClientSecretDigest;
use crate::domain::api_key::{ApiKey, ApiKeySecret, ApiKeyState, Permissions};
use crate::domain::ids::AccountId;
use crate::domain::role::{Role, Roles};
use crate::domain::text::{Email, Line, Prose};
use crate::domain::time::Timestamp;
use crate::domain::user::UserId;
use crate::table::{CreateApiKeyError, Freshness};

/// What is said about a new key.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What staff call it.
    pub name: Line<120>,
    /// What it is for, for staff.
    pub description: Prose<1_000>,
    /// The user that it belongs to, as scripts name it.
    pub email: Email,
    /// The same as management knows it, where it is made for one of the account's users.
    pub owner: Option<UserId>,
    /// The roles that it is bounded to, or nothing where it has those of its owner.
    pub roles: Option<Roles>,
    /// What it may be used for.
    pub permissions: Permissions,
    /// The first moment at which it is too old, or nothing where it never is.
    pub expires: Option<Timestamp>,
    /// The key that a vendor brings along; drawn where it is not given.
    pub secret: Option<ApiKeySecret>,
}

impl NewApiKey {
    /// A key that never expires, is nobody's as far as management knows, and is drawn.
    pub fn of(name: Line<120>, email: Email, permissions: Permissions) -> Self {
        Self { name, description: Prose::default(), email, owner: None, roles: None, permissions, expires: None, secret: None }
    }
}

/// A new key, and its text: nobody can be shown it again.
#[derive(Clone, Debug)]
pub struct CreatedApiKey {
    /// The record.
    pub key: ApiKey,
    /// The text.
    pub secret: ApiKeySecret,
    /// A second secret beside it. Ours asks for it nowhere: the original's interface has one, and what it is for there is not
    /// public. It is shown this once, and a digest of it is kept, by which a program that wants it can have it checked.
    pub client_secret: ApiKeySecret,
}

/// Makes a key of the account. A text that any key of the deployment has or had cannot be brought along, so that a revoked key
/// stays revoked and a key opens one account.
pub async fn create_api_key(core: &Core, credentials: &Credentials, account: AccountId, new: NewApiKey) -> Result<CreatedApiKey, Rejected> {
    let now = core.now();
    bounded_by_owner(core, account, new.owner, new.roles).await?;
    let NewApiKey { name, description, email, owner, roles, permissions, expires, secret } = new;
    if expires.is_some_and(|expires| expires <= now) {
        return Err(Rejected::AlreadyExpired);
    }
    let secret = secret.unwrap_or_else(|| ApiKeySecret::generate(account, &core.random));
    let client_secret = ApiKeySecret::generate_client_secret(&core.random);
    let id = core.table.next_api_key(account).await?;
    let state = ApiKeyState::Active;
    let key = ApiKey { id, account, name, description, email, owner, roles, permissions, created: now, revision: 1, expires, state };
    let former = credentials.keys.previous_digests(&secret).map(|digests| digests.name);
    let client = ClientSecretDigest::of(&client_secret);
    match core.table.create_api_key(&key, credentials.keys.digests(&secret), former, client).await {
        Ok(()) => Ok(CreatedApiKey { key, secret, client_secret }),
        Err(CreateApiKeyError::NoAccount) => Err(Rejected::NotFound(Thing::Account)),
        Err(CreateApiKeyError::KeyTaken) => Err(Rejected::InUse(Unique::ApiKey)),
        Err(CreateApiKeyError::Fault(fault)) => Err(fault.into()),
    }
}

/// That the owner is one of the account's users, and has the roles that the key is bounded to, but for that of a program.
///
/// An owner who is deleted in the same instant leaves a key that has no role.
pub(super) async fn bounded_by_owner(core: &Core, account: AccountId, owner: Option<UserId>, roles: Option<Roles>) -> Result<(), Rejected> {
    let Some(owner) = owner else { return Ok(()) };
    let owner = core.table.user(account, owner, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::User))?;
    let beyond = roles.unwrap_or_default().without(owner.roles.and(Role::Application));
    if beyond.is_empty() { Ok(()) } else { Err(Rejected::RolesBeyondOwner) }
}
