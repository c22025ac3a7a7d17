//! Moving a licence to another order.

use super::edit_license::{Edit, edit_license, load};
use super::next_line::next_line;
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::ids::{AccountId, OrderId};
use crate::domain::license::License;
use crate::domain::order::OrderLine;

/// Makes a licence another order's, or no order's. Its number, its key, its customer and who it is made out to stay.
///
/// It takes a line of the order, so that a line still has one licence; the number that was reserved for that line stays unused. The
/// promised line that it was issued for remains its own: a shop that asks for that line again gets this licence (reliability I4).
pub async fn move_license(core: &Core, edit: Edit, order: Option<OrderId>) -> Result<License, Rejected> {
    let before = load(core, edit).await?;
    let line = line_for(core, edit.account, &before, order).await?;
    edit_license(core, edit, |license| Ok(License { order_line: line, ..license })).await
}

/// The line that a licence has in `order`: its own, where it is that order's already, and otherwise the next free one, which is taken
/// by this. To be set in [`edit_license`] by whoever changes more than the order.
pub async fn line_for(core: &Core, account: AccountId, license: &License, order: Option<OrderId>) -> Result<Option<OrderLine>, Rejected> {
    match order {
        None => Ok(None),
        Some(order) if license.is_for(order) => Ok(license.order_line),
        Some(order) => next_line(core, account, order).await.map(|(_, _, line)| Some(line)),
    }
}
