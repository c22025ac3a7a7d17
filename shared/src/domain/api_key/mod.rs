//! The API key: what a vendor's script proves itself with.
//!
//! Architecture Invariant: the key's text is shown once, when it is made, and is stored nowhere. What is stored is the record
//! here, without it, and digests of it under a secret ([`credentials`](crate::credentials)).

use serde::{Deserialize, Serialize};

use super::ids::AccountId;
use super::license::Since;
use super::role::{Role, Roles};
use super::text::{Email, Line, Prose};
use super::time::Timestamp;
use super::user::UserId;

mod permissions;
mod secret;

pub use self::permissions::{NotPermissions, Permission, Permissions};
pub use self::secret::{ApiKeySecret, NotAnApiKey};
pub use super::ids::ApiKeyId;

/// A key as its account sees it, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its number within the account.
    pub id: ApiKeyId,
    /// The account that it opens.
    pub account: AccountId,
    /// What staff call it.
    pub name: Line<120>,
    /// What it is for, for staff.
    #[serde(default)]
    pub description: Prose<1_000>,
    /// The user that it belongs to, as scripts name it.
    pub email: Email,
    /// The same as management knows it, where it was made for one of the account's users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// The roles that it is bounded to, or nothing where it has those of its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Roles>,
    /// What it may be used for.
    pub permissions: Permissions,
    /// When it was made.
    pub created: Timestamp,
    /// Counts the changes.
    #[serde(default)]
    pub revision: u32,
    /// The first moment at which it is too old, or nothing where it never is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Whether it may be used at all.
    pub state: ApiKeyState,
}

/// Whether a key may be used, apart from time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ApiKeyState {
    /// It may.
    Active,
    /// Never again.
    Revoked(Since),
}

/// The same key as its text finds it: all that authentication asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The key's id.
    pub id: ApiKeyId,
    /// The account that it opens.
    pub account: AccountId,
    /// The user that it belongs to, as scripts name it.
    pub email: Email,
    /// The same as management knows it.
    pub owner: Option<UserId>,
    /// The roles that it is bounded to, or nothing where it has those of its owner.
    pub roles: Option<Roles>,
    /// What it may be used for.
    pub permissions: Permissions,
    /// The first moment at which it is too old, or nothing where it never is.
    pub expires: Option<Timestamp>,
    /// Whether it was revoked.
    pub is_revoked: bool,
}

/// Who is asking: what an API key was accepted as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The account that everything is done in.
    pub account: AccountId,
    /// The key that was presented.
    pub key: ApiKeyId,
    /// The user that the key belongs to, as scripts name it.
    pub email: Email,
    /// The same as management knows it.
    pub owner: Option<UserId>,
    /// The roles that the key is bounded to, or nothing where it has those of its owner.
    pub roles: Option<Roles>,
    /// What may be done.
    pub permissions: Permissions,
}

impl ApiKey {
    /// Whether it may be used at the moment `now`.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.state == ApiKeyState::Active && self.expires.is_none_or(|expires| now < expires)
    }

    /// What authentication needs of it.
    pub fn admission(&self) -> Admission {
        let Self { id, account, email, owner, roles, permissions, expires, .. } = self.clone();
        Admission { id, account, email, owner, roles, permissions, expires, is_revoked: self.state != ApiKeyState::Active }
    }
}

impl Admission {
    /// Who asks with this key at the moment `now`, where the key may be used and `email`, if one was given, is its user's.
    pub fn admit(&self, email: Option<&Email>, now: Timestamp) -> Option<Principal> {
        let is_usable = !self.is_revoked && self.expires.is_none_or(|expires| now < expires);
        let is_theirs = email.is_none_or(|email| *email == self.email);
        let Self { id, account, email, owner, roles, permissions, .. } = self.clone();
        (is_usable && is_theirs).then_some(Principal { account, key: id, email, owner, roles, permissions })
    }
}

impl Principal {
    /// Whether the key allows `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// The roles that the key has whose owner has `owners` now; nothing where there is no owner, or no more.
    ///
    /// A key never has more roles than its owner. That of a program is the exception: everybody may make a key for a program,
    /// which then is nothing else.
    pub fn roles(&self, owners: Option<Roles>) -> Roles {
        match (self.owner, owners, self.roles) {
            (None, _, bounds) => bounds.unwrap_or_default(),
            (Some(_), None, _) => Roles::NONE,
            (Some(_), Some(owners), None) => owners,
            (Some(_), Some(owners), Some(bounds)) => bounds.within(owners.and(Role::Application)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).unwrap()
    }

    fn key() -> ApiKey {
        ApiKey {
            id: ApiKeyId::new(3).unwrap(),
            account: AccountId::new(7).unwrap(),
            name: Line::parse("shop").unwrap(),
            description: Prose::default(),
            owner: None,
            roles: None,
            revision: 1,
            email: Email::parse("erika@example.com").unwrap(),
            permissions: Permissions::from(Permission::Read),
            created: now(),
            expires: None,
            state: ApiKeyState::Active,
        }
    }

    #[test]
    fn a_key_is_admitted_as_its_account_and_user() {
        let key = key();
        let email = Email::parse("Erika@Example.com").unwrap();
        for presented in [None, Some(&email)] {
            let principal = key.admission().admit(presented, now()).unwrap();
            assert_eq!((principal.account, principal.key, &principal.email), (key.account, key.id, &email));
            assert!(principal.may(Permission::Read) && !principal.may(Permission::Write));
        }
    }

    #[test]
    fn what_is_revoked_too_old_or_somebody_elses_is_not_admitted() {
        let revoked = ApiKey { state: ApiKeyState::Revoked(Since { at: now(), why: None }), ..key() };
        assert!(!revoked.is_usable(now()) && revoked.admission().admit(None, now()).is_none());
        let other = Email::parse("max@example.com").unwrap();
        assert_eq!(key().admission().admit(Some(&other), now()), None);
        let aging = ApiKey { expires: Some(now()), ..key() };
        for (moment, is_usable) in [(now().plus_seconds(-1), true), (now(), false), (now().plus_seconds(1), false)] {
            assert_eq!(aging.is_usable(moment), is_usable);
            assert_eq!(aging.admission().admit(None, moment).is_some(), is_usable);
        }
    }

    #[test]
    fn a_key_has_no_more_roles_than_its_owner_but_for_that_of_a_program() {
        let owner = UserId::parse("0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e").unwrap();
        let roles = |owner, roles, owners| ApiKey { owner, roles, ..key() }.admission().admit(None, now()).unwrap().roles(owners);
        let (sales, both) = (Roles::from(Role::Sales), Roles::from(Role::Sales).and(Role::Application));
        assert_eq!(roles(None, None, None), Roles::NONE, "a script's key of before there were users manages nothing");
        assert_eq!(roles(None, Some(sales), None), sales);
        assert_eq!(roles(Some(owner), None, Some(sales)), sales);
        assert_eq!(roles(Some(owner), Some(Roles::ALL), Some(sales)), both);
        assert_eq!(roles(Some(owner), Some(Role::Administrator.into()), Some(sales)), Roles::NONE);
        assert_eq!(roles(Some(owner), Some(Roles::ALL), None), Roles::NONE, "its owner is gone");
    }
}
