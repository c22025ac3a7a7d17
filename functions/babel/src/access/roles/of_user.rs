//! `GET /v1/users/{userId}/roles` (seed 004, "GET /v1/users/{userId}/roles").

use axum::extract::State;
use latchkey_core::ops::users::find_user;

use crate::Service;
use crate::access::users;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Memory};
use crate::path::Path;
use crate::wire::Role;

/// Lists the roles that a user is in.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(user): Path<String>,
    list: List,
) -> Result<Listing<Role>, Error> {
    let user = users::id(&user)?;
    caller.require_user(user)?;
    let query = list.query::<Role>()?;
    let user = find_user(&service.core, caller.account(), user).await?;
    Listing::of(&caller, &query, &Memory::new(user.roles.iter().map(Role::from).collect())).await
}
