//! What every answer is wrapped in: `success`, `code` and `message` (seed 004), and that nobody may keep it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::http::Note;
use serde::Serialize;

use crate::caller::Caller;
use crate::code::Code;

/// Answers hold keys, tokens and people; and what was not there a moment ago may be there now.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What was asked for: the members of `T` beside `success`, `code` and `message`.
pub(crate) struct Answer<T> {
    account: Option<AccountId>,
    message: String,
    body: T,
}

/// That it was done, and nothing more.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Done {}

/// The three members of every answer, and those of the answer itself. A client of the original is told 0 and an empty text where all
/// went well.
#[derive(Serialize)]
pub(crate) struct Envelope<T> {
    /// Whether it was done.
    pub(crate) success: bool,
    /// [`Code::number`].
    pub(crate) code: u32,
    /// A sentence, or nothing where it was done.
    pub(crate) message: String,
    /// The rest.
    #[serde(flatten)]
    pub(crate) body: T,
}

impl<T> Answer<T> {
    /// What who asks is told.
    pub(crate) fn new(caller: &Caller, body: T) -> Self {
        Self::of(Some(caller.account()), body)
    }

    /// What is told of an account, or of none where nobody can say of which.
    pub(crate) fn of(account: Option<AccountId>, body: T) -> Self {
        Self { account, message: String::new(), body }
    }

    /// The same with a sentence beside, where the original has one.
    #[must_use]
    pub(crate) fn saying(self, message: String) -> Self {
        Self { message, ..self }
    }
}

impl Answer<Done> {
    /// That it was done.
    pub(crate) fn done(caller: &Caller) -> Self {
        Self::new(caller, Done {})
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let envelope = Envelope { success: true, code: Code::Ok.number(), message: self.message, body: self.body };
        let mut response = Json(envelope).into_response();
        response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
        response.extensions_mut().insert(Note { account: self.account, outcome: Code::Ok.outcome(), fault: None });
        response
    }
}
