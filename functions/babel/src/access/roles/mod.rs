//! Roles: which there are, and who is in them.

pub(super) mod add;
pub(super) mod list;
pub(super) mod of_user;
pub(super) mod remove;

use latchkey_core::domain::role::Roles;
use serde::Deserialize;

use crate::error::Error;

/// The roles that a user is put into, or taken out of.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UserRolesRequest {
    /// Names or ids with commas between them.
    roles: String,
}

impl UserRolesRequest {
    fn parsed(&self) -> Result<Roles, Error> {
        self.roles.parse().map_err(|error| Error::invalid("roles", error))
    }
}
