//! `PUT /v1/users` (seed 004, "PUT /v1/users").

use axum::extract::State;
use latchkey_core::domain::user::{User, UserId};
use latchkey_core::ops::set_password::{change_password, set_password};
use latchkey_core::ops::users::{edit_user, find_user};
use serde::Deserialize;

use super::said::Said;
use crate::Service;
use crate::address::Address;
use crate::body::{Body, Given};
use crate::caller::{Caller, Scope};
use crate::code::Code;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::wire::UserGiven;

/// What is to be said of the user otherwise; its `id` says which.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateUserRequest {
    user: UserGiven,
    /// The present password, which everybody says who changes their own.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    current_password: Given<String>,
    /// Another password, of 8 to 128 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    new_password: Given<String>,
}

/// Changes a user: an administrator any, everybody else themselves, but for their roles and for which customer they are. Another
/// password, and other roles, end every login.
///
/// The profile is changed before the password: who is told that the present password is wrong has changed nothing that ends logins.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    address: Address,
    Body(request): Body<UpdateUserRequest>,
) -> Result<Answer<Done>, Error> {
    let UpdateUserRequest { user, current_password, new_password } = request;
    let id = user.id.clone().value().ok_or_else(|| Error::missing("user.id"))?;
    let id = super::id(&id)?;
    caller.require_user(id)?;
    let said = Said::parse(user)?;
    let [current, new] = [current_password, new_password].map(|given| given.said().unwrap_or_default());
    let new = if new.is_empty() { None } else { Some(super::password("newPassword", &new)?) };
    let before = find_user(&service.core, caller.account(), id).await?;
    require(&caller, &before, &said, new.is_some())?;
    edit_user(&service.core, caller.account(), id, |user| (said.roles.unwrap_or(user.roles), said.over(&user.profile))).await?;
    if let Some(new) = new {
        let Service { core, access } = &service;
        if !current.is_empty() {
            change_password(core, &access.credentials, (caller.account(), id), (&current, &new), address.0).await?;
        } else if is_own(&caller, id) {
            return Err(Error::new(Code::WrongPassword, "Your current password is needed for another one."));
        } else {
            set_password(core, caller.account(), id, &new).await?;
        }
    }
    Ok(Answer::done(&caller))
}

fn is_own(caller: &Caller, id: UserId) -> bool {
    caller.user() == Some(id)
}

/// That the caller may say this.
fn require(caller: &Caller, before: &User, said: &Said, is_password_new: bool) -> Result<(), Error> {
    let other_roles = said.roles.is_some_and(|roles| roles != before.roles);
    let other_customer = said.customer.is_some_and(|customer| customer != before.profile.customer);
    if caller.scope() == Scope::Own && (other_roles || other_customer) {
        return Err(Error::forbidden("Only an administrator may change a user's roles, or which customer it is."));
    }
    if other_roles || other_customer || is_password_new { super::may_let_in(caller) } else { Ok(()) }
}
