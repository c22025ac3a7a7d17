//! Errors, in WordPress core's shape: `{"code", "message", "data": {"status"}}` (seed 002; contracts §3, "Errors").

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::failure::Failure;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::http::{Note, ParamError};
use serde::Serialize;
use serde_json::{Value, json};

/// How many seconds a client is asked to wait after a fault of ours.
const RETRY_SECONDS: u16 = 30;

/// Everything that is not a success.
#[derive(Debug)]
pub(crate) enum Error {
    /// Parameters that must be there and are not.
    Missing(Vec<&'static str>),
    /// A parameter that is there and wrong, and why.
    Invalid(String, &'static str),
    /// The body says it is JSON and is not.
    NotJson,
    /// The body is longer than 64 KiB.
    TooLong,
    /// No endpoint has this path and method.
    NoRoute,
    /// A fact about the licence.
    Refused(Refusal),
    /// A fault of ours.
    Fault(Fault),
}

/// A refusal's status, code and sentence, which plugins show to their user.
///
/// `invalid_license_key` is the seed's; the other codes are ours, in its style.
fn refusal(refusal: Refusal) -> (StatusCode, &'static str, &'static str) {
    use StatusCode as S;
    match refusal {
        Refusal::UnknownKey => (S::FORBIDDEN, "invalid_license_key", "The license key is invalid."),
        Refusal::WrongProduct | Refusal::UnknownProduct => {
            (S::FORBIDDEN, "invalid_package", "The license key is not valid for this software.")
        }
        Refusal::Revoked => (S::FORBIDDEN, "license_revoked", "The license has been revoked."),
        Refusal::Refunded => (S::FORBIDDEN, "license_refunded", "The license has been refunded and can no longer be used."),
        Refusal::Suspended => (S::FORBIDDEN, "license_suspended", "The license is suspended. Please contact the supplier."),
        Refusal::NotYetValid => (S::FORBIDDEN, "license_not_yet_valid", "The license is not valid yet."),
        Refusal::Expired => (S::FORBIDDEN, "license_expired", "The license has expired. Please renew it."),
        Refusal::NotActivatedHere => (S::FORBIDDEN, "site_not_registered", "The license is not activated for this site."),
        Refusal::NoSeatsLeft => {
            (S::FORBIDDEN, "activation_limit_reached", "The license has reached its activation limit. Deactivate it on another site first.")
        }
        Refusal::SeatExpired => {
            (S::FORBIDDEN, "site_not_registered", "The activation of the license has expired. Please activate it again.")
        }
        Refusal::OtherMode => (S::FORBIDDEN, "license_not_activatable", "The license is not one that sites are activated with."),
        Refusal::NoRelease => (S::NOT_FOUND, "software_not_found", "There is no release of this software to download."),
        Refusal::LinkInvalid => (S::FORBIDDEN, "invalid_access_token", "The access token is invalid."),
        Refusal::LinkExpired => (S::FORBIDDEN, "access_token_expired", "The access token has expired. Please start the update again."),
    }
}

/// The answer to a path or method that no endpoint has.
pub(crate) async fn no_route() -> Response {
    Error::NoRoute.into_response()
}

/// The answer to a fault of ours.
pub(crate) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Missing(names) => {
                let message = format!("Missing parameter(s): {}", names.join(", "));
                let data = Data { params: Some(json!(names)), ..Data::default() };
                body(StatusCode::BAD_REQUEST, "rest_missing_callback_param", &message, data, "missing_parameter")
            }
            Self::Invalid(name, why) => {
                let message = format!("Invalid parameter(s): {name}");
                let data = Data { params: Some(json!({ name: why })), details: Some(json!({})), ..Data::default() };
                body(StatusCode::BAD_REQUEST, "rest_invalid_param", &message, data, "invalid_parameter")
            }
            Self::NotJson => {
                // What PHP's own parser says about a syntax error.
                let data = Data { json_error_code: Some(4), json_error_message: Some("Syntax error"), ..Data::default() };
                body(StatusCode::BAD_REQUEST, "rest_invalid_json", "Invalid JSON body passed.", data, "invalid_json")
            }
            Self::TooLong => {
                let message = "The request body is larger than 64 KiB.";
                body(StatusCode::PAYLOAD_TOO_LARGE, "rest_request_too_large", message, Data::default(), "too_large")
            }
            Self::NoRoute => {
                let message = "No route was found matching the URL and request method.";
                body(StatusCode::NOT_FOUND, "rest_no_route", message, Data::default(), "no_route")
            }
            Self::Refused(refused) => {
                let (status, code, message) = refusal(refused);
                body(status, code, message, Data::default(), refused.name())
            }
            Self::Fault(fault) => fault_response(fault),
        }
    }
}

/// Constant but for the status: what went wrong is for the log alone.
fn fault_response(fault: Fault) -> Response {
    let (status, code, message) = match fault.kind {
        FaultKind::Throttled | FaultKind::Unavailable | FaultKind::Contended => {
            (StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", "The license server is busy. Please try again later.")
        }
        FaultKind::Denied | FaultKind::Corrupt => {
            (StatusCode::INTERNAL_SERVER_ERROR, "internal_server_error", "The license server had a problem. Please try again later.")
        }
    };
    let mut response = body(status, code, message, Data::default(), fault.kind.name());
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response.extensions_mut().insert(Note { account: None, outcome: fault.kind.name(), fault: Some(Arc::new(fault)) });
    response
}

fn body(status: StatusCode, code: &str, message: &str, data: Data, outcome: &'static str) -> Response {
    let data = Data { status: status.as_u16(), ..data };
    let mut response = (status, Json(WireError { code, message, data })).into_response();
    response.extensions_mut().insert(Note { account: None, outcome, fault: None });
    response
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct WireError<'a> {
    code: &'a str,
    message: &'a str,
    data: Data,
}

/// What WordPress adds to an error, in its order.
#[derive(Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct Data {
    status: u16,
    /// The missing parameters' names, or the invalid ones' with what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_error_code: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_error_message: Option<&'static str>,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ParamError> for Error {
    fn from(error: ParamError) -> Self {
        match error {
            ParamError::TooLong => Self::TooLong,
            ParamError::Interrupted | ParamError::NotJson => Self::NotJson,
            ParamError::WrongType(name) => Self::Invalid(name, "Must be a string."),
        }
    }
}
