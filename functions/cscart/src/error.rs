//! Errors, in exactly one shape: `{"message":"<reason phrase>[: detail[. detail]]","status":<int>}` (contracts §1, "Errors").

use std::future::{Ready, ready};
use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::failure::Failure;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::http::Note;
use latchkey_core::ops::authenticate::AuthFailure;
use latchkey_core::ops::rejected::Rejected;
use serde::Serialize;

/// How many seconds a client is asked to wait after a fault of ours.
const RETRY_SECONDS: u32 = 30;

/// What a client without a good credential is asked for (contracts §1, seen in source).
const CHALLENGE: &str = "Basic realm=\"User email/API key\"";

/// Everything that is not a success.
#[derive(Debug)]
pub(crate) enum Error {
    /// No credential, or one that opens nothing. Which of them is nobody's business.
    Unauthorized,
    /// Too many failures: so many seconds to wait.
    RateLimited(u32),
    /// The key does not allow it.
    Forbidden,
    /// Nothing of the account has this number; or no page has this name, and why.
    NotFound(Option<&'static str>),
    /// The address takes these methods and not this one, or an update has no body.
    MethodNotAllowed(&'static str),
    /// The client takes nothing that is written here.
    NotAcceptable,
    /// The body is nothing that is read here.
    UnsupportedMediaType,
    /// The body is longer than 64 KiB.
    TooLong,
    /// The request says something that cannot be, one detail or several.
    Bad(Vec<String>),
    /// A vendor's change that cannot be made.
    Impossible(&'static str, String),
    /// A fact about the licence that a download was asked for with.
    Refused(Refusal),
    /// A fault of ours.
    Fault(Fault),
}

impl Error {
    /// A 400 with one detail.
    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::Bad(vec![detail.into()])
    }
}

/// A refusal's status and its reason, for whoever follows a download link. The words are ours.
fn refusal(refusal: Refusal) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match refusal {
        Refusal::UnknownKey => (S::FORBIDDEN, "The license number is invalid"),
        Refusal::UnknownProduct => (S::NOT_FOUND, "There is no such product"),
        Refusal::WrongProduct => (S::FORBIDDEN, "The license is for another product"),
        Refusal::Revoked => (S::FORBIDDEN, "The license has been revoked"),
        Refusal::Refunded => (S::FORBIDDEN, "The license has been refunded"),
        Refusal::Suspended => (S::FORBIDDEN, "The license is suspended"),
        Refusal::NotYetValid => (S::FORBIDDEN, "The license is not valid yet"),
        Refusal::Expired => (S::FORBIDDEN, "The license has expired"),
        Refusal::NotActivatedHere | Refusal::SeatExpired => (S::FORBIDDEN, "The license is not used here"),
        Refusal::OtherMode => (S::FORBIDDEN, "The license is not one that domains are set for"),
        Refusal::NoSeatsLeft => (S::FORBIDDEN, "The license is used on as many domains as it allows"),
        Refusal::NoRelease => (S::NOT_FOUND, "There is no such package"),
        Refusal::LinkInvalid => (S::FORBIDDEN, "The link is invalid"),
        Refusal::LinkExpired => (S::FORBIDDEN, "The link has expired"),
    }
}

/// The answer to a path that no entity has.
pub(crate) async fn nothing_here() -> Response {
    Error::NotFound(None).into_response()
}

/// Answers methods that a path does not take; `methods` are those that it does.
pub(crate) fn only(methods: &'static str) -> impl Fn() -> Ready<Response> + Clone {
    move || ready(Error::MethodNotAllowed(methods).into_response())
}

/// The answer to a fault of ours.
pub(crate) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        use StatusCode as S;
        match self {
            Self::Unauthorized => {
                let mut response = body(S::UNAUTHORIZED, &[], "unauthenticated");
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
                response
            }
            Self::RateLimited(seconds) => {
                let details = ["Too many failed attempts".to_owned(), format!("Wait {seconds} seconds")];
                later(body(S::TOO_MANY_REQUESTS, &details, "rate_limited"), seconds)
            }
            Self::Forbidden => body(S::FORBIDDEN, &[], "not_permitted"),
            Self::NotFound(detail) => body(S::NOT_FOUND, &detail.map(str::to_owned).into_iter().collect::<Vec<_>>(), "not_found"),
            Self::MethodNotAllowed(methods) => {
                let mut response = body(S::METHOD_NOT_ALLOWED, &[], "wrong_method");
                response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
                response
            }
            Self::NotAcceptable => body(S::NOT_ACCEPTABLE, &[], "not_acceptable"),
            Self::UnsupportedMediaType => body(S::UNSUPPORTED_MEDIA_TYPE, &[], "unsupported_media_type"),
            Self::TooLong => body(S::PAYLOAD_TOO_LARGE, &["The body is larger than 64 KiB".to_owned()], "too_large"),
            Self::Bad(details) => body(S::BAD_REQUEST, &details, "bad_request"),
            Self::Impossible(outcome, detail) => body(S::BAD_REQUEST, &[detail, "Nothing was changed".to_owned()], outcome),
            Self::Refused(refused) => {
                let (status, detail) = refusal(refused);
                body(status, &[detail.to_owned()], refused.name())
            }
            Self::Fault(fault) => fault_response(fault),
        }
    }
}

/// Constant but for the status: what went wrong is for the log alone.
fn fault_response(fault: Fault) -> Response {
    let status = match fault.kind {
        FaultKind::Throttled | FaultKind::Unavailable | FaultKind::Contended => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Denied | FaultKind::Corrupt => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = later(body(status, &[], fault.kind.name()), RETRY_SECONDS);
    response.extensions_mut().insert(Note { account: None, outcome: fault.kind.name(), fault: Some(Arc::new(fault)) });
    response
}

fn later(mut response: Response, seconds: u32) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn body(status: StatusCode, details: &[String], outcome: &'static str) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    let message = if details.is_empty() { reason.to_owned() } else { format!("{reason}: {}", details.join(". ")) };
    let mut response = (status, Json(WireError { message, status: status.as_u16() })).into_response();
    response.extensions_mut().insert(Note { account: None, outcome, fault: None });
    response
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct WireError {
    message: String,
    status: u16,
}

impl From<AuthFailure> for Error {
    fn from(failure: AuthFailure) -> Self {
        match failure {
            AuthFailure::Unknown => Self::Unauthorized,
            AuthFailure::RateLimited { retry_after } => Self::RateLimited(retry_after),
            AuthFailure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::NotFound(_) => Self::NotFound(None),
            Rejected::TooManySites { sites, machines, limit } => {
                let machines = if machines == 0 { String::new() } else { format!(" and {machines} machines") };
                Self::Impossible("too_many_sites", format!("{sites} domains{machines} are more than the {limit} that the license allows"))
            }
            Rejected::TooManyDevelopmentSites { sites, most } => Self::Impossible(
                "too_many_development_sites",
                format!("{sites} development domains are more than the {most} that a license may have"),
            ),
            Rejected::TooManyChanges { changes, most } => {
                Self::Impossible("too_many_changes", format!("{changes} domains would change, and at most {most} can at once"))
            }
            Rejected::TooManySeats { taken, most } => Self::Impossible(
                "too_many_seats",
                format!("The license is used on {taken} domains, and they can be set together up to {most}"),
            ),
            Rejected::OtherMode(_) => Self::Impossible("other_mode", "The license is not one that domains are set for".to_owned()),
            Rejected::EndsBeforeItBegins => {
                Self::Impossible("ends_before_it_begins", "expires_at must be after the license begins".to_owned())
            }
            Rejected::SearchTooBroad => {
                Self::bad("Too many licenses would have to be read for this page. Add a search parameter, or ask for an earlier page")
            }
            Rejected::Changed => Self::Fault(Fault::new(FaultKind::Contended, "a licence was changed while it was edited")),
            Rejected::Fault(fault) => Self::Fault(fault),
            // What none of the operations behind this API ends in.
            Rejected::InUse(_)
            | Rejected::State(_)
            | Rejected::ReleaseState(_)
            | Rejected::SeatsInUse { .. }
            | Rejected::LineCount { .. }
            | Rejected::OrderFull { .. }
            | Rejected::Quantity { .. }
            | Rejected::Referenced { .. }
            | Rejected::AlreadyExpired
            | Rejected::NoClient
            | Rejected::Refused(_)
            | Rejected::WrongPassword
            | Rejected::TooManyAttempts { .. }
            | Rejected::ApiKeyRevoked
            | Rejected::RolesBeyondOwner
            | Rejected::TooManySettings { .. }
            | Rejected::Key(_)
            | Rejected::PackageTooLarge { .. }
            | Rejected::DigestForm
            | Rejected::NotUploaded
            | Rejected::PackageDiffers
            | Rejected::Archive(_)
            | Rejected::VersionDiffers { .. }
            | Rejected::LogTooLong { .. }
            | Rejected::TooManyProperties { .. }
            | Rejected::NoReports
            | Rejected::Recipients { .. }
            | Rejected::Undeliverable { .. }
            | Rejected::TooManyAttachments { .. }
            | Rejected::NoMailText
            | Rejected::NoAddress
            | Rejected::KeyFile(_)
            | Rejected::NoSignatureKey
            | Rejected::KeyHasSigned
            | Rejected::ResourceType
            | Rejected::VersionFixed
            | Rejected::TooManyTemplates { .. }
            | Rejected::TemplateWithoutProduct
            | Rejected::OtherProduct
            | Rejected::Terms(_)
            | Rejected::SignatureKey { .. }
            | Rejected::SignedTooLong
            | Rejected::TooMuchData { .. } => Self::Fault(Fault::new(FaultKind::Corrupt, "an operation ended in another's rejection")),
        }
    }
}
