//! Products, releases, assemblies and resources.

use axum::Router;

use crate::Catalog;

/// The operations.
pub(crate) fn routes() -> Router<Catalog> {
    Router::new()
}
