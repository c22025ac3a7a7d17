//! Reports, the log, settings, figures and mail.

mod email;
mod info;
pub(crate) mod log;
mod reports;
mod settings;

use crate::Service;
use crate::routes::{Router, delete, get, post};

/// The operations.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/v1/reports", get(reports::list::handle))
        .route("/v1/reports/{reportId}", delete(reports::delete::handle))
        .route("/v1/log", get(log::list::handle).delete(log::delete::handle))
        .route("/v1/log/levels", get(log::levels::handle))
        .route("/v1/settings", get(settings::list::handle).put(settings::update::handle))
        .route("/v1/info", get(info::handle))
        .route("/v1/email/send", post(email::send::handle))
        .route("/v1/email/license", post(email::license::handle))
}
