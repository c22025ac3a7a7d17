//! Users: made, listed, changed, deleted.

pub(super) mod delete;
pub(super) mod insert;
pub(crate) mod list;
mod said;
pub(super) mod update;

use latchkey_core::domain::password::Password;
use latchkey_core::domain::role::{Role, Roles};
use latchkey_core::domain::user::UserId;
use latchkey_core::ops::rejected::Thing;

use crate::caller::Caller;
use crate::error::Error;

/// The user with this id. What is none leads nowhere.
pub(super) fn id(text: &str) -> Result<UserId, Error> {
    UserId::parse(text).map_err(|_| Error::not_found(Thing::User))
}

/// The set of roles with these names or ids.
fn roles(names: &[String]) -> Result<Roles, Error> {
    let role = |name: &String| {
        Role::parse(name)
            .ok_or_else(|| Error::invalid("user.roles", "a role is Administrator, LicenseManager, Sales, Customer or Application"))
    };
    names.iter().map(role).collect()
}

/// A password that somebody is to log in with.
fn password(member: &str, text: &str) -> Result<Password, Error> {
    Password::parse(text).map_err(|error| Error::invalid(member, error))
}

/// That the caller may let somebody in, or into a role: who can do so can do everything as soon as they have logged in.
pub(super) fn may_let_in(caller: &Caller) -> Result<(), Error> {
    if caller.has_every_permission() {
        Ok(())
    } else {
        Err(Error::forbidden("Passwords and roles are given by users who logged in, and by API keys with every permission."))
    }
}
