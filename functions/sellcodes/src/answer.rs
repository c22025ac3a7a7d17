//! An answer: JSON, and a note for the log.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::http::Note;
use serde::Serialize;

/// A JSON body under 200, about a licence of `account`, and what came of the request.
pub(crate) struct Answer<T> {
    pub(crate) account: AccountId,
    pub(crate) verdict: Result<(), Refusal>,
    pub(crate) body: T,
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::OK, Json(self.body)).into_response();
        let outcome = self.verdict.map_or_else(Refusal::name, |()| "ok");
        response.extensions_mut().insert(Note { account: Some(self.account), outcome, fault: None });
        response
    }
}
