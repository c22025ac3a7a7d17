//! A success: JSON, and a note for the log.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::http::Note;
use serde::Serialize;

/// A JSON body under a status, about a licence of `account`.
pub(crate) struct Answer<T> {
    pub(crate) status: StatusCode,
    pub(crate) account: Option<AccountId>,
    pub(crate) body: T,
}

impl<T> Answer<T> {
    /// 200.
    pub(crate) fn ok(account: AccountId, body: T) -> Self {
        Self { status: StatusCode::OK, account: Some(account), body }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        response.extensions_mut().insert(Note { account: self.account, outcome: "ok", fault: None });
        response
    }
}
