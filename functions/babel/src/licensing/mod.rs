//! Licences, their tokens, traces and templates.

pub(crate) mod contents;
pub(crate) mod licenses;
pub(crate) mod signed;
pub(crate) mod templates;
mod tokens;
mod traces;

use crate::Signing;
use crate::routes::{Router, delete, get};

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    let licenses = get(licenses::list::handle).post(licenses::insert::handle).put(licenses::update::handle);
    let templates = get(templates::list::handle).post(templates::insert::handle).put(templates::update::handle);
    let router = Router::new()
        .route("/v1/licenses", licenses)
        .route("/v1/licenses/{licenseId}", delete(licenses::delete::handle))
        .route("/v1/license-templates", templates)
        .route("/v1/license-templates/{templateId}", delete(templates::delete::handle))
        .route("/v1/license-templates/{templateId}/licenses", get(templates::licenses::handle));
    traces::routes(tokens::routes(router))
}
