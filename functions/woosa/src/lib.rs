//! The Woosa License Manager API (seed 002), for WordPress plugins: two Lambda functions.
//!
//! | theirs | ours |
//! |---|---|
//! | supplier shop | account |
//! | package | product, by its slug |
//! | license key | licence key |
//! | site, activation | seat |
//! | access token | update token |
//!
//! Known quirks, not to be copied elsewhere: errors are WordPress core's (`code`, `message`, `data.status`); what is
//! unlimited is 0; `file` must be exactly `{package}.zip`, or the client's download hook does not fire.

mod answer;
mod error;
mod license;
pub mod notification;
#[cfg(feature = "openapi")]
pub mod openapi;
mod request;
mod software;

use axum::Router;
use axum::middleware::from_fn_with_state;
use http::Request;
use latchkey_core::core::{Core, Downloads};
use latchkey_core::http::{Edge, Function, at_path, edge};
use tower::ServiceExt as _;

/// The function that checks, activates and deactivates licences, and answers what no other does below `/wp-json`.
pub const LICENSE: Function =
    Function { name: "woosa-license", routes: &["ANY /wp-json/lmn/v1/license/{proxy+}", "ANY /wp-json/{proxy+}", "ANY /wp-json"] };

/// The function that tells about updates and hands them out.
pub const SOFTWARE: Function = Function { name: "woosa-software", routes: &["ANY /wp-json/lmn/v1/software/{proxy+}"] };

/// Everything that [`LICENSE`] serves.
pub fn license_router(core: Core) -> Router {
    let router = Router::new()
        .route("/wp-json/lmn/v1/license/info", axum::routing::get(license::info::handle))
        .route("/wp-json/lmn/v1/license/activate", axum::routing::post(license::activate::handle))
        .route("/wp-json/lmn/v1/license/deactivate", axum::routing::post(license::deactivate::handle));
    finish(router, core, LICENSE)
}

/// Everything that [`SOFTWARE`] serves.
pub fn software_router(core: Core, downloads: Downloads) -> Router {
    let router = Router::new()
        .route("/wp-json/lmn/v1/software/info", axum::routing::get(software::info::handle))
        .route("/wp-json/lmn/v1/software/update/prepare", axum::routing::post(software::update_prepare::handle))
        .route("/wp-json/lmn/v1/software/update/download", axum::routing::get(software::update_download::handle));
    finish(router, Software { core, downloads }, SOFTWARE)
}

/// What [`SOFTWARE`]'s handlers are given.
#[derive(Clone)]
struct Software {
    core: Core,
    downloads: Downloads,
}

impl axum::extract::FromRef<Software> for Core {
    fn from_ref(software: &Software) -> Self {
        software.core.clone()
    }
}

fn finish<S: Clone + Send + Sync + 'static>(router: Router<S>, state: S, function: Function) -> Router {
    let router = router
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::no_route)
        .layer(from_fn_with_state(Edge { function: function.name, fault: error::fault }, edge))
        .with_state(state);
    Router::new().fallback_service(router.map_request(without_slash))
}

/// A route with slashes behind it is the same to WordPress (`rest_api_loaded`).
fn without_slash<B>(request: Request<B>) -> Request<B> {
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/').to_owned();
    if trimmed == path { request } else { at_path(request, &trimmed) }
}
