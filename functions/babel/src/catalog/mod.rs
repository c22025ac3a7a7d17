//! Products, releases, assemblies and resources.

use crate::Signing;
use crate::routes::Router;

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
}
