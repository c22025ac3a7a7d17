//! Products, releases, assemblies, resources and packages; who is told of releases, and webhooks.

mod assemblies;
pub(crate) mod include;
mod notification;
pub(crate) mod packages;
mod products;
mod release_assemblies;
mod releases;
mod resources;
mod webhooks;

use crate::Catalog;
use crate::routes::{Router, delete, get, post};

/// The longest body of what may carry a picture, a mail's text or a key file: 256 KiB of data, with every character written out.
const HEAVY: usize = 2 * 1024 * 1024;

/// The most data of resources that one answer holds, in bytes.
const MOST_DATA_SHOWN: u64 = 4 * 1024 * 1024;

/// The operations.
pub(crate) fn routes() -> Router<Catalog> {
    Router::new()
        .route("/v1/products", get(products::list::handle).post(products::insert::handle).put(products::update::handle))
        .route("/v1/products/{productId}", delete(products::delete::handle))
        .route("/v1/products/{productId}/orders", get(products::orders::handle))
        .route(
            "/v1/products/{productId}/releases",
            get(releases::list::handle).post(releases::insert::handle).put(releases::update::handle),
        )
        .route("/v1/products/{productId}/releases/{releaseId}", delete(releases::delete::handle))
        .route(
            "/v1/products/{productId}/releases/{releaseId}/assemblies",
            get(release_assemblies::list::handle).post(release_assemblies::insert::handle).put(release_assemblies::update::handle),
        )
        .route("/v1/products/{productId}/releases/{releaseId}/assemblies/{assemblyId}", delete(release_assemblies::delete::handle))
        .route("/v1/products/{productId}/releases/{releaseId}/license-templates", get(releases::license_templates::handle))
        .route("/v1/products/{productId}/releases/{releaseId}/packages", post(packages::announce::handle))
        .route("/v1/products/{productId}/releases/{releaseId}/packages/{packageId}/publish", post(packages::publish::handle))
        .route(
            "/v1/products/{productId}/releases/{releaseId}/notification",
            get(notification::show::handle).post(notification::begin::handle).delete(notification::stop::handle),
        )
        .route("/v1/products/{productId}/releases/{releaseId}/notification/failed-sites", get(notification::failed_sites::handle))
        .route("/v1/assemblies", get(assemblies::list::handle).post(assemblies::insert::handle).put(assemblies::update::handle))
        .route("/v1/assemblies/{assemblyId}", delete(assemblies::delete::handle))
        .route("/v1/resources", get(resources::list::handle).post(resources::insert::handle).put(resources::update::handle))
        .route("/v1/resources/{resourceId}", delete(resources::delete::handle))
        .route("/v1/webhooks", get(webhooks::list::handle).post(webhooks::insert::handle).put(webhooks::update::handle))
        .route("/v1/webhooks/{webhookId}", delete(webhooks::delete::handle))
        .route("/v1/webhooks/{webhookId}/secret", post(webhooks::rotate::handle))
        .route("/v1/webhooks/{webhookId}/deliveries", get(webhooks::deliveries::handle))
        .route("/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver", post(webhooks::redeliver::handle))
}
