//! The CS-Cart Marketplace licences API (seed 000), for a vendor's scripts: one Lambda function.
//!
//! | theirs | ours |
//! |---|---|
//! | user and API key (HTTP Basic) | user and API key |
//! | purchase, `purchase_id`, `{id}` | licence, by its number |
//! | license number | licence key |
//! | user, `user_id` | customer; 0 where there is none |
//! | order, `order_id` | order; 0 where there is none |
//! | file, package, `file_id`, `package_id` | package of a release |
//! | domain | site that holds a seat, development sites included |
//!
//! Known quirks, not to be copied elsewhere: a list is a bare array; `domain_names` is `""` where there is none and an array
//! otherwise; `expires_at` 0 is never; an error has just `message` and `status`, and no success has a `message`, for clients throw
//! on any (contracts §1).
//!
//! # Decisions of ours
//!
//! Where the seed and the contracts are silent:
//!
//! - **Order of a list**: rising `purchase_id`, so that pages stay where they are. `items_per_page` is 1 to 250, 10 where it is not
//!   said; more, or a page that is no number from 1, is a 400 rather than another page than the one that was asked for. A page
//!   after the last is `[]`. A page that would be larger than 4 MiB, as one with many packages may be, is a 400 too.
//! - **Searches**: what cannot be anybody's number, key or address finds nothing: `[]`, as PHP's casts would have it. An empty value
//!   is none. An array (`user_id[]=1`) is a 400, for passing it over would find everything. Unknown parameters are passed over.
//!   `domain_name` finds the licences with a site on that host, whatever its port and path; a site that was activated seconds ago may
//!   be missing, one that was given up is not shown.
//! - **`get_all_packages`** is anything but `0` and nothing. `packages` are those of the hundred newest releases, the newest version
//!   first; `file_path` is no path of ours but a name, as the seed's. `file_id` is the current release's, 0 where there is none;
//!   both may be a minute old.
//! - **Times** are whole seconds; an end between two is shown as the second after, so that writing back what was read takes
//!   nothing away, and one at or before 1970 as 1, since 0 is never.
//! - **`domain_names`** are hosts with their ports and paths, the oldest first; above 50 seats the first hundred.
//! - **PUT** works on stopped licences too, and may set an end that is past. `null` is the same as not sending it; neither of the
//!   two is a 400, an empty body a 405 (contracts). `domain_name` `""` or `[]` removes all; machines keep their seats.
//! - **What comes first**: path and method (404, 405), then the credential (401, 429), what it allows (403), then the request (406,
//!   415, 413, 400). Nothing of an account is told to whom it does not know.
//! - **HEAD and OPTIONS** are 405, here as everywhere in this API. The answer is `application/json` whatever `Accept` says.
//! - **The download** (`/index.php`) asks for no seat and no API key: the licence's key in its address is what opens it. Refusals are
//!   403, and 404 where the package is not there.

mod address;
mod answer;
mod caller;
mod error;
mod get_package;
mod licenses;
mod negotiation;
#[cfg(feature = "openapi")]
pub mod openapi;
mod packages;

pub use self::packages::package_url;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use latchkey_core::core::{Core, Credentials, Downloads};
use latchkey_core::http::{Edge, Function, edge};
use tower::util::MapRequest;

/// The function that serves all of it, and answers what no other does below `/api`.
pub const CSCART: Function = Function { name: "cscart", routes: &["ANY /api/{proxy+}", "ANY /api.php", "ANY /index.php"] };

/// Everything that [`CSCART`] serves.
pub fn router(core: Core, credentials: Credentials, downloads: Downloads) -> Router {
    let (reading, editing) = (error::only("GET"), error::only(licenses::METHODS));
    let router = Router::new()
        .route("/api/4.0/licenses", get(licenses::list::handle).head(reading.clone()).fallback(reading.clone()))
        .route("/api/4.0/licenses/{id}", get(licenses::show::handle).put(licenses::update::handle).head(editing.clone()).fallback(editing))
        .route("/index.php", get(get_package::handle).head(reading.clone()).fallback(reading))
        .fallback(error::nothing_here)
        .layer(from_fn_with_state(Edge { function: CSCART.name, fault: error::fault }, edge))
        .with_state(Api { core, credentials, downloads });
    Router::new().fallback_service(MapRequest::new(router, address::plain))
}

/// What the handlers are given.
#[derive(Clone)]
struct Api {
    core: Core,
    credentials: Credentials,
    downloads: Downloads,
}
