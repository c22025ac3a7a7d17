//! Resuming a licence that was suspended.

use super::edit_license::{Edit, edit_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::license::License;

/// Makes a suspended licence active again.
pub async fn resume_license(core: &Core, edit: Edit) -> Result<License, Rejected> {
    edit_license(core, edit, |license| Ok(License { state: license.state.clone().resume()?, ..license })).await
}
