//! An account's users: made, changed, put into roles, deleted.
//!
//! Nobody keeps an account from losing its last administrator: the operator's tool makes another.

use super::change_api_key::changed as changed_key;
use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::credentials::password::PasswordHash;
use crate::domain::api_key::{ApiKey, ApiKeyState};
use crate::domain::ids::AccountId;
use crate::domain::license::Since;
use crate::domain::password::Password;
use crate::domain::role::Roles;
use crate::domain::user::{Profile, User, UserId};
use crate::fault::{Fault, FaultKind};
use crate::table::{Freshness, UserError};

/// How often a change is tried again that collided with another one.
const ROUNDS: usize = 8;

/// How many keys or settings are looked at by one call.
const PAGE: u16 = 100;

/// What is said about a new user.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What staff say about it.
    pub profile: Profile,
    /// What it is to the account; may be nothing yet.
    pub roles: Roles,
    /// Its password; without one, nobody can log in as it.
    pub password: Option<Password>,
}

/// Makes a user of the account.
pub async fn create_user(core: &Core, account: AccountId, new: NewUser) -> Result<User, Rejected> {
    let NewUser { profile, roles, password } = new;
    require_customer(core, account, &profile).await?;
    let hash = match &password {
        Some(password) => Some(PasswordHash::of(password, &core.random).await?),
        None => None,
    };
    let now = core.now();
    let id = UserId::new(core.random.ulid(now));
    let user = User { id, account, revision: 1, era: 1, roles, created: now, updated: None, last_log_in: None, profile };
    match core.table.create_user(&user, hash.as_ref()).await {
        Ok(()) => Ok(user),
        Err(error) => Err(error.into()),
    }
}

/// The account's user with this id.
pub async fn find_user(core: &Core, account: AccountId, id: UserId) -> Result<User, Rejected> {
    core.table.user(account, id, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::User))
}

/// Gives the account's user with this id another profile, and other roles where they are said.
pub async fn change_user(core: &Core, account: AccountId, id: UserId, profile: Profile, roles: Option<Roles>) -> Result<User, Rejected> {
    edit_user(core, account, id, |user| (roles.unwrap_or(user.roles), profile.clone())).await
}

/// Makes of the account's user with this id what `edit` says of it as it is now, however often others come between.
pub async fn edit_user(core: &Core, account: AccountId, id: UserId, edit: impl Fn(&User) -> (Roles, Profile)) -> Result<User, Rejected> {
    changed(core, account, id, edit).await
}

/// Puts the user into these roles beside those that it has. Ends its logins where that changes anything.
pub async fn add_to_roles(core: &Core, account: AccountId, id: UserId, roles: Roles) -> Result<User, Rejected> {
    changed(core, account, id, |user| (user.roles.and(roles), user.profile.clone())).await
}

/// Takes these roles from the user. Ends its logins where that changes anything.
pub async fn remove_from_roles(core: &Core, account: AccountId, id: UserId, roles: Roles) -> Result<User, Rejected> {
    changed(core, account, id, |user| (user.roles.without(roles), user.profile.clone())).await
}

/// Deletes the account's user with this id. Its names are free again, its logins end, its API keys are revoked and its settings
/// are gone. Where a fault comes between, the user is still there, and deleting it again does the rest.
pub async fn delete_user(core: &Core, account: AccountId, id: UserId) -> Result<(), Rejected> {
    find_user(core, account, id).await?;
    revoke_keys(core, account, id).await?;
    loop {
        let page = core.table.user_settings(account, id, None, PAGE).await?;
        for setting in &page.items {
            core.table.delete_user_setting(account, id, setting.id).await?;
        }
        if page.next.is_none() {
            break;
        }
    }
    for _ in 0..ROUNDS {
        let Some(user) = core.table.user(account, id, Freshness::Strong).await? else { return Ok(()) };
        match core.table.delete_user(&user).await {
            Ok(()) => return Ok(()),
            Err(UserError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "deleting a user").into())
}

async fn revoke_keys(core: &Core, account: AccountId, owner: UserId) -> Result<(), Rejected> {
    let since = Since { at: core.now(), why: None };
    let revoked = |key: &ApiKey| match key.state {
        ApiKeyState::Active => ApiKey { state: ApiKeyState::Revoked(since.clone()), ..key.clone() },
        ApiKeyState::Revoked(_) => key.clone(),
    };
    let mut after = None;
    loop {
        let page = core.table.api_key_page(account, after, PAGE, Freshness::Strong).await?;
        for listed in page.items.iter().filter(|listed| listed.key.owner == Some(owner)) {
            match changed_key(core, account, listed.key.id, revoked).await {
                Ok(_) | Err(Rejected::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Makes of the user what `change` says, again where another change came between. What changes nothing writes nothing.
pub(super) async fn changed(
    core: &Core,
    account: AccountId,
    id: UserId,
    change: impl Fn(&User) -> (Roles, Profile),
) -> Result<User, Rejected> {
    for _ in 0..ROUNDS {
        let before = find_user(core, account, id).await?;
        let (roles, profile) = change(&before);
        if roles == before.roles && profile == before.profile {
            return Ok(before);
        }
        if profile.customer != before.profile.customer {
            require_customer(core, account, &profile).await?;
        }
        let after = before.changed(roles, profile, core.now());
        match core.table.replace_user(&before, &after, None).await {
            Ok(()) => return Ok(after),
            Err(UserError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "changing a user").into())
}

/// That the customer whom a user is said to be is one of the account's.
async fn require_customer(core: &Core, account: AccountId, profile: &Profile) -> Result<(), Rejected> {
    match profile.customer {
        Some(customer) if core.table.customer(account, customer).await?.is_none() => Err(Rejected::NotFound(Thing::Customer)),
        _ => Ok(()),
    }
}

impl From<UserError> for Rejected {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NoAccount => Self::NotFound(Thing::Account),
            UserError::NameTaken => Self::InUse(Unique::UserName),
            UserError::EmailTaken => Self::InUse(Unique::UserEmail),
            UserError::Changed => Self::Changed,
            UserError::Fault(fault) => fault.into(),
        }
    }
}
