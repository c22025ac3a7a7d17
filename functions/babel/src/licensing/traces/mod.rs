//! License traces: what clients did with the licences whose vendor wants to know.

mod delete;
mod list;
mod rows;

use axum::Router;
use axum::routing::get;

use crate::Signing;

/// The operations.
pub(super) fn routes() -> Router<Signing> {
    Router::new().route("/v1/license-traces", get(list::handle).delete(delete::handle))
}
