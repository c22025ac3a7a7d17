//! The variables of a path.

use axum::extract::{FromRequestParts, Path as InPath};
use http::request::Parts;
use latchkey_core::ops::rejected::Thing;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// The variables of a path, in their order: one, or a tuple. Numbers are `i32`, ids of users and roles `String`.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let wrong = |_| Error::parameter("in the path", "an id there has to be a whole number of 32 bits");
        InPath::<T>::from_request_parts(parts, state).await.map(|InPath(variables)| Self(variables)).map_err(wrong)
    }
}

/// The id that a number on the wire stands for. What cannot be an id is one that leads nowhere.
pub(crate) fn id<I>(number: i32, parse: impl FnOnce(u32) -> Option<I>, thing: Thing) -> Result<I, Error> {
    u32::try_from(number).ok().and_then(parse).ok_or_else(|| Error::not_found(thing))
}
