//! Licences, their tokens, traces and templates.

use crate::Signing;
use crate::routes::Router;

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
}
