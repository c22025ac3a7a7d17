//! API keys: made, listed, changed, deleted.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::domain::api_key::{ApiKeyId, Permissions};
use latchkey_core::domain::role::Roles;
use latchkey_core::domain::user::UserId;
use latchkey_core::ops::rejected::Thing;

use crate::caller::Caller;
use crate::error::Error;
use crate::path;

/// The key with this number.
fn id(number: i32) -> Result<ApiKeyId, Error> {
    path::id(number, ApiKeyId::new, Thing::ApiKey)
}

/// The set of permissions that a number stands for, of which none is beyond the caller's own: a key that may make keys could make one
/// for itself that may do more.
fn permissions(caller: &Caller, bits: i32) -> Result<Permissions, Error> {
    let set = u8::try_from(bits).ok().and_then(Permissions::from_bits);
    let set = set.ok_or_else(|| Error::invalid("apiKey.permissions", "it is a sum of 1, 2, 4 and 8, and at least one of them"))?;
    match set.iter().find(|permission| !caller.may(*permission)) {
        None => Ok(set),
        Some(permission) => Err(Error::forbidden(format!("Your API key has no permission to {}, and gives none.", permission.name()))),
    }
}

/// The user with this id, or nobody.
fn owner(id: &str) -> Result<Option<UserId>, Error> {
    if id.is_empty() { Ok(None) } else { UserId::parse(id).map(Some).map_err(|_| Error::not_found(Thing::User)) }
}

/// The roles with these names, or nothing where none is said.
fn roles(names: &str) -> Result<Option<Roles>, Error> {
    if names.trim().is_empty() { Ok(None) } else { names.parse().map(Some).map_err(|error| Error::invalid("apiKey.roles", error)) }
}
