//! Products, releases, assemblies and resources.

use crate::Catalog;
use crate::routes::Router;

/// The operations.
pub(crate) fn routes() -> Router<Catalog> {
    Router::new()
}
