//! Every function of the deployment.

use axum::Router;
use latchkey_core::core::{Core, Downloads};
use latchkey_core::http::Function;

/// All functions with their routers, as their Lambdas build them. A new function is a new line here.
pub fn functions(core: Core, downloads: Downloads) -> Vec<(Function, Router)> {
    vec![
        (latchkey_woosa::LICENSE, latchkey_woosa::license_router(core.clone())),
        (latchkey_woosa::SOFTWARE, latchkey_woosa::software_router(core, downloads)),
    ]
}

/// The functions that the table's stream tells of changes, by their binaries' names. The feed calls them.
pub fn workers() -> Vec<&'static str> {
    vec![latchkey_worker::SITES]
}
