//! Reports, the log, settings, figures and mail.

use axum::Router;

use crate::Service;

/// The operations.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
}
