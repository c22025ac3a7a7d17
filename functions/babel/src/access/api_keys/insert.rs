//! `POST /v1/api-keys` (seed 004, "POST /v1/api-keys").

use axum::extract::State;
use http::{HeaderMap, HeaderName, HeaderValue};
use latchkey_core::domain::api_key::ApiKeySecret;
use latchkey_core::ops::create_api_key::{NewApiKey, create_api_key};
use latchkey_core::ops::revoke_api_key::revoke_api_key;
use latchkey_core::ops::users::find_user;
use serde::{Deserialize, Serialize};

use super::permissions;
use crate::Service;
use crate::body::{Body, Given, text};
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

/// The header with the key's second secret, for which the contract's answer has no member: ours.
const CLIENT_SECRET: HeaderName = HeaderName::from_static("x-client-secret");

/// Makes an API key for a user of the account: the caller's own, unless another one is named.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertApiKeyRequest>,
) -> Result<(HeaderMap, Answer<InsertApiKeyAnswer>), Error> {
    let account = caller.account();
    let is_revoked = request.api_key.revoked.said().unwrap_or_default();
    let new = parse(&service, &caller, request.api_key).await?;
    let created = create_api_key(&service.core, &service.access.credentials, account, new).await?;
    if is_revoked {
        revoke_api_key(&service.core, account, created.key.id, None).await?;
    }
    let answer = InsertApiKeyAnswer { api_key_id: number(created.key.id.get()), api_key: created.secret.expose().to_owned() };
    let client_secret = HeaderValue::from_str(created.client_secret.expose()).map(|secret| (CLIENT_SECRET, secret));
    Ok((client_secret.into_iter().collect(), Answer::new(&caller, answer)))
}

async fn parse(service: &Service, caller: &Caller, given: ApiKeyGiven) -> Result<NewApiKey, Error> {
    let ApiKeyGiven { id: _, name, key, expire_date, owner_id, revoked: _, permissions: bits, description, roles } = given;
    let named = |given: Given<String>| given.said().unwrap_or_default();
    let owner = super::owner(&named(owner_id))?.or(caller.user());
    // A key of nobody's has the roles of the key that made it.
    let roles = super::roles(&named(roles))?.or_else(|| owner.is_none().then(|| caller.roles()));
    let secret = Some(named(key)).filter(|key| !key.is_empty());
    let secret = secret.map(|key| ApiKeySecret::parse(&key).map_err(|error| Error::invalid("apiKey.key", error))).transpose()?;
    let (name, description) = (text("apiKey.name", &named(name))?, text("apiKey.description", &named(description))?);
    let permissions = permissions(caller, bits.said().unwrap_or_default())?;
    let email = match owner {
        Some(owner) => find_user(&service.core, caller.account(), owner).await?.profile.email,
        None => None,
    };
    let email = email.map_or_else(|| text("apiKey.ownerId", NOBODY), Ok)?;
    Ok(NewApiKey { name, description, email, owner, roles, permissions, expires: expire_date.value().map(|moment| moment.0), secret })
}
