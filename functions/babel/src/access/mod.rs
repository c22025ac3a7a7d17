//! API keys, users, roles and logins.

mod api_keys;
mod login;
mod roles;
mod settings;
pub(crate) mod users;

use crate::Service;
use crate::routes::{Router, delete, get, post};

/// The operations.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/v1/api-keys", get(api_keys::list::handle).post(api_keys::insert::handle).put(api_keys::update::handle))
        .route("/v1/api-keys/{apiKeyId}", delete(api_keys::delete::handle))
        .route("/v1/users", get(users::list::handle).post(users::insert::handle).put(users::update::handle))
        .route("/v1/users/{userId}", delete(users::delete::handle))
        .route("/v1/users/{userId}/settings", get(settings::list::handle).post(settings::insert::handle).put(settings::update::handle))
        .route("/v1/users/{userId}/settings/{settingId}", delete(settings::delete::handle))
        .route("/v1/roles", get(roles::list::handle))
        .route("/v1/users/{userId}/roles", get(roles::of_user::handle).post(roles::add::handle).delete(roles::remove::handle))
        .route("/v1/login", post(login::enter::handle))
        .route("/v1/login/refresh", post(login::refresh::handle))
        .route("/v1/logout", post(login::leave::handle))
}
