//! `POST /v1/users/{userId}/roles` (seed 004, "POST /v1/users/{userId}/roles").

use axum::extract::State;
use latchkey_core::ops::users::add_to_roles;

use super::UserRolesRequest;
use crate::Service;
use crate::access::users;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Puts a user into roles, beside those that it is in. Ends its logins where that changes anything.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(user): Path<String>,
    Body(request): Body<UserRolesRequest>,
) -> Result<Answer<Done>, Error> {
    users::may_let_in(&caller)?;
    add_to_roles(&service.core, caller.account(), users::id(&user)?, request.parsed()?).await?;
    Ok(Answer::done(&caller))
}
