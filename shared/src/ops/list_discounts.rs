//! Listing an account's discounts.

use crate::core::Core;
use crate::domain::discount::DiscountCode;
use crate::domain::ids::AccountId;
use crate::fault::Fault;
use crate::table::DiscountPage;

/// The most discounts of one page.
pub const MOST_DISCOUNTS: u16 = 100;

/// At most `limit` discounts, from 1 to [`MOST_DISCOUNTS`], in the order of their codes, after the code `after`.
pub async fn list_discounts(core: &Core, account: AccountId, after: Option<&DiscountCode>, limit: u16) -> Result<DiscountPage, Fault> {
    core.table.discounts(account, after, limit.clamp(1, MOST_DISCOUNTS)).await
}
