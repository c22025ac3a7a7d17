//! License traces: what clients did with the licences whose vendor wants to know.

mod delete;
mod list;
mod rows;

use crate::Signing;
use crate::routes::{Router, get};

/// The operations as well.
pub(super) fn routes(router: Router<Signing>) -> Router<Signing> {
    router.route("/v1/license-traces", get(list::handle).delete(delete::handle))
}
