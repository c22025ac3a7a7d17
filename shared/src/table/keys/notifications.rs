//! The keys of notifications, of their pushes, and of what became of these.

use super::{Key, product_partition};
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::seat::SeatDigest;
use crate::table::read::Range;

const NOTIFICATION_PREFIX: &str = "NOTIFICATION#";
const COUNT_PREFIX: &str = "COUNT#";
const FAILED_PREFIX: &str = "FAILED#";

/// The notification of a release.
pub(in crate::table) fn notification(account: AccountId, product: ProductId, release: ReleaseId) -> Key {
    Key::new(product_partition(account, product), format!("{NOTIFICATION_PREFIX}{:010}", release.get()))
}

/// All notifications of a product.
pub(in crate::table) fn notifications(account: AccountId, product: ProductId) -> Range {
    Range::prefixed(product_partition(account, product), NOTIFICATION_PREFIX)
}

fn partition(account: AccountId, release: ReleaseId) -> String {
    format!("{NOTIFICATION_PREFIX}{:010}#{:010}", account.get(), release.get())
}

/// A site that is told of a release.
pub(in crate::table) fn push(account: AccountId, release: ReleaseId, site: SeatDigest) -> Key {
    Key::new(partition(account, release), format!("SITE#{site}"))
}

/// That a site was not told.
pub(in crate::table) fn push_failure(account: AccountId, release: ReleaseId, site: SeatDigest) -> Key {
    Key::new(partition(account, release), format!("{FAILED_PREFIX}{site}"))
}

/// All sites that were not told.
pub(in crate::table) fn push_failures(account: AccountId, release: ReleaseId) -> Range {
    Range::prefixed(partition(account, release), FAILED_PREFIX)
}

/// A part of the counts of what became of a release's pushes.
pub(in crate::table) fn push_count(account: AccountId, release: ReleaseId, part: u8) -> Key {
    Key::new(partition(account, release), format!("{COUNT_PREFIX}{part:03}"))
}

/// All parts.
pub(in crate::table) fn push_counts(account: AccountId, release: ReleaseId) -> Range {
    Range::prefixed(partition(account, release), COUNT_PREFIX)
}
