//! `POST /v1/users` (seed 004, "POST /v1/users").

use axum::extract::State;
use latchkey_core::domain::user::Profile;
use latchkey_core::ops::users::{NewUser, create_user};
use serde::{Deserialize, Serialize};

use super::said::Said;
use crate::Service;
use crate::body::{Body, Given};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::UserGiven;

/// The user to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertUserRequest {
    user: UserGiven,
    /// Its password, of 8 to 128 characters; without one nobody logs in as it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    password: Given<String>,
}

/// The new user.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertUserAnswer {
    /// Its id.
    user_id: String,
}

/// Makes a user, in the roles that are named.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertUserRequest>,
) -> Result<Answer<InsertUserAnswer>, Error> {
    let InsertUserRequest { user, password } = request;
    let said = Said::parse(user)?;
    let user_name = said.user_name.clone().ok_or_else(|| Error::missing("user.userName"))?;
    let password = Some(password.said().unwrap_or_default()).filter(|password| !password.is_empty());
    let password = password.map(|text| super::password("password", &text)).transpose()?;
    let roles = said.roles.unwrap_or_default();
    if password.is_some() || !roles.is_empty() {
        super::may_let_in(&caller)?;
    }
    let new = NewUser { profile: said.over(&Profile::named(user_name)), roles, password };
    let user = create_user(&service.core, caller.account(), new).await?;
    Ok(Answer::new(&caller, InsertUserAnswer { user_id: user.id.to_string() }))
}
