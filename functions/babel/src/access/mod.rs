//! API keys, users, roles and logins.

mod api_keys;

use axum::Router;
use axum::routing::get;

use crate::Service;

/// The operations.
pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/v1/api-keys", get(api_keys::list::handle).post(api_keys::insert::handle))
}
