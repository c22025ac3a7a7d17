//! Licences, their tokens, traces and templates.

mod tokens;
mod traces;

use crate::Signing;
use crate::routes::Router;

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    let router = tokens::routes(Router::new());
    traces::routes(router)
}
