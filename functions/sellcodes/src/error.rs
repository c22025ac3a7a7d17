//! Errors: `{"success": false, "message"}`, with more where the seed has more (seed 003, the cases about invalid keys and ids).

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::failure::Failure;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::http::Note;
use serde::Serialize;

use crate::words::{NO_KEY, NO_KEY_TO_ACTIVATE, NO_PRODUCT, NO_SITE, words};

/// How many seconds a client is asked to wait after a fault of ours.
pub(crate) const RETRY_SECONDS: u16 = 30;

/// What was asked, as far as errors differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `activate_license`.
    Activate,
    /// The others.
    Other,
}

/// A parameter, in the order in which missing ones are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// `product_id`.
    Product,
    /// `license_key`.
    Key,
    /// `baseurl`.
    Site,
}

/// Everything that is not an answer about a licence.
#[derive(Debug)]
pub(crate) enum Error {
    /// Parameters that are not there, or are no texts: at least one.
    Missing(Verb, Vec<Field>),
    /// The body says it is JSON and is not.
    NotJson,
    /// The body is longer than 64 KiB.
    TooLong,
    /// No endpoint has this path.
    NoRoute,
    /// The endpoint is asked by another method.
    WrongMethod,
    /// A fact about the licence that leaves nothing of it to show.
    Refused(Verb, Refusal),
    /// A fault of ours.
    Fault(Fault),
}

/// What a definite no is told with. Members that a case does not have in the seed are left out.
#[derive(Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Body {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_name: Option<&'static str>,
    message: String,
    #[serde(rename = "License_key_valid", skip_serializing_if = "Option::is_none")]
    license_key_valid: Option<bool>,
    #[serde(rename = "Refunded", skip_serializing_if = "Option::is_none")]
    refunded: Option<bool>,
}

impl Body {
    /// `success` and `message` alone.
    fn plain(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// The seed's shape for what is invalid.
    fn invalid(license: &'static str, message: impl Into<String>) -> Self {
        Self { license: Some(license), item_name: Some(""), ..Self::plain(message) }
    }
}

/// The status and body of a refusal.
fn refused(verb: Verb, refusal: Refusal) -> (StatusCode, Body) {
    let said = words(refusal);
    match (verb, refusal) {
        (Verb::Activate, Refusal::UnknownKey | Refusal::WrongProduct) => (StatusCode::BAD_REQUEST, Body::plain(NO_KEY_TO_ACTIVATE)),
        (Verb::Other, Refusal::UnknownKey | Refusal::WrongProduct) | (_, Refusal::UnknownProduct) => {
            (StatusCode::BAD_REQUEST, Body::invalid(said.license, said.message))
        }
        (Verb::Activate, Refusal::Revoked | Refusal::Refunded | Refusal::Suspended | Refusal::NotYetValid | Refusal::Expired) => {
            let refunded = (refusal == Refusal::Refunded).then_some(true);
            (StatusCode::BAD_REQUEST, Body { success: true, license_key_valid: Some(false), refunded, ..Body::default() })
        }
        // What `check_license` would say of it, without what there is to show of a licence.
        (Verb::Other, Refusal::Revoked | Refusal::Refunded | Refusal::Suspended | Refusal::NotYetValid | Refusal::Expired)
        | (
            _,
            Refusal::NotActivatedHere
            | Refusal::NoSeatsLeft
            | Refusal::SeatExpired
            | Refusal::OtherMode
            | Refusal::LinkInvalid
            | Refusal::LinkExpired,
        ) => (StatusCode::OK, Body::invalid(said.license, said.message)),
        (_, Refusal::NoRelease) => (StatusCode::OK, Body::plain(said.message)),
    }
}

/// All that is missing, in one message and the shape of the first that is.
fn missing(verb: Verb, fields: &[Field]) -> Body {
    let sentences = fields.iter().map(|field| match (field, verb) {
        (Field::Product, _) => NO_PRODUCT,
        (Field::Key, Verb::Activate) => NO_KEY_TO_ACTIVATE,
        (Field::Key, Verb::Other) => NO_KEY,
        (Field::Site, _) => NO_SITE,
    });
    let message: String = sentences.collect();
    match verb {
        Verb::Activate if !fields.contains(&Field::Product) => Body::plain(message),
        Verb::Activate | Verb::Other => Body::invalid("invalid", message),
    }
}

/// The answer to a path that no endpoint has.
pub(crate) async fn no_route() -> Response {
    Error::NoRoute.into_response()
}

/// The answer to a method that an endpoint does not have.
pub(crate) async fn wrong_method() -> Response {
    Error::WrongMethod.into_response()
}

/// The answer to a fault of ours.
pub(crate) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}

/// A fault's status and sentence: what went wrong is for the log alone.
pub(crate) fn said_of(fault: &Fault) -> (StatusCode, &'static str) {
    match fault.kind {
        FaultKind::Throttled | FaultKind::Unavailable | FaultKind::Contended => {
            (StatusCode::SERVICE_UNAVAILABLE, "The license server is busy. Please try again later.")
        }
        FaultKind::Denied | FaultKind::Corrupt => {
            (StatusCode::INTERNAL_SERVER_ERROR, "The license server had a problem. Please try again later.")
        }
    }
}

/// Adds what every answer to a fault has.
pub(crate) fn with_fault(mut response: Response, fault: Fault) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response.extensions_mut().insert(Note { account: None, outcome: fault.kind.name(), fault: Some(Arc::new(fault)) });
    response
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, body, outcome) = match self {
            Self::Missing(verb, fields) => (StatusCode::BAD_REQUEST, missing(verb, &fields), "missing_parameter"),
            Self::NotJson => (StatusCode::BAD_REQUEST, Body::plain("The request body is not valid JSON."), "invalid_json"),
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, Body::plain("The request body is larger than 64 KiB."), "too_large"),
            Self::NoRoute => (StatusCode::NOT_FOUND, Body::plain("There is nothing at this address."), "no_route"),
            Self::WrongMethod => {
                (StatusCode::METHOD_NOT_ALLOWED, Body::plain("This address does not answer to this method."), "wrong_method")
            }
            Self::Refused(verb, refusal) => {
                let (status, body) = refused(verb, refusal);
                (status, body, refusal.name())
            }
            Self::Fault(fault) => {
                let (status, message) = said_of(&fault);
                return with_fault((status, Json(Body::plain(message))).into_response(), fault);
            }
        };
        let mut response = (status, Json(body)).into_response();
        response.extensions_mut().insert(Note { account: None, outcome, fault: None });
        response
    }
}

impl Verb {
    /// What a failed operation is answered with.
    pub(crate) fn failed(self, failure: Failure) -> Error {
        match failure {
            Failure::Refused(refusal) => Error::Refused(self, refusal),
            Failure::Fault(fault) => Error::Fault(fault),
        }
    }
}
