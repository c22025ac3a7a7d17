//! `DELETE /v1/products/{productId}/releases/{releaseId}` (seed 004, "DELETE /v1/products/{productId}/releases/{releaseId}").

use axum::extract::State;
use latchkey_core::ops::releases::delete_release;

use super::release;
use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Deletes a release and its assemblies. One whose package was published is withdrawn.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
) -> Result<Answer<Done>, Error> {
    delete_release(&service.core, caller.account(), release(product, of)?).await?;
    Ok(Answer::done(&caller))
}
