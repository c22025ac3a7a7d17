//! Licences by their key.

pub(crate) mod get;
pub(crate) mod get_public;
