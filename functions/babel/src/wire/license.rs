//! The license on the wire (seed 004, "GET /v1/licenses").

use super::entity;

entity! {
    /// A license.
    License, LICENSE: "License", key "id", list "licenses";
    members {
        /// Its number.
        "id" id: i32,
    }
    one {}
    many {}
    indexes []
}
