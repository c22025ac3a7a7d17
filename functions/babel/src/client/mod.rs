//! What licensed programs call.

use crate::Signing;
use crate::routes::Router;

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
}
