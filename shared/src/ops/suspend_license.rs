//! Suspending a licence: it may not be used until it is resumed.

use super::edit_license::{Edit, edit_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::license::{License, Since};
use crate::domain::text::Line;

/// Suspends an active licence. Its seats stay taken.
pub async fn suspend_license(core: &Core, edit: Edit, why: Option<Line<500>>) -> Result<License, Rejected> {
    let since = Since { at: core.now(), why };
    edit_license(core, edit, |license| Ok(License { state: license.state.clone().suspend(since.clone())?, ..license })).await
}
