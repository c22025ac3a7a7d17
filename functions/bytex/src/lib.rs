//! The BYTEX vendor API (seed 001), for the back ends of vendors' products: one Lambda function.
//!
//! | theirs | ours |
//! |---|---|
//! | vendor, the account that an API key is bound to | account |
//! | account, user (`K109025530`) | customer |
//! | product SKU | product, by its public code |
//! | license (`L156429250`), license key | licence, licence key |
//! | order (`B441542389`) | order |
//! | one-time login token | login token |
//! | discount | discount |
//!
//! Every endpoint takes the bare API key in `Authorization`. Names of parameters and the path's letters may have any case below the
//! two prefixes of [`BYTEX`]; values may not.
//!
//! Known quirks, not to be copied elsewhere: every answer is an envelope of `errors` and `response`, one of them empty; times have
//! no zone and mean UTC; what never ends does so in the year 9999; identifiers are a letter and nine digits.
//!
//! What the seed does not say and is ours (the README of this package has it all): the parameters' names of all endpoints but
//! `GetProductLicenses`, every error's code and status, and the endpoints `CreateToken`, `Discounts/List` and `Discounts/Redeem`.

mod accounts;
mod answer;
mod authentication;
mod call;
mod discounts;
mod error;
mod fields;
mod licenses;
#[cfg(feature = "openapi")]
pub mod openapi;
mod path;
mod wire;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use latchkey_core::core::{Core, Credentials};
use latchkey_core::http::{Edge, Function, edge};
use latchkey_core::tokens::TokenKeys;

/// The one function. The gateway tells upper case from lower; the two spellings that people write lead here.
pub const BYTEX: Function = Function { name: "bytex", routes: &["ANY /API/Public/v1/{proxy+}", "ANY /api/public/v1/{proxy+}"] };

/// Everything that [`BYTEX`] serves.
pub fn router(core: Core, credentials: Credentials, tokens: TokenKeys) -> Router {
    let router = Router::new()
        .route("/API/Public/v1/Accounts/r1/GetProductLicenses", get(accounts::get_product_licenses::handle))
        // A HEAD would use the token up and tell nobody.
        .route("/API/Public/v1/Authentication/r1/GetTokenValidity", get(authentication::get_token_validity::handle).head(error::no_method))
        .route("/API/Public/v1/Authentication/r1/CreateToken", post(authentication::create_token::handle))
        .route("/API/Public/v1/Licenses/r1/GetPublic", get(licenses::get_public::handle))
        .route("/API/Public/v1/Licenses/r1/Get", get(licenses::get::handle))
        .route("/API/Public/v1/Discounts/r1/Create", post(discounts::create::handle))
        .route("/API/Public/v1/Discounts/r1/List", get(discounts::list::handle))
        .route("/API/Public/v1/Discounts/r1/Redeem", post(discounts::redeem::handle))
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::no_method)
        .layer(from_fn_with_state(Edge { function: BYTEX.name, fault: error::fault }, edge))
        .with_state(Vendor { core, credentials, tokens });
    path::in_any_case(router)
}

/// What the handlers are given.
#[derive(Clone)]
struct Vendor {
    core: Core,
    credentials: Credentials,
    tokens: TokenKeys,
}
