//! Who asks: an API key in `x-api-key` or a Bearer in `Authorization` (seed 004), who must be in a role that may, with a permission
//! that is enough, as [`roles`](crate::roles) has it.
//!
//! Architecture Invariant: the account comes from here, and from nowhere else.

use axum::extract::{FromRef, FromRequestParts, MatchedPath, OptionalFromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use latchkey_core::domain::api_key::{Permission, Permissions};
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::role::{Role, Roles};
use latchkey_core::domain::user::UserId;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::http::{bearer, in_header};
use latchkey_core::ops::authenticate::authenticate;
use latchkey_core::ops::stand::{Caller as Standing, stand_with_bearer, stand_with_key};

use crate::error::Error;
use crate::roles::{Operation, Who};
use crate::{Service, audit};

/// The header with an API key.
const API_KEY: &str = "x-api-key";

/// Who asks for an operation, and may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    standing: Standing,
    scope: Scope,
}

/// What of the account an operation is about, for who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All of it.
    Account,
    /// What is the caller's own: their user, or the licences and orders of the customer that they are.
    Own,
}

impl Caller {
    /// The account that everything is done in.
    pub(crate) fn account(&self) -> AccountId {
        self.standing.account
    }

    /// The user, or the owner of the API key where it has one.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.standing.user
    }

    /// Whether it is asked in this role.
    pub(crate) fn is(&self, role: Role) -> bool {
        self.standing.is(role)
    }

    /// The roles in which it is asked.
    pub(crate) fn roles(&self) -> Roles {
        self.standing.roles
    }

    /// Whether an API key may do this; a user who logged in may always.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.standing.may(permission)
    }

    /// Whether an API key may do everything; a user who logged in always may.
    pub(crate) fn has_every_permission(&self) -> bool {
        self.standing.permissions == Permissions::ALL
    }

    /// Whether all of the account or what is the caller's own is meant. Every operation that has roles for its `own` part must ask.
    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    /// The one customer whose licences and orders alone are shown and changed; nothing where all of the account's are.
    ///
    /// A caller who is in the role of a customer and is none is refused: what would be theirs is nobody's.
    pub(crate) fn only_customer(&self) -> Result<Option<CustomerId>, Error> {
        match (self.scope, self.standing.customer) {
            (Scope::Account, _) => Ok(None),
            (Scope::Own, Some(customer)) => Ok(Some(customer)),
            (Scope::Own, None) => Err(Error::forbidden("Your user is not connected with a customer.")),
        }
    }

    /// That the caller may do this to this user: to any where all of the account is meant, else to their own.
    pub(crate) fn require_user(&self, user: UserId) -> Result<(), Error> {
        match self.scope {
            Scope::Account => Ok(()),
            Scope::Own if self.standing.user == Some(user) => Ok(()),
            Scope::Own => Err(Error::forbidden("Only an administrator may do this to another user.")),
        }
    }
}

/// Runs before every operation of a function: who may not ask is told so before anything of the request is looked at, whatever the
/// handler does.
pub(crate) async fn admit<S>(State(state): State<S>, request: Request, next: Next) -> Response
where
    S: Clone + Send + Sync + 'static,
    Service: FromRef<S>,
{
    let (mut parts, body) = request.into_parts();
    let operation = match operation(&parts) {
        Ok(operation) => operation,
        Err(error) => return error.into_response(),
    };
    let path = parts.uri.path().to_owned();
    let admitted = match operation.who {
        Who::Anybody => Ok(()),
        Who::Roles { .. } => <Caller as FromRequestParts<S>>::from_request_parts(&mut parts, &state).await.map(|caller| {
            parts.extensions.insert(caller);
        }),
    };
    let response = match admitted {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => error.into_response(),
    };
    audit::note(&Service::from_ref(&state).core, operation, &path, &response);
    response
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Service: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let standing = Box::pin(standing(parts, &Service::from_ref(state))).await?.ok_or_else(Error::unauthenticated)?;
        let scope = operation(parts)?.admit(&standing)?;
        Ok(Self { standing, scope })
    }
}

/// Who asks, for operations that anybody may ask for: nothing where no credential is presented, and an error where it counts for
/// nothing.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller
where
    Service: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Error> {
        let standing = Box::pin(standing(parts, &Service::from_ref(state))).await?;
        let admitted = standing.map(|standing| Ok((operation(parts)?.admit(&standing)?, standing))).transpose();
        admitted.map(|admitted: Option<(Scope, Standing)>| admitted.map(|(scope, standing)| Self { standing, scope }))
    }
}

/// The row of the operation that a request is for. A route without one lets nobody in.
fn operation(parts: &Parts) -> Result<&'static Operation, Error> {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let found = Operation::find(&parts.method, path);
    found.ok_or_else(|| Fault::new(FaultKind::Corrupt, "an operation is missing in the table of roles").into())
}

/// Whose API key or Bearer a request presents; nothing where it presents neither. Where it presents both, the key counts.
async fn standing(parts: &Parts, service: &Service) -> Result<Option<Standing>, Error> {
    let Service { core, access } = service;
    if parts.headers.contains_key(API_KEY) {
        let presented = in_header(&parts.headers, &parts.extensions, API_KEY).ok_or_else(Error::unauthenticated)?;
        let principal = authenticate(core, &access.credentials, &presented).await?;
        return Ok(Some(stand_with_key(core, &principal).await?));
    }
    if parts.headers.contains_key(http::header::AUTHORIZATION) {
        let text = bearer(&parts.headers).ok_or_else(Error::unauthenticated)?;
        return Ok(Some(stand_with_bearer(core, &access.bearer, text).await?));
    }
    Ok(None)
}
