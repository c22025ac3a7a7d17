//! Who is asking, as management sees it: in which roles, and as which customer.

use super::authenticate::AuthFailure;
use crate::core::Core;
use crate::domain::api_key::{ApiKeyId, Permission, Permissions, Principal};
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::role::{Role, Roles};
use crate::domain::user::{Standing, UserId};
use crate::fault::Fault;
use crate::sink::{Actor, acts};
use crate::table::Freshness;
use crate::tokens::{Bearer, BearerKeys};

/// Who is asking, with a Bearer or with an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that everything is done in.
    pub account: AccountId,
    /// The user, or the owner of the key where it has one.
    pub user: Option<UserId>,
    /// The key, where one was presented.
    pub key: Option<ApiKeyId>,
    /// The roles in which it is asked.
    pub roles: Roles,
    /// What may be done.
    pub permissions: Permissions,
    /// The customer that the user is: where nothing but [`Role::Customer`] allows a request, all that is shown is this one's.
    pub customer: Option<CustomerId>,
}

impl Caller {
    /// Whether it is asked in this role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    /// Whether this may be done.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }
}

/// Who asks with the Bearer in `text`.
///
/// The Bearer alone says who it is; whether the user is still there, in the same era, is one read, half a unit, which may go out
/// beside others ([`Bearer::open`] reads nothing). So a user who is deleted, is given another password or is put into other roles
/// is stopped within about a second, and not after half an hour. A no is confirmed by a strongly consistent read, for the user may
/// have been made, or have logged in again, a moment ago.
pub async fn stand_with_bearer(core: &Core, keys: &BearerKeys, text: &str) -> Result<Caller, AuthFailure> {
    let bearer = Bearer::open(text, keys, &core.public_url, core.now()).ok_or(AuthFailure::Unknown)?;
    stand_as(core, &bearer).await
}

/// The same for a Bearer that was opened.
pub async fn stand_as(core: &Core, bearer: &Bearer) -> Result<Caller, AuthFailure> {
    let Bearer { account, user, era, .. } = *bearer;
    let is_the_same = |standing: &Standing| standing.era == era;
    let standing = match standing(core, account, user, Freshness::Eventual).await?.filter(is_the_same) {
        Some(standing) => Some(standing),
        None => standing(core, account, user, Freshness::Strong).await?.filter(is_the_same),
    };
    let Standing { roles, customer, .. } = standing.ok_or(AuthFailure::Unknown)?;
    acts(Actor { account, user: Some(user), key: None });
    Ok(Caller { account, user: Some(user), key: None, roles, permissions: Permissions::ALL, customer })
}

/// Who asks with an API key that was accepted. Where the key has an owner, the owner is read, for the key has no more roles than
/// its owner has now; that of an owner who is gone has none.
pub async fn stand_with_key(core: &Core, principal: &Principal) -> Result<Caller, Fault> {
    let Principal { account, key, owner, permissions, .. } = *principal;
    let owners = match owner {
        None => None,
        Some(owner) => match standing(core, account, owner, Freshness::Eventual).await? {
            Some(standing) => Some(standing),
            None => standing(core, account, owner, Freshness::Strong).await?,
        },
    };
    let roles = principal.roles(owners.map(|standing| standing.roles));
    let customer = owners.and_then(|standing| standing.customer);
    acts(Actor { account, user: owner, key: Some(key) });
    Ok(Caller { account, user: owner, key: Some(key), roles, permissions, customer })
}

async fn standing(core: &Core, account: AccountId, user: UserId, freshness: Freshness) -> Result<Option<Standing>, Fault> {
    Ok(core.table.user(account, user, freshness).await?.map(|user| user.standing()))
}
