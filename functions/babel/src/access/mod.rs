//! API keys, users, roles and logins.

mod api_keys;

use crate::Service;
use crate::routes::{Router, get};

/// The operations.
pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/v1/api-keys", get(api_keys::list::handle).post(api_keys::insert::handle))
}
