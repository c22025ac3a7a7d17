//! A request: its parameters, and the API key that it presents.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http::Method;
use http::header::AUTHORIZATION;
use latchkey_core::domain::api_key::{Permission, Principal};
use latchkey_core::http::{Params, in_header};
use latchkey_core::ops::authenticate::{AuthFailure, Presented, authenticate};

use crate::Vendor;
use crate::error::Error;
use crate::fields::Fields;

/// What every handler takes. A request without what could be a key is refused before its body is read.
#[derive(Debug)]
pub(crate) struct Call {
    /// The parameters, or why there are none: told to who may ask alone ([`Vendor::understood`]).
    pub(crate) fields: Result<Fields, Error>,
    pub(crate) presented: Presented,
}

impl<S: Sync> FromRequest<S> for Call {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let presented = in_header(&parts.headers, &parts.extensions, AUTHORIZATION).ok_or(Error::Unauthenticated)?;
        // Where the seed says "Query/GET Parameter", a body is not looked at.
        let body = if parts.method == Method::POST { body } else { Body::empty() };
        let params = Params::of_request(&parts.uri, &parts.headers, body).await;
        Ok(Self { fields: params.map(Fields::new).map_err(Error::from), presented })
    }
}

impl Vendor {
    /// What was asked for. What is wrong with it is told to who may do that, and to nobody else.
    pub(crate) async fn understood<T>(&self, presented: &Presented, permission: Permission, asked: Result<T, Error>) -> Result<T, Error> {
        match asked {
            Ok(asked) => Ok(asked),
            Err(error) => Box::pin(self.admit(presented, permission)).await.and(Err(error)),
        }
    }

    /// Who asks, if they may do that.
    pub(crate) async fn admit(&self, presented: &Presented, permission: Permission) -> Result<Principal, Error> {
        allowed(authenticate(&self.core, &self.credentials, presented).await, permission)
    }
}

/// Who asks, if they may do that.
pub(crate) fn allowed(principal: Result<Principal, AuthFailure>, permission: Permission) -> Result<Principal, Error> {
    let principal = principal?;
    if principal.may(permission) { Ok(principal) } else { Err(Error::Forbidden(permission)) }
}
