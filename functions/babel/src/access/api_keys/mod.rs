//! API keys: made, listed, changed, deleted.

pub(super) mod insert;
pub(super) mod list;

use latchkey_core::domain::api_key::Permissions;

use crate::caller::Caller;
use crate::error::Error;

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
