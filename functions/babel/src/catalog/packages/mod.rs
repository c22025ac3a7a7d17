//! Packages of releases. These operations are ours: without them a vendor would need the operator's tool to publish anything.

pub(super) mod announce;
pub(crate) mod publish;
