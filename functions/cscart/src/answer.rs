//! A success: JSON, and a note for the log.

use axum::Json;
use axum::response::{IntoResponse, Response};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::http::Note;
use serde::Serialize;

/// A JSON body about licences of `account`: 200.
pub(crate) struct Answer<T> {
    pub(crate) account: AccountId,
    pub(crate) body: T,
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        response.extensions_mut().insert(Note { account: Some(self.account), outcome: "ok", fault: None });
        response
    }
}
