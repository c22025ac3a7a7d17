//! Every function of the deployment.

use axum::Router;
use latchkey_core::core::{Core, Credentials, Downloads};
use latchkey_core::http::Function;

/// What the functions are built from; each takes what it needs.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What every function needs.
    pub core: Core,
    /// For functions that hand out packages.
    pub downloads: Downloads,
    /// For functions that take API keys.
    pub credentials: Credentials,
}

/// All functions with their routers, as their Lambdas build them. A new function is a new line here.
pub fn functions(parts: &Parts) -> Vec<(Function, Router)> {
    let Parts { core, downloads, credentials } = parts;
    vec![
        (latchkey_bytex::BYTEX, latchkey_bytex::router(core.clone(), credentials.clone(), downloads.tokens.clone())),
        (latchkey_cscart::CSCART, latchkey_cscart::router(core.clone(), credentials.clone(), downloads.clone())),
        (latchkey_woosa::LICENSE, latchkey_woosa::license_router(core.clone())),
        (latchkey_woosa::SOFTWARE, latchkey_woosa::software_router(core.clone(), downloads.clone())),
        (latchkey_sellcodes::SELLCODES, latchkey_sellcodes::router(core.clone(), downloads.clone())),
    ]
}

/// The functions that the table's stream tells of changes, by their binaries' names. The feeds call them.
pub fn workers() -> Vec<&'static str> {
    vec![latchkey_worker::SITES, latchkey_worker::EVENTS]
}

/// The functions that a queue tells what to do, by their binaries' names. The stack calls them.
pub fn consumers() -> Vec<&'static str> {
    vec![latchkey_worker::PUSH, latchkey_worker::WEBHOOKS]
}

/// The functions that the clock calls, by their binaries' names. The feed of events calls them.
pub fn scheduled() -> Vec<&'static str> {
    vec![latchkey_worker::ENDINGS]
}
