//! The current release, as `get_version` tells about it.

mod ago;
pub(crate) mod get_version;
mod sections;
