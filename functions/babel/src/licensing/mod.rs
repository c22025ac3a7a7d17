//! Licences, their tokens, traces and templates.

pub(crate) mod contents;
pub(crate) mod licenses;
pub(crate) mod signed;
pub(crate) mod templates;
mod tokens;
pub(crate) mod traces;

use crate::Signing;
use crate::routes::{Router, delete, get};

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
        .route("/v1/licenses", get(licenses::list::handle).post(licenses::insert::handle).put(licenses::update::handle))
        .route("/v1/licenses/{licenseId}", delete(licenses::delete::handle))
        .route("/v1/licenses/{licenseId}/tokens", get(tokens::list_of_license::handle).post(tokens::create::handle))
        .route("/v1/licenses/{licenseId}/tokens/{tokenId}", delete(tokens::delete::handle))
        .route("/v1/license-tokens", get(tokens::list::handle))
        .route("/v1/license-traces", get(traces::list::handle).delete(traces::delete::handle))
        .route("/v1/license-templates", get(templates::list::handle).post(templates::insert::handle).put(templates::update::handle))
        .route("/v1/license-templates/{templateId}", delete(templates::delete::handle))
        .route("/v1/license-templates/{templateId}/licenses", get(templates::licenses::handle))
}
