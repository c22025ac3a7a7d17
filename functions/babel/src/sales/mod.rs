//! Customers, contacts and orders.

mod contacts;
mod customers;
pub(crate) mod include;
mod order_products;
mod orders;

use crate::Signing;
use crate::routes::{Router, delete, get, post};

/// The operations.
pub(crate) fn routes() -> Router<Signing> {
    Router::new()
        .route("/v1/customers", get(customers::list::handle).post(customers::insert::handle).put(customers::update::handle))
        .route("/v1/customers/{customerId}", delete(customers::delete::handle))
        .route("/v1/customers/{customerId}/contacts", get(customers::contacts::handle))
        .route("/v1/customers/{customerId}/orders", get(customers::orders::handle))
        .route("/v1/customers/{customerId}/licenses", get(customers::licenses::handle))
        .route("/v1/contacts", get(contacts::list::handle).post(contacts::insert::handle).put(contacts::update::handle))
        .route("/v1/contacts/{contactId}", delete(contacts::delete::handle))
        .route("/v1/orders", get(orders::list::handle).post(orders::insert::handle).put(orders::update::handle))
        .route("/v1/orders/{orderId}", delete(orders::delete::handle))
        .route("/v1/orders/{orderId}/licenses", get(orders::licenses::handle))
        .route("/v1/orders/{orderId}/products", get(order_products::list::handle))
        .route(
            "/v1/orders/{orderId}/products/{productId}",
            post(order_products::insert::handle).put(order_products::update::handle).delete(order_products::delete::handle),
        )
}
