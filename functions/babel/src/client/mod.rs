//! What licensed programs call.

use axum::Router;

use crate::Signing;

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
}
