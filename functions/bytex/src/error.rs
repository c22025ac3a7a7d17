//! Errors: the envelope with `errors` of `{"code", "message"}` and no `response` (contracts §2; codes and statuses are ours).

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::discount::DiscountRefusal;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::http::{Note, ParamError};
use latchkey_core::ops::authenticate::AuthFailure;
use latchkey_core::ops::create_discount::CreateDiscountError;
use latchkey_core::ops::customer_licenses::{CustomerLicensesError, MOST_LICENSES};
use latchkey_core::ops::issue_login_token::IssueLoginError;
use latchkey_core::ops::redeem_discount::RedeemDiscountError;
use latchkey_core::ops::redeem_login_token::LoginFailure;
use serde::Serialize;

use crate::answer::NO_STORE;

/// How many seconds a client is asked to wait after a fault of ours.
const RETRY_SECONDS: u32 = 30;

/// Everything that is not a success.
#[derive(Debug)]
pub(crate) enum Error {
    /// There is no API key, or none of ours.
    Unauthenticated,
    /// Too many wrong keys: how many seconds to wait.
    RateLimited(u32),
    /// The API key is not for that.
    Forbidden(Permission),
    /// Parameters that must be there and are not.
    Missing(Vec<&'static str>),
    /// A parameter that is there and wrong, and why.
    Invalid(&'static str, String),
    /// The body cannot be read.
    Unreadable,
    /// The body is longer than 64 KiB.
    TooLong,
    /// No endpoint has this path.
    NoRoute,
    /// The endpoint of this path has another method.
    NoMethod,
    /// The account has no such product.
    NoProduct,
    /// The account has no such customer.
    NoUser,
    /// The customer has more licences than are told at once.
    TooManyLicenses,
    /// A fact about the licence.
    Refused(Refusal),
    /// The login token is none, or not any more.
    InvalidToken,
    /// Another discount has the code.
    CodeInUse,
    /// A discount that could never be redeemed.
    NeverRedeemable,
    /// A fact about the discount.
    Discount(DiscountRefusal),
    /// A fault of ours.
    Fault(Fault),
}

/// What is sent, and what the log is told.
struct Told {
    status: StatusCode,
    errors: Vec<WireError>,
    retry_seconds: Option<u32>,
    outcome: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Refusal))]
pub(crate) struct Envelope {
    errors: Vec<WireError>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    response: (),
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct WireError {
    code: &'static str,
    message: String,
}

/// The answer to a path that no endpoint has.
pub(crate) async fn no_route() -> Response {
    Error::NoRoute.into_response()
}

/// The answer to a method that the path's endpoint does not have.
pub(crate) async fn no_method() -> Response {
    Error::NoMethod.into_response()
}

/// The answer to a fault of ours.
pub(crate) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}

impl Error {
    fn told(&self) -> Told {
        use StatusCode as S;
        match self {
            Self::Unauthenticated => {
                Told::new(S::UNAUTHORIZED, "Unauthenticated", "The API key is missing or not valid.", "unauthenticated")
            }
            Self::RateLimited(seconds) => {
                let message = "Too many requests with an API key that is not valid. Please try again later.";
                let told = Told::new(S::TOO_MANY_REQUESTS, "TooManyRequests", message, "rate_limited");
                Told { retry_seconds: Some(*seconds), ..told }
            }
            Self::Forbidden(permission) => {
                let message = format!("The API key has no permission to {}.", permission.name());
                Told::new(S::FORBIDDEN, "Forbidden", message, "forbidden")
            }
            Self::Missing(names) => {
                let error =
                    |name: &&'static str| WireError { code: "MissingParameter", message: format!("The parameter {name} is missing.") };
                let errors = names.iter().map(error).collect();
                Told { status: S::BAD_REQUEST, errors, retry_seconds: None, outcome: "missing_parameter" }
            }
            Self::Invalid(name, why) => {
                Told::new(S::BAD_REQUEST, "InvalidParameter", format!("The parameter {name} is not valid: {why}"), "invalid_parameter")
            }
            Self::Unreadable => Told::new(S::BAD_REQUEST, "InvalidBody", "The request body cannot be read.", "invalid_body"),
            Self::TooLong => Told::new(S::PAYLOAD_TOO_LARGE, "RequestTooLarge", "The request body is larger than 64 KiB.", "too_large"),
            Self::NoRoute => Told::new(S::NOT_FOUND, "RouteNotFound", "There is no endpoint at this address.", "no_route"),
            Self::NoMethod => Told::new(S::METHOD_NOT_ALLOWED, "MethodNotAllowed", "The endpoint has another method.", "no_method"),
            Self::NoProduct => Told::new(S::NOT_FOUND, "ProductNotFound", "Your account has no product with this SKU.", "no_product"),
            Self::NoUser => Told::new(S::NOT_FOUND, "UserNotFound", "Your account has no user with this identifier.", "no_customer"),
            Self::TooManyLicenses => {
                let message = format!("The user has more than {MOST_LICENSES} licenses for this product.");
                Told::new(S::BAD_REQUEST, "TooManyLicenses", message, "too_many_licenses")
            }
            Self::Refused(refusal) => refused(*refusal),
            Self::InvalidToken => {
                Told::new(S::FORBIDDEN, "InvalidToken", "The token is not valid, was used before, or has expired.", "invalid_login_token")
            }
            Self::CodeInUse => Told::new(S::CONFLICT, "CodeInUse", "Your account has a discount with this code.", "discount_code_in_use"),
            Self::NeverRedeemable => {
                let message = "The discount could never be redeemed: ValidUntil must come after ValidFrom and after now.";
                Told::new(S::BAD_REQUEST, "NeverRedeemable", message, "discount_never_redeemable")
            }
            Self::Discount(refusal) => discount(*refusal),
            Self::Fault(fault) => faulted(fault.kind),
        }
    }
}

/// A refusal's status, code and sentence. Here only what can become of a key that was looked up is met: all other refusals are
/// about seats, downloads and the product that a client says it is.
fn refused(refusal: Refusal) -> Told {
    use StatusCode as S;
    let (status, code, message) = match refusal {
        Refusal::UnknownKey => (S::NOT_FOUND, "LicenseNotFound", "Your account has no license with this key."),
        Refusal::UnknownProduct => (S::NOT_FOUND, "ProductNotFound", "There is no such product."),
        Refusal::WrongProduct => (S::FORBIDDEN, "LicenseOfOtherProduct", "The license is for another product."),
        Refusal::Revoked => (S::FORBIDDEN, "LicenseRevoked", "The license has been revoked."),
        Refusal::Refunded => (S::FORBIDDEN, "LicenseRefunded", "The license has been refunded."),
        Refusal::Suspended => (S::FORBIDDEN, "LicenseSuspended", "The license is suspended."),
        Refusal::NotYetValid => (S::FORBIDDEN, "LicenseNotYetValid", "The license is not valid yet."),
        Refusal::Expired => (S::FORBIDDEN, "LicenseExpired", "The license has expired."),
        Refusal::NotActivatedHere | Refusal::SeatExpired => (S::FORBIDDEN, "LicenseNotActivated", "The license is not activated here."),
        Refusal::OtherMode => (S::FORBIDDEN, "LicenseNotActivatable", "The license is not one that is activated."),
        Refusal::NoSeatsLeft => (S::FORBIDDEN, "NoActivationsLeft", "The license has no activations left."),
        Refusal::NoRelease => (S::NOT_FOUND, "VersionNotFound", "The product has no public version."),
        Refusal::LinkInvalid => (S::FORBIDDEN, "InvalidLink", "The link is not valid."),
        Refusal::LinkExpired => (S::FORBIDDEN, "LinkExpired", "The link has expired."),
    };
    Told::new(status, code, message, refusal.name())
}

fn discount(refusal: DiscountRefusal) -> Told {
    use StatusCode as S;
    let (status, code, message) = match refusal {
        DiscountRefusal::Unknown => (S::NOT_FOUND, "DiscountNotFound", "Your account has no discount with this code."),
        DiscountRefusal::OtherProduct => (S::FORBIDDEN, "DiscountOfOtherProduct", "The discount is for another product."),
        DiscountRefusal::NotYetValid => (S::FORBIDDEN, "DiscountNotYetValid", "The discount is not valid yet."),
        DiscountRefusal::Expired => (S::FORBIDDEN, "DiscountExpired", "The discount has expired."),
        DiscountRefusal::UsedUp => (S::FORBIDDEN, "DiscountUsedUp", "The discount has been used as often as it can be."),
    };
    Told::new(status, code, message, refusal.name())
}

/// Constant but for the status: what went wrong is for the log alone.
fn faulted(kind: FaultKind) -> Told {
    let (status, code, message) = match kind {
        FaultKind::Throttled | FaultKind::Unavailable | FaultKind::Contended => {
            (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", "The service is busy. Please try again later.")
        }
        FaultKind::Denied | FaultKind::Corrupt => {
            (StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "The service had a problem. Please try again later.")
        }
    };
    Told { retry_seconds: Some(RETRY_SECONDS), ..Told::new(status, code, message, kind.name()) }
}

impl Told {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>, outcome: &'static str) -> Self {
        Self { status, errors: vec![WireError { code, message: message.into() }], retry_seconds: None, outcome }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Told { status, errors, retry_seconds, outcome } = self.told();
        let mut response = (status, Json(Envelope { errors, response: () })).into_response();
        response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
        if let Some(seconds) = retry_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        let fault = if let Self::Fault(fault) = self { Some(Arc::new(fault)) } else { None };
        response.extensions_mut().insert(Note { account: None, outcome, fault });
        response
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<AuthFailure> for Error {
    fn from(failure: AuthFailure) -> Self {
        match failure {
            AuthFailure::Unknown => Self::Unauthenticated,
            AuthFailure::RateLimited { retry_after } => Self::RateLimited(retry_after),
            AuthFailure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ParamError> for Error {
    fn from(error: ParamError) -> Self {
        match error {
            ParamError::TooLong => Self::TooLong,
            ParamError::Interrupted | ParamError::NotJson | ParamError::WrongType(_) => Self::Unreadable,
        }
    }
}

impl From<CustomerLicensesError> for Error {
    fn from(error: CustomerLicensesError) -> Self {
        match error {
            CustomerLicensesError::NoProduct => Self::NoProduct,
            CustomerLicensesError::NoCustomer => Self::NoUser,
            CustomerLicensesError::TooMany => Self::TooManyLicenses,
            CustomerLicensesError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<IssueLoginError> for Error {
    fn from(error: IssueLoginError) -> Self {
        match error {
            IssueLoginError::NoProduct => Self::NoProduct,
            IssueLoginError::NoCustomer => Self::NoUser,
            IssueLoginError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<LoginFailure> for Error {
    fn from(failure: LoginFailure) -> Self {
        match failure {
            LoginFailure::NotValid => Self::InvalidToken,
            LoginFailure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<CreateDiscountError> for Error {
    fn from(error: CreateDiscountError) -> Self {
        match error {
            CreateDiscountError::NoProduct => Self::NoProduct,
            CreateDiscountError::CodeTaken => Self::CodeInUse,
            CreateDiscountError::NeverRedeemable => Self::NeverRedeemable,
            CreateDiscountError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<RedeemDiscountError> for Error {
    fn from(error: RedeemDiscountError) -> Self {
        match error {
            RedeemDiscountError::NoProduct => Self::NoProduct,
            RedeemDiscountError::Refused(refusal) => Self::Discount(refusal),
            RedeemDiscountError::Fault(fault) => Self::Fault(fault),
        }
    }
}
