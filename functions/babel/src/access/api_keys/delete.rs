//! `DELETE /v1/api-keys/{apiKeyId}` (seed 004, "DELETE /v1/api-keys/{apiKeyId}").

use axum::extract::State;
use latchkey_core::ops::change_api_key::delete_api_key;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Deletes an API key: it opens nothing any more, with the next request.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(number): Path<i32>) -> Result<Answer<Done>, Error> {
    delete_api_key(&service.core, caller.account(), super::id(number)?).await?;
    Ok(Answer::done(&caller))
}
