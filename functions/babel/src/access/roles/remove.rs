//! `DELETE /v1/users/{userId}/roles` (seed 004, "DELETE /v1/users/{userId}/roles").

use axum::extract::State;
use latchkey_core::ops::users::remove_from_roles;

use super::UserRolesRequest;
use crate::Service;
use crate::access::users;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Takes a user out of roles. Ends its logins where that changes anything.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(user): Path<String>,
    Body(request): Body<UserRolesRequest>,
) -> Result<Answer<Done>, Error> {
    remove_from_roles(&service.core, caller.account(), users::id(&user)?, request.parsed()?).await?;
    Ok(Answer::done(&caller))
}
