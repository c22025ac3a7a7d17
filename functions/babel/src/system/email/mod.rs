//! Mail: looked at, and put into the account's outbox.

pub(super) mod license;
pub(super) mod send;
