//! `DELETE /v1/webhooks/{webhookId}` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::webhooks::delete_webhook;

use super::id;
use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Deletes a webhook: nothing more is sent to it. What was sent to it is listed for 30 days.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(number): Path<i32>) -> Result<Answer<Done>, Error> {
    delete_webhook(&service.core, caller.account(), id(number)?).await?;
    Ok(Answer::done(&caller))
}
