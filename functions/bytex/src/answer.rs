//! A success, which nobody may keep: the envelope (seed 001, "Example response"), and a note for the log.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::http::Note;
use serde::Serialize;

/// Answers hold keys, tokens and people; and what was not there a moment ago may be there now.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What was asked for, of an account.
pub(crate) struct Answer<T> {
    pub(crate) account: AccountId,
    pub(crate) response: T,
}

#[derive(Serialize)]
struct Envelope<T> {
    errors: [(); 0],
    response: T,
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = Json(Envelope { errors: [], response: self.response }).into_response();
        response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
        response.extensions_mut().insert(Note { account: Some(self.account), outcome: "ok", fault: None });
        response
    }
}
