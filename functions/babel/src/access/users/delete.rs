//! `DELETE /v1/users/{userId}` (seed 004, "DELETE /v1/users/{userId}").

use axum::extract::State;
use latchkey_core::ops::users::delete_user;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Deletes a user: its logins end, its API keys are revoked, its settings are gone.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(id): Path<String>) -> Result<Answer<Done>, Error> {
    delete_user(&service.core, caller.account(), super::id(&id)?).await?;
    Ok(Answer::done(&caller))
}
