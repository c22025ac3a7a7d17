//! The API key: what a vendor's script proves itself with.
//!
//! Architecture Invariant: the key's text is shown once, when it is made, and is stored nowhere. What is stored is the record
//! here, without it, and digests of it under a secret ([`credentials`](crate::credentials)).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ulid::Ulid;

use super::ids::AccountId;
use super::license::Since;
use super::text::{Email, Line};
use super::time::Timestamp;

mod permissions;
mod secret;

pub use self::permissions::{NotPermissions, Permission, Permissions};
pub use self::secret::{ApiKeySecret, NotAnApiKey};

/// A key's id: a ULID, so that the order of ids is the order in which keys were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKeyId(Ulid);

/// The text is not a key's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of an API key is a ULID of 26 characters")]
pub struct NotAnApiKeyId;

/// A key as its account sees it, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id, unique in the deployment.
    pub id: ApiKeyId,
    /// The account that it opens.
    pub account: AccountId,
    /// What staff call it.
    pub name: Line<120>,
    /// The user that it belongs to.
    pub email: Email,
    /// What it may be used for.
    pub permissions: Permissions,
    /// When it was made.
    pub created: Timestamp,
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
    /// The user that it belongs to.
    pub email: Email,
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
    /// The user that the key belongs to.
    pub email: Email,
    /// What may be done.
    pub permissions: Permissions,
}

impl ApiKeyId {
    /// The id that this ULID is.
    pub fn new(ulid: Ulid) -> Self {
        Self(ulid)
    }

    /// Parses 26 characters of Crockford's base 32.
    pub fn parse(text: &str) -> Result<Self, NotAnApiKeyId> {
        Ulid::from_string(text).map(Self).map_err(|_| NotAnApiKeyId)
    }
}

impl ApiKey {
    /// Whether it may be used at the moment `now`.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.state == ApiKeyState::Active && self.expires.is_none_or(|expires| now < expires)
    }

    /// What authentication needs of it.
    pub fn admission(&self) -> Admission {
        let Self { id, account, name: _, email, permissions, created: _, expires, state } = self.clone();
        Admission { id, account, email, permissions, expires, is_revoked: state != ApiKeyState::Active }
    }
}

impl Admission {
    /// Who asks with this key at the moment `now`, where the key may be used and `email`, if one was given, is its user's.
    pub fn admit(&self, email: Option<&Email>, now: Timestamp) -> Option<Principal> {
        let is_usable = !self.is_revoked && self.expires.is_none_or(|expires| now < expires);
        let is_theirs = email.is_none_or(|email| *email == self.email);
        let Self { id, account, email, permissions, .. } = self;
        (is_usable && is_theirs).then(|| Principal { account: *account, key: *id, email: email.clone(), permissions: *permissions })
    }
}

impl Principal {
    /// Whether the key allows `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for ApiKeyId {
    type Err = NotAnApiKeyId;

    fn from_str(text: &str) -> Result<Self, NotAnApiKeyId> {
        Self::parse(text)
    }
}

impl Serialize for ApiKeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ApiKeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
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
            id: ApiKeyId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap(),
            account: AccountId::new(7).unwrap(),
            name: Line::parse("shop").unwrap(),
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
    fn an_id_parses_back_whatever_its_case() {
        let id = key().id;
        assert_eq!(ApiKeyId::parse(&id.to_string().to_lowercase()), Ok(id));
        assert_eq!(serde_json::from_str::<ApiKeyId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        for text in ["", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FA#", "8ZZZZZZZZZZZZZZZZZZZZZZZZZZ"] {
            assert_eq!(ApiKeyId::parse(text), Err(NotAnApiKeyId), "{text}");
        }
    }
}
