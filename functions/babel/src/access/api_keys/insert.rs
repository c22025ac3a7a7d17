//! `POST /v1/api-keys` (seed 004, "POST /v1/api-keys").

use axum::extract::State;
use latchkey_core::domain::api_key::ApiKeySecret;
use latchkey_core::domain::role::Roles;
use latchkey_core::domain::text::Email;
use latchkey_core::domain::user::UserId;
use latchkey_core::ops::create_api_key::{NewApiKey, create_api_key};
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::users::find_user;
use serde::{Deserialize, Serialize};

use super::permissions;
use crate::Service;
use crate::body::{Body, text};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{ApiKeyGiven, number};

/// Whose a key is, as scripts name it, where its owner has no address or there is no owner. No mail ever goes there (RFC 2606).
const NOBODY: &str = "nobody@invalid";

/// The key to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertApiKeyRequest {
    api_key: ApiKeyGiven,
}

/// The new key, and its text: nobody can be shown it again.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertApiKeyAnswer {
    /// Its number.
    api_key_id: i32,
    /// Its text.
    api_key: String,
}

/// Makes an API key for a user of the account: the caller's own, unless another one is named.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertApiKeyRequest>,
) -> Result<Answer<InsertApiKeyAnswer>, Error> {
    let new = parse(&service, &caller, request.api_key).await?;
    let created = create_api_key(&service.core, &service.access.credentials, caller.account(), new).await?;
    let answer = InsertApiKeyAnswer { api_key_id: number(created.key.id.get()), api_key: created.secret.expose().to_owned() };
    Ok(Answer::new(&caller, answer))
}

async fn parse(service: &Service, caller: &Caller, given: ApiKeyGiven) -> Result<NewApiKey, Error> {
    let ApiKeyGiven { id: _, name, key, expire_date, owner_id, revoked: _, permissions: bits, description, roles } = given;
    let owner = match owner_id.said().filter(|id| !id.is_empty()) {
        Some(id) => Some(UserId::parse(&id).map_err(|_| Error::not_found(Thing::User))?),
        None => caller.user(),
    };
    let roles = roles.said().filter(|roles| !roles.is_empty());
    let roles = roles.map(|roles| roles.parse::<Roles>().map_err(|error| Error::invalid("apiKey.roles", error))).transpose()?;
    let email = match owner {
        Some(owner) => find_user(&service.core, caller.account(), owner).await?.profile.email,
        None => None,
    };
    let secret = key.said().filter(|key| !key.is_empty());
    Ok(NewApiKey {
        name: text("apiKey.name", &name.said().unwrap_or_default())?,
        description: text("apiKey.description", &description.said().unwrap_or_default())?,
        email: email.map_or_else(|| text("apiKey.ownerId", NOBODY), |email: Email| Ok(email))?,
        owner,
        // A key of nobody's has the roles of the key that made it.
        roles: roles.or_else(|| owner.is_none().then(|| caller.roles())),
        permissions: permissions(caller, bits.said().unwrap_or_default())?,
        expires: expire_date.value().map(|moment| moment.0),
        secret: secret.map(|secret| ApiKeySecret::parse(&secret).map_err(|error| Error::invalid("apiKey.key", error))).transpose()?,
    })
}
