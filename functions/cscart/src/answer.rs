//! A success: JSON, and a note for the log.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::http::Note;
use serde::Serialize;

use crate::error::Error;

/// The longest body that is sent, in bytes: a function's answer may have 6 MB with all around it, quotes escaped once more
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const MOST_BYTES: usize = 4 << 20;

/// A JSON body about licences of `account`: 200.
pub(crate) struct Answer<T> {
    pub(crate) account: AccountId,
    pub(crate) body: T,
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.body) {
            Ok(body) if body.len() <= MOST_BYTES => body,
            Ok(_) => return Error::bad("The answer would be larger than 4 MiB. Ask for fewer items_per_page").into_response(),
            Err(error) => return Error::Fault(Fault::caused(FaultKind::Corrupt, "writing an answer", error)).into_response(),
        };
        let mut response = ([(CONTENT_TYPE, "application/json")], body).into_response();
        response.extensions_mut().insert(Note { account: Some(self.account), outcome: "ok", fault: None });
        response
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn status(length: usize) -> StatusCode {
        // Two quotes stand around it.
        Answer { account: AccountId::new(1).unwrap(), body: "x".repeat(length - 2) }.into_response().status()
    }

    #[test]
    fn an_answer_is_no_longer_than_a_function_can_give() {
        assert_eq!((status(MOST_BYTES), status(MOST_BYTES + 1)), (StatusCode::OK, StatusCode::BAD_REQUEST));
    }
}
