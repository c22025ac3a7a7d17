//! Changing how a licence's seats are taken.

use super::edit_license::{Edit, edit_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::license::{License, LicenseMode};

/// Sets the mode. Seats of one kind mean nothing in another mode, so it is refused while any is taken, development sites included.
/// Floating seats whose time is over do not count.
pub async fn change_mode(core: &Core, edit: Edit, mode: LicenseMode) -> Result<License, Rejected> {
    edit_license(core, edit, |license| Ok(License { mode, ..license })).await
}
