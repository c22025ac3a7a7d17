//! Reports, the log, settings, figures and mail.

use crate::Service;
use crate::routes::Router;

/// The operations.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
}
