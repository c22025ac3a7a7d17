//! The CS-Cart Marketplace contract (seed 000; contracts §1): every route and parameter, every answer and error.
//!
//! The recorded exchanges lie in `snapshots/`. They are made with the seed's own credential.

mod costs;
mod domains;
mod download;
mod errors;
mod isolation;
mod list;
mod malformed;
mod packages;
mod show;
mod update;

use http::Method;
use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::License;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::domain::text::Email;
use latchkey_core::ops::create_api_key::NewApiKey;
use latchkey_core::ops::index_sites::reindex_sites;
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_tests::exchange::{Ask, Exchange, get, post_json};
use latchkey_tests::vendor::{Vendor, http_client, new_api_key};
use latchkey_tests::world::World;
use serde_json::{Value, json};

/// The seed's header: `skater4@cs-cart.com` and a key of 32 letters and digits.
pub(crate) const AUTHORIZATION: &str = "Basic c2thdGVyNEBjcy1jYXJ0LmNvbTpvMmszNzIycTVzNnFJTVo5M0RCNzgxWUZwYTY4ZjRCMw==";
/// The user in [`AUTHORIZATION`].
pub(crate) const USER: &str = "skater4@cs-cart.com";
/// The key in [`AUTHORIZATION`].
pub(crate) const API_KEY: &str = "o2k3722q5s6qIMZ93DB781YFpa68f4B3";

/// The seed's licence.
pub(crate) const KEY: &str = "CSC-12A4-ABCD-ABCD-1234";
/// Whom it is made out to.
pub(crate) const EMAIL: &str = "developer@example.com";

pub(crate) const LICENSES: &str = "/api/4.0/licenses";

/// A GET as CS-Cart's clients send it: with a content type, and taking everything.
pub(crate) fn ask(path: &str, query: &[(&str, &str)]) -> Ask {
    get(path, query).header("content-type", "application/json").header("accept", "*/*").header("authorization", AUTHORIZATION)
}

pub(crate) fn list(query: &[(&str, &str)]) -> Ask {
    ask(LICENSES, query)
}

pub(crate) fn show(id: impl std::fmt::Display) -> Ask {
    ask(&format!("{LICENSES}/{id}"), &[])
}

pub(crate) fn put(id: impl std::fmt::Display, body: &Value) -> Ask {
    post_json(&format!("{LICENSES}/{id}"), body).method(Method::PUT).header("authorization", AUTHORIZATION)
}

/// A vendor with the seed's API key.
pub(crate) async fn vendor(world: &World) -> Vendor {
    let vendor = world.vendor().await;
    api_key(world, &vendor, Permissions::ALL).await;
    vendor
}

/// Gives a vendor the seed's API key.
pub(crate) async fn api_key(world: &World, vendor: &Vendor, permissions: Permissions) {
    let secret = Some(ApiKeySecret::parse(API_KEY).unwrap());
    world.create_api_key(vendor, NewApiKey { email: Email::parse(USER).unwrap(), secret, ..new_api_key(permissions) }).await;
}

/// The seed's licence, with three seats: of a customer, by an order.
pub(crate) async fn seeds_license(world: &World, vendor: &Vendor) -> License {
    let (name, email) = ("A Developer".parse().unwrap(), EMAIL.parse().ok());
    let customer = world.core.table.create_customer(vendor.account, name, email, world.core.now()).await.unwrap();
    let order = PlaceOrder { customer: Some(customer.id), reference: None, lines: 2 };
    let order = place_order(&world.core, vendor.account, order).await.unwrap();
    let license = world.license(vendor, |new| {
        new.key = Some(LicenseKey::parse(KEY).unwrap());
        new.order_line = Some(OrderLine { order: order.id, line: 0 });
        new.seat_limit = latchkey_core::domain::seat::SeatLimit::limited(3);
    });
    license.await
}

/// The numbers of the licences in a list's answer.
pub(crate) async fn ids(world: &World, ask: Ask) -> Vec<u64> {
    let answer = ask.send(world).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let list = answer.json();
    list.as_array().expect("a bare array").iter().map(|license| license["purchase_id"].as_u64().unwrap()).collect()
}

/// A success, which must never have a `message`: clients throw on one.
pub(crate) async fn success(world: &World, ask: Ask) -> Value {
    let answer = ask.send(world).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let json = answer.json();
    assert!(json.get("message").is_none(), "{json}");
    json
}

/// The error's message, after its shape was checked to the letter.
pub(crate) fn message(answer: &Exchange) -> String {
    let json = answer.json();
    let message = json["message"].as_str().unwrap_or_else(|| panic!("no message: {json}")).to_owned();
    let status = answer.status.as_u16();
    let expected = format!("{{\"message\":{},\"status\":{status}}}", serde_json::to_string(&message).unwrap());
    assert_eq!(String::from_utf8_lossy(&answer.body), expected);
    let reason = answer.status.canonical_reason().unwrap();
    assert!(message == reason || message.starts_with(&format!("{reason}: ")), "{message}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    message
}

/// Brings the index of sites up to date with all of a vendor's licences, as the table's stream does within seconds.
pub(crate) async fn index_sites(world: &World, vendor: &Vendor) {
    reindex_sites(&world.direct(), vendor.account, None, 100).await.unwrap();
}

/// Asks for everything that this API can be asked for, so that whoever watches sees all that it does.
pub(crate) async fn ask_everything(world: &World) {
    let vendor = vendor(world).await;
    let license = seeds_license(world, &vendor).await;
    world.publish(&vendor, "1.0").await;
    world.publish(&vendor, "2.0").await;
    let wide = world.license_with(&vendor, "CSC-WIDE", None).await;
    for sites in [["a.com", "b.com"], ["b.com", "shop.test"]] {
        for id in [license.id, wide.id] {
            success(world, put(id, &json!({ "domain_name": sites, "expires_at": "1919710900" }))).await;
        }
    }
    success(world, put(license.id, &json!({"expires_at": 0}))).await;
    index_sites(world, &vendor).await;
    for query in [
        &[][..],
        &[("page", "2"), ("items_per_page", "1")],
        &[("user_id", "1")],
        &[("product_id", "1")],
        &[("order_id", "1")],
        &[("email", EMAIL)],
        &[("license_number", KEY)],
        &[("domain_name", "b.com")],
        &[("user_id", "1"), ("product_id", "1"), ("email", EMAIL), ("get_all_packages", "1")],
    ] {
        success(world, list(query)).await;
    }
    success(world, show(license.id)).await;
    assert_eq!(show(999).send(world).await.status, 404);
    assert_eq!(get(LICENSES, &[]).basic(USER, "a-wrong-key").send(world).await.status, 401);
    for package in ["1", "2"] {
        let link = [("dispatch", "product_packages.get_package"), ("package_id", package), ("product_id", "1"), ("license_number", KEY)];
        let answer = get("/index.php", &link).send(world).await;
        assert_eq!(answer.status, 302);
        assert_eq!(http_client().get(answer.header("location").unwrap()).send().await.unwrap().status(), 200);
    }
}

/// Compares an exchange with the recorded one.
pub(crate) fn assert_recorded(name: &str, exchange: &Exchange) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../../snapshots/cscart");
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), exchange.record()));
}
