//! Revoking a licence: it may never be used again.

use super::edit_license::{Edit, edit_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::license::{License, Since};
use crate::domain::text::Line;

/// Revokes an active or suspended licence, for good. Its seats stay as they are, for the vendor to see.
pub async fn revoke_license(core: &Core, edit: Edit, why: Option<Line<500>>) -> Result<License, Rejected> {
    let since = Since { at: core.now(), why };
    edit_license(core, edit, |license| Ok(License { state: license.state.clone().revoke(since.clone())?, ..license })).await
}
