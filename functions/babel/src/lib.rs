//! The Babel Licensing Service (seed 004): its management interface, and what licensed programs call. Six Lambda functions.
//!
//! | theirs | ours |
//! |---|---|
//! | account, tenant | account |
//! | product, assembly | product, a file of a release |
//! | release | release |
//! | license, user key | licence, licence key |
//! | license key | signed licence |
//! | licensing mode file, activation, floating | mode file, activated, floating |
//! | license token | seat, seen as a token |
//! | license trace | trace |
//! | customer, contact, order, order product | customer, contact, order, product of an order |
//! | user, role, API key | user, role, API key |
//!
//! Every answer has `success`, `code` and `message` (`envelope`, [`code`]). Who asks, and may they, is settled before anything else
//! (`caller`, [`roles`]). Lists are in the language of [`latchkey_core::query`] (`list`). Each area's module has its operations, one
//! a file, and its `routes`. The README of this package says what is theirs and what is ours.

mod access;
mod address;
mod audit;
mod body;
mod caller;
mod catalog;
mod changes;
mod client;
pub mod code;
mod envelope;
mod error;
mod licensing;
mod list;
pub mod openapi;
mod path;
pub mod roles;
mod routes;
mod sales;
mod system;
mod wire;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use latchkey_core::core::{Access, Core, Notices};
use latchkey_core::http::{Edge, Function, edge};
use latchkey_core::ops::signing_key::SignatureKeys;
use latchkey_core::packages::Packages;
use latchkey_core::signing::seal::SealingKeys;

/// API keys, users, roles, logins; and what no other function's path is.
pub const ACCESS: Function = Function {
    name: "babel-access",
    routes: &[
        "ANY /v1/api-keys",
        "ANY /v1/api-keys/{proxy+}",
        "ANY /v1/users",
        "ANY /v1/users/{proxy+}",
        "ANY /v1/roles",
        "ANY /v1/login",
        "ANY /v1/login/{proxy+}",
        "ANY /v1/logout",
        "ANY /v1/{proxy+}",
    ],
};

/// Licences, their tokens, traces and templates.
pub const LICENSING: Function = Function {
    name: "babel-licensing",
    routes: &[
        "ANY /v1/licenses",
        "ANY /v1/licenses/{proxy+}",
        "ANY /v1/license-tokens",
        "ANY /v1/license-traces",
        "ANY /v1/license-templates",
        "ANY /v1/license-templates/{proxy+}",
    ],
};

/// Customers, contacts and orders.
pub const SALES: Function = Function {
    name: "babel-sales",
    routes: &[
        "ANY /v1/customers",
        "ANY /v1/customers/{proxy+}",
        "ANY /v1/contacts",
        "ANY /v1/contacts/{proxy+}",
        "ANY /v1/orders",
        "ANY /v1/orders/{proxy+}",
    ],
};

/// Products, releases, assemblies and resources; and who is told of what happens: sites of releases, vendors' own systems of all.
pub const CATALOG: Function = Function {
    name: "babel-catalog",
    routes: &[
        "ANY /v1/products",
        "ANY /v1/products/{proxy+}",
        "ANY /v1/assemblies",
        "ANY /v1/assemblies/{proxy+}",
        "ANY /v1/resources",
        "ANY /v1/resources/{proxy+}",
        "ANY /v1/webhooks",
        "ANY /v1/webhooks/{proxy+}",
    ],
};

/// Reports, the log, settings, figures and mail.
pub const SYSTEM: Function = Function {
    name: "babel-system",
    routes: &[
        "ANY /v1/reports",
        "ANY /v1/reports/{proxy+}",
        "ANY /v1/log",
        "ANY /v1/log/{proxy+}",
        "ANY /v1/settings",
        "ANY /v1/info",
        "ANY /v1/email/{proxy+}",
    ],
};

/// What licensed programs call.
pub const CLIENT: Function = Function { name: "babel-client", routes: &["ANY /v1/license/{proxy+}"] };

/// What the operations of every function are given.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    core: Core,
    access: Access,
}

/// What operations are given that sign licences or keep signature keys.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    service: Service,
    keys: SignatureKeys,
}

/// What the operations of [`CATALOG`] are given.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    signing: Signing,
    packages: Packages,
    notices: Notices,
}

impl FromRef<Catalog> for Service {
    fn from_ref(catalog: &Catalog) -> Self {
        catalog.signing.service.clone()
    }
}

impl FromRef<Catalog> for Signing {
    fn from_ref(catalog: &Catalog) -> Self {
        catalog.signing.clone()
    }
}

impl FromRef<Signing> for Service {
    fn from_ref(signing: &Signing) -> Self {
        signing.service.clone()
    }
}

/// Everything that [`ACCESS`] serves.
pub fn access_router(core: Core, access: Access) -> Router {
    framed(ACCESS, access::routes(), Service { core, access })
}

/// Everything that [`LICENSING`] serves.
pub fn licensing_router(core: Core, access: Access, sealing: SealingKeys) -> Router {
    framed(LICENSING, licensing::routes(), Signing { service: Service { core, access }, keys: sealing.into() })
}

/// Everything that [`SALES`] serves.
pub fn sales_router(core: Core, access: Access, sealing: SealingKeys) -> Router {
    framed(SALES, sales::routes(), Signing { service: Service { core, access }, keys: sealing.into() })
}

/// Everything that [`CATALOG`] serves.
pub fn catalog_router(core: Core, access: Access, sealing: SealingKeys, packages: Packages, notices: Notices) -> Router {
    let signing = Signing { service: Service { core, access }, keys: sealing.into() };
    framed(CATALOG, catalog::routes(), Catalog { signing, packages, notices })
}

/// Everything that [`SYSTEM`] serves.
pub fn system_router(core: Core, access: Access) -> Router {
    framed(SYSTEM, system::routes(), Service { core, access })
}

/// Everything that [`CLIENT`] serves.
pub fn client_router(core: Core, access: Access, sealing: SealingKeys) -> Router {
    framed(CLIENT, client::routes(), Signing { service: Service { core, access }, keys: sealing.into() })
}

/// An area's operations, each behind the table of roles, with the envelope around whatever goes wrong.
fn framed<S>(function: Function, routes: routes::Router<S>, state: S) -> Router
where
    S: Clone + Send + Sync + 'static,
    Service: FromRef<S>,
{
    let routes = routes.served();
    // Around routes alone, so that what is no operation's is answered as such whoever asks.
    let routes = if routes.has_routes() { routes.route_layer(from_fn_with_state(state.clone(), caller::admit::<S>)) } else { routes };
    routes
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::no_method)
        .layer(from_fn_with_state(Edge { function: function.name, fault: error::fault }, edge))
        .with_state(state)
}
