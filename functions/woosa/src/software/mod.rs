//! Updates: what there is, and fetching it.

pub(crate) mod info;
pub(crate) mod update_download;
pub(crate) mod update_prepare;
