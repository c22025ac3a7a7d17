//! `PUT /v1/api-keys` (seed 004, "PUT /v1/api-keys").

#![expect(clippy::option_option, reason = "nothing is said, or it is said to be nothing: both are meant")]

use axum::extract::State;
use latchkey_core::domain::api_key::{ApiKey, Permissions};
use latchkey_core::domain::role::Roles;
use latchkey_core::domain::text::{Line, Prose};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::user::UserId;
use latchkey_core::ops::change_api_key::{ApiKeyChange, edit_api_key};
use serde::Deserialize;

use crate::Service;
use crate::body::{Body, text};
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::wire::ApiKeyGiven;

/// What is to be said of the key otherwise; its `id` says which.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateApiKeyRequest {
    api_key: ApiKeyGiven,
}

/// What is said: nothing is what stays.
struct Said {
    name: Option<Line<120>>,
    description: Option<Prose<1_000>>,
    owner: Option<Option<UserId>>,
    roles: Option<Option<Roles>>,
    permissions: Option<Permissions>,
    expires: Option<Option<Timestamp>>,
    revoked: Option<bool>,
}

/// Changes what an API key may do, until when, and whose it is. Its text and its second secret stay what they are.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<UpdateApiKeyRequest>,
) -> Result<Answer<Done>, Error> {
    let id = super::id(request.api_key.id.value().ok_or_else(|| Error::missing("apiKey.id"))?)?;
    let said = parse(&caller, request.api_key)?;
    edit_api_key(&service.core, caller.account(), id, |key| said.of(key)).await?;
    Ok(Answer::done(&caller))
}

fn parse(caller: &Caller, given: ApiKeyGiven) -> Result<Said, Error> {
    let ApiKeyGiven { id: _, name, key: _, expire_date, owner_id, revoked, permissions, description, roles } = given;
    Ok(Said {
        name: name.said().map(|name| text("apiKey.name", &name)).transpose()?,
        description: description.said().map(|description| text("apiKey.description", &description)).transpose()?,
        owner: owner_id.said().map(|id| super::owner(&id)).transpose()?,
        roles: roles.said().map(|names| super::roles(&names)).transpose()?,
        permissions: permissions.said().map(|bits| super::permissions(caller, bits)).transpose()?,
        expires: expire_date.nullable().map(|moment| moment.map(|moment| moment.0)),
        revoked: revoked.said(),
    })
}

impl Said {
    /// The change that this is for a key.
    fn of(&self, key: &ApiKey) -> ApiKeyChange {
        let stays = ApiKeyChange::none(key);
        ApiKeyChange {
            name: self.name.clone().unwrap_or(stays.name),
            description: self.description.clone().unwrap_or(stays.description),
            owner: self.owner.unwrap_or(stays.owner),
            roles: self.roles.unwrap_or(stays.roles),
            permissions: self.permissions.unwrap_or(stays.permissions),
            expires: self.expires.unwrap_or(stays.expires),
            is_revoked: self.revoked.unwrap_or(stays.is_revoked),
        }
    }
}
