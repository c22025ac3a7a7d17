//! Changing how many seats a licence has.

use super::edit_license::{Edit, edit_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::license::License;
use crate::domain::seat::SeatLimit;

/// Sets the seat limit. A limit below the seats that are taken is refused, so that no more than the limit are ever taken.
pub async fn change_seat_limit(core: &Core, edit: Edit, limit: SeatLimit) -> Result<License, Rejected> {
    edit_license(core, edit, |license| Ok(License { seat_limit: limit, ..license })).await
}
