//! The Sellcodes Licensing API v2 (seed 003), for WordPress plugins and themes: one Lambda function.
//!
//! | theirs | ours |
//! |---|---|
//! | seller | account |
//! | offer, product id | product, by its public code |
//! | license key | licence key |
//! | base URL, activation | seat |
//! | push-file link | link token |
//!
//! Known quirks, not to be copied elsewhere: what speaks against a licence is 200 or 400 and never 403, which clients take for
//! a firewall; counts are texts and `activations_left` is a number; two of the sentences begin or end with a space; `sections`
//! is serialized as PHP does it; some names begin with a capital.
//!
//! Decisions of ours, where the seed is silent:
//!
//! - **Unlimited.** `license_limit` and `Maximum_activations` are `"0"`, as in Easy Digital Downloads, whose API this one is
//!   modelled on. `activations_left` stays a number there, a million, for a text in its place would compare as 0 in PHP 7.
//! - **Stopped licences.** `check_license` says `expired`, or `revoked` for what the vendor suspended, took back or refunded, or
//!   `inactive` before the first day, each with a sentence, and status 200. `Refunded` is there where it is true.
//! - **Missing parameters** are named together in one message, product first, as the seed's sentences with their commas suggest.
//! - **No right to updates.** `get_version` answers with everything but `package` and `download_link`, and `message` says why. Not
//!   `upgrade_notice`, which the readme has, and no `success`: a body in which that is false is ignored by clients.
//! - **No release.** `success` is false, so that clients see no update.
//! - **What the readme does not say** is taken from the product and the release. What WordPress calls otherwise than the readme
//!   (`version`, `author`, `requires`, `tested`, `requires_php`) is there once more under WordPress's names.
//! - **Dates** are UTC.

mod answer;
mod changelog;
mod error;
mod html;
mod license;
#[cfg(feature = "openapi")]
pub mod openapi;
mod path;
mod push_file;
mod request;
mod version;
mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use latchkey_core::core::{Core, Downloads};
use latchkey_core::http::{Edge, Function, edge};
use tower::ServiceExt as _;

/// The one function of this dialect. It answers whatever is below `/v2` that no other function does.
pub const SELLCODES: Function = Function { name: "sellcodes", routes: &["ANY /v2/{proxy+}", "ANY /push-file"] };

/// Everything that [`SELLCODES`] serves. Paths are tidied before they are routed: see `path.rs`.
pub fn router(core: Core, downloads: Downloads) -> Router {
    let router = Router::new()
        .route("/v2/licenses/activate_license", post(license::activate_license::handle))
        .route("/v2/licenses/check_license", post(license::check_license::handle))
        .route("/v2/licenses/deactivate_license", post(license::deactivate_license::handle))
        .route("/v2/licenses/get_version", post(version::get_version::handle))
        .route("/v2/licenses/changelog", get(changelog::handle))
        .route("/push-file", get(push_file::handle))
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(from_fn_with_state(Edge { function: SELLCODES.name, fault: error::fault }, edge))
        .with_state(Sellcodes { core, downloads });
    Router::new().fallback_service(router.map_request(path::tidy))
}

/// What the handlers are given.
#[derive(Clone)]
struct Sellcodes {
    core: Core,
    downloads: Downloads,
}

impl axum::extract::FromRef<Sellcodes> for Core {
    fn from_ref(sellcodes: &Sellcodes) -> Self {
        sellcodes.core.clone()
    }
}
