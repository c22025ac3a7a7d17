//! Refunding a licence: the money went back, and it may never be used again.

use super::edit_license::{Edit, edit_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::license::{License, Since};
use crate::domain::text::Line;

/// Marks an active or suspended licence as refunded, for good.
pub async fn refund_license(core: &Core, edit: Edit, why: Option<Line<500>>) -> Result<License, Rejected> {
    let since = Since { at: core.now(), why };
    edit_license(core, edit, |license| Ok(License { state: license.state.clone().refund(since.clone())?, ..license })).await
}
