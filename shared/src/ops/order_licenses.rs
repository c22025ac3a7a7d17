//! The licences of an order.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, OrderId};
use crate::domain::license::License;
use crate::table::Page;

/// At most `limit` licences of an order after the number `after`, in the order of their numbers: those that were issued for it and not
/// moved away, and those that were moved to it. A page may be shorter than `limit`, and even empty, though there are more: `next` says
/// whether. May lag a moment behind what was written.
pub async fn order_licenses(
    core: &Core,
    account: AccountId,
    order: OrderId,
    after: Option<LicenseId>,
    limit: u16,
) -> Result<Page<License>, Rejected> {
    let numbers = core.table.numbers_of_order(account, order).await?.ok_or(Rejected::NotFound(Thing::Order))?;
    Ok(core.table.licenses_of_order(account, order, &numbers, after, limit.max(1)).await?)
}
