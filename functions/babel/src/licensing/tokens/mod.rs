//! License tokens: seats as staff see them.

mod create;
mod delete;
mod list;
mod list_of_license;
mod rows;

use axum::Router;
use axum::routing::{delete, get};

use crate::Signing;

/// The operations.
pub(super) fn routes() -> Router<Signing> {
    Router::new()
        .route("/v1/license-tokens", get(list::handle))
        .route("/v1/licenses/{licenseId}/tokens", get(list_of_license::handle).post(create::handle))
        .route("/v1/licenses/{licenseId}/tokens/{tokenId}", delete(delete::handle))
}
