//! Changing from when until when a licence holds.

use super::edit_license::{Edit, edit_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::license::{License, Validity};

/// Sets the beginning and the end. A licence that has ended is renewed this way.
pub async fn change_validity(core: &Core, edit: Edit, validity: Validity) -> Result<License, Rejected> {
    edit_license(core, edit, |license| Ok(License { validity, ..license })).await
}
