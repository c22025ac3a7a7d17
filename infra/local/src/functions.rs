//! Every function of the deployment.

use axum::Router;
use latchkey_core::core::{Access, Core, Credentials, Downloads, Notices};
use latchkey_core::http::Function;
use latchkey_core::signing::seal::SealingKeys;

/// What the functions are built from; each takes what it needs.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What every function needs.
    pub core: Core,
    /// For functions that hand out packages.
    pub downloads: Downloads,
    /// For functions that take API keys.
    pub credentials: Credentials,
    /// For functions that users log in to.
    pub access: Access,
    /// For functions that sign licences.
    pub sealing: SealingKeys,
    /// For functions that have sites and vendors' own systems be told.
    pub notices: Notices,
}

/// All functions with their routers, as their Lambdas build them. A new function is a new line here.
pub fn functions(parts: &Parts) -> Vec<(Function, Router)> {
    let Parts { core, downloads, credentials, access, sealing, notices } = parts;
    let staff = |router: fn(Core, Access) -> Router| router(core.clone(), access.clone());
    let signing = |router: fn(Core, Access, SealingKeys) -> Router| router(core.clone(), access.clone(), sealing.clone());
    vec![
        (latchkey_bytex::BYTEX, latchkey_bytex::router(core.clone(), credentials.clone(), downloads.tokens.clone())),
        (latchkey_cscart::CSCART, latchkey_cscart::router(core.clone(), credentials.clone(), downloads.clone())),
        (latchkey_woosa::LICENSE, latchkey_woosa::license_router(core.clone())),
        (latchkey_woosa::SOFTWARE, latchkey_woosa::software_router(core.clone(), downloads.clone())),
        (latchkey_babel::ACCESS, staff(latchkey_babel::access_router)),
        (latchkey_babel::LICENSING, signing(latchkey_babel::licensing_router)),
        (latchkey_babel::SALES, signing(latchkey_babel::sales_router)),
        (
            latchkey_babel::CATALOG,
            latchkey_babel::catalog_router(core.clone(), access.clone(), sealing.clone(), downloads.packages.clone(), notices.clone()),
        ),
        (latchkey_babel::SYSTEM, staff(latchkey_babel::system_router)),
        (latchkey_babel::CLIENT, signing(latchkey_babel::client_router)),
        (latchkey_sellcodes::SELLCODES, latchkey_sellcodes::router(core.clone(), downloads.clone())),
    ]
}

/// The functions that the table's stream tells of changes, by their binaries' names. The feeds call them.
pub fn workers() -> Vec<&'static str> {
    vec![latchkey_worker::SITES, latchkey_worker::EVENTS]
}

/// The functions that a queue tells what to do, by their binaries' names. The stack calls them.
pub fn consumers() -> Vec<&'static str> {
    vec![latchkey_worker::PUSH, latchkey_worker::WEBHOOKS, latchkey_worker::MAIL]
}

/// The functions that the clock calls, by their binaries' names. The feed of events calls them.
pub fn scheduled() -> Vec<&'static str> {
    vec![latchkey_worker::ENDINGS]
}
