//! Errors: the envelope with `success: false`, a code of [`Code`], a sentence, and the code's name as `error`, which is ours.

use std::fmt::Display;
use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::failure::Failure;
use latchkey_core::fault::Fault;
use latchkey_core::http::Note;
use latchkey_core::ops::authenticate::AuthFailure;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::query::{QueryError, RunError};
use serde::Serialize;

use crate::code::Code;
use crate::envelope::{Envelope, NO_STORE};

/// How many seconds a client is asked to wait after a fault of ours.
const RETRY_SECONDS: u32 = 30;

/// Everything that is not a success.
#[derive(Debug)]
pub(crate) struct Error {
    code: Code,
    message: String,
    retry_seconds: Option<u32>,
    fault: Option<Fault>,
}

/// What an error has beside the envelope.
#[derive(Serialize)]
struct Named {
    error: &'static str,
}

/// The answer to a path that no operation has.
pub(crate) async fn no_route() -> Response {
    Error::new(Code::NoRoute, "There is no operation at this address.").into_response()
}

/// The answer to a method that the path's operations do not have.
pub(crate) async fn no_method() -> Response {
    Error::new(Code::NoMethod, "The operations of this address have other methods.").into_response()
}

/// The answer to a fault of ours.
pub(crate) fn fault(fault: Fault) -> Response {
    Error::from(fault).into_response()
}

impl Error {
    /// An error with a sentence for the caller, which holds no secret and nobody's address.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_seconds: None, fault: None }
    }

    /// A member of the body that is wrong: its path, such as `apiKey.permissions`, and what it must be.
    pub(crate) fn invalid(member: &str, why: impl Display) -> Self {
        Self::new(Code::InvalidMember, format!("The member {member} is not valid: {why}."))
    }

    /// A member of the body that must be there and is not.
    pub(crate) fn missing(member: &str) -> Self {
        Self::new(Code::InvalidMember, format!("The member {member} is missing."))
    }

    /// A parameter that is wrong, and what it must be.
    pub(crate) fn parameter(name: &str, why: impl Display) -> Self {
        Self::new(Code::InvalidParameter, format!("The parameter {name} is not valid: {why}."))
    }

    /// The account has nothing of this kind under this id.
    pub(crate) fn not_found(thing: Thing) -> Self {
        Rejected::NotFound(thing).into()
    }

    /// Who asks may not do this.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// Nobody is known to ask.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "An API key in x-api-key or a Bearer in Authorization is needed, and one that counts.")
    }

    /// Which code it has.
    #[cfg(test)]
    pub(crate) fn code(&self) -> Code {
        self.code
    }

    fn waiting(seconds: u32) -> Self {
        let message = format!("Too many failed attempts. Please wait {seconds} seconds.");
        Self { retry_seconds: Some(seconds), ..Self::new(Code::TooManyRequests, message) }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Self { code, message, retry_seconds, fault } = self;
        let envelope = Envelope { success: false, code: code.number(), message, body: Named { error: code.name() } };
        let mut response = (code.status(), Json(envelope)).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, NO_STORE);
        if let Some(seconds) = retry_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if code == Code::Unauthenticated {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let outcome = fault.as_ref().map_or(code.outcome(), |fault| fault.kind.name());
        response.extensions_mut().insert(Note { account: None, outcome, fault: fault.map(Arc::new) });
        response
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let (code, message) = if fault.is_passing() {
            (Code::Unavailable, "The service is busy. Please try again later.")
        } else {
            (Code::InternalError, "The service had a problem. Please try again later.")
        };
        Self { retry_seconds: Some(RETRY_SECONDS), fault: Some(fault), ..Self::new(code, message) }
    }
}

impl From<AuthFailure> for Error {
    fn from(failure: AuthFailure) -> Self {
        match failure {
            AuthFailure::Unknown => Self::unauthenticated(),
            AuthFailure::RateLimited { retry_after } => Self::waiting(retry_after),
            AuthFailure::Fault(fault) => fault.into(),
        }
    }
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        Self::new(Code::InvalidQuery, error.to_string())
    }
}

impl From<RunError<Self>> for Error {
    fn from(error: RunError<Self>) -> Self {
        match error {
            RunError::TooBroad => {
                Self::new(Code::TooBroad, "More would have to be looked at for this list than is: please ask in narrower terms.")
            }
            RunError::Source(error) => error,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Fault(fault) => fault.into(),
        }
    }
}

/// The documented names (contracts §5, "Named errors"), and names of ours where there is none.
impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (code, message) = match refusal {
            Refusal::UnknownKey => (Code::LicenseKeyNotFound, "There is no license with this key."),
            Refusal::UnknownProduct => (Code::NotFound, "There is no such product."),
            Refusal::WrongProduct => (Code::LicenseOfOtherProduct, "The license is for another product."),
            Refusal::Revoked => (Code::LicenseRevoked, "The license has been revoked."),
            Refusal::Refunded => (Code::LicenseRevoked, "The license has been refunded."),
            Refusal::Suspended => (Code::LicenseSuspended, "The license is suspended."),
            Refusal::NotYetValid => (Code::LicenseNotYetValid, "The license is not valid yet."),
            Refusal::Expired => (Code::LicenseExpired, "The license has expired."),
            Refusal::NotActivatedHere => (Code::TokenNotFound, "The license is not activated here."),
            Refusal::SeatExpired => (Code::TokenExpired, "The token has expired."),
            Refusal::OtherMode => (Code::LicenseOfOtherMode, "The license is not of this licensing mode."),
            Refusal::NoSeatsLeft => (Code::ServerReachedMaxTokenAllowed, "The license has no activations left."),
            Refusal::NoRelease => (Code::NotFound, "The product has no public release."),
            Refusal::LinkInvalid => (Code::TokenTampered, "The link is not valid."),
            Refusal::LinkExpired => (Code::TokenExpired, "The link has expired."),
        };
        Self::new(code, message)
    }
}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        let message = sentence(&rejected.to_string());
        let code = match rejected {
            Rejected::Fault(fault) => return fault.into(),
            Rejected::TooManyAttempts { retry_after } => return Self::waiting(retry_after),
            Rejected::Refused(refusal) => return refusal.into(),
            Rejected::NotFound(_) => Code::NotFound,
            Rejected::InUse(_) => Code::InUse,
            Rejected::Changed => Code::Changed,
            Rejected::Referenced { .. } => Code::Referenced,
            Rejected::State(_)
            | Rejected::ReleaseState(_)
            | Rejected::SeatsInUse { .. }
            | Rejected::OtherMode(_)
            | Rejected::NotUploaded
            | Rejected::ApiKeyRevoked
            | Rejected::TemplateWithoutProduct
            | Rejected::OtherProduct
            | Rejected::SignatureKey { .. }
            | Rejected::NoSignatureKey
            | Rejected::KeyHasSigned
            | Rejected::ResourceType
            | Rejected::VersionFixed
            | Rejected::NoReports
            | Rejected::NoAddress => Code::WrongState,
            Rejected::OrderFull { .. }
            | Rejected::TooManySites { .. }
            | Rejected::TooManyDevelopmentSites { .. }
            | Rejected::TooManyChanges { .. }
            | Rejected::TooManySeats { .. }
            | Rejected::TooManySettings { .. }
            | Rejected::TooManyTemplates { .. } => Code::TooMany,
            Rejected::NoClient
            | Rejected::Terms(_)
            | Rejected::SignedTooLong
            | Rejected::KeyFile(_)
            | Rejected::TooMuchData { .. }
            | Rejected::Quantity { .. }
            | Rejected::LineCount { .. }
            | Rejected::EndsBeforeItBegins
            | Rejected::AlreadyExpired
            | Rejected::Key(_)
            | Rejected::PackageTooLarge { .. }
            | Rejected::DigestForm
            | Rejected::PackageDiffers
            | Rejected::Archive(_)
            | Rejected::TooManyProperties { .. }
            | Rejected::Recipients { .. }
            | Rejected::Undeliverable { .. }
            | Rejected::TooManyAttachments { .. }
            | Rejected::NoMailText
            | Rejected::VersionDiffers { .. } => Code::InvalidMember,
            Rejected::RolesBeyondOwner => Code::Forbidden,
            Rejected::SearchTooBroad | Rejected::LogTooLong { .. } => Code::TooBroad,
            Rejected::WrongPassword => Code::WrongPassword,
        };
        Self::new(code, message)
    }
}

/// A clause as a sentence: with a capital letter and a full stop.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}
