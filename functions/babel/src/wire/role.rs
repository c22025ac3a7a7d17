//! The role on the wire (seed 004, "GET /v1/roles").

use latchkey_core::domain::role::Role as Known;

use super::entity;

entity! {
    /// A role.
    Role, ROLE: "Role", key "id", list "roles";
    members {
        /// Its id.
        "id" id: String,
        /// Its name.
        "name" name: String,
        /// What it is.
        "description" description: String,
    }
    one {}
    many {}
    indexes []
}

impl From<Known> for Role {
    fn from(role: Known) -> Self {
        Self { id: role.id().to_owned(), name: role.name().to_owned(), description: role.description().to_owned() }
    }
}
