//! License tokens: seats as staff see them.

mod create;
mod delete;
mod list;
mod list_of_license;
mod rows;

use crate::Signing;
use crate::routes::{Router, delete, get};

/// The operations as well.
pub(super) fn routes(router: Router<Signing>) -> Router<Signing> {
    router
        .route("/v1/license-tokens", get(list::handle))
        .route("/v1/licenses/{licenseId}/tokens", get(list_of_license::handle).post(create::handle))
        .route("/v1/licenses/{licenseId}/tokens/{tokenId}", delete(delete::handle))
}
