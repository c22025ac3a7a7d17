//! Products, releases, assemblies and resources.

use axum::Router;

use crate::Signing;

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
}
