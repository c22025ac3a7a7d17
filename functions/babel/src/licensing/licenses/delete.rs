//! `DELETE /v1/licenses/{licenseId}` (seed 004, "DELETE /v1/licenses/{licenseId}").

use axum::extract::State;
use latchkey_core::domain::ids::LicenseId;
use latchkey_core::ops::delete_license::delete_license;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::Thing;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes a licence with its tokens and traces. Its user key opens nothing from then on, and cannot be used again.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(license): Path<i32>) -> Result<Answer<Done>, Error> {
    let license = id(license, LicenseId::new, Thing::License)?;
    delete_license(&service.core, Edit { account: caller.account(), license, seen: None }).await?;
    Ok(Answer::done(&caller))
}
