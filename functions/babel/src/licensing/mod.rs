//! Licences, their tokens, traces and templates.

mod tokens;
mod traces;

use axum::Router;

use crate::Signing;

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new().merge(tokens::routes()).merge(traces::routes())
}
