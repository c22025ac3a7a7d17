//! What licensed programs call (contracts §5, "Client-facing side"): they prove themselves with a licence's user key, and with an
//! application's API key where the account asks for one.

mod activate;
mod deactivate;
mod floating;
mod gate;
mod license;
mod program;
mod report;
mod validate;

use crate::Signing;
use crate::routes::{Router, post};

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
        .route("/v1/license/activate", post(activate::handle))
        .route("/v1/license/deactivate", post(deactivate::handle))
        .route("/v1/license/validate", post(validate::handle))
        .route("/v1/license/floating/request", post(floating::request::handle))
        .route("/v1/license/floating/heartbeat", post(floating::heartbeat::handle))
        .route("/v1/license/floating/release", post(floating::release::handle))
        .route("/v1/license/report", post(report::handle))
}
