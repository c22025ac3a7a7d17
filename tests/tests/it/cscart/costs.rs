//! Round trips, calls and capacity, as counts.

use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::ops::create_product::create_product;
use latchkey_tests::exchange::{Ask, get, post_json};
use latchkey_tests::vendor::{USER, Vendor, new_product};
use latchkey_tests::world::World;
use serde_json::json;

use super::{AUTHORIZATION, EMAIL, KEY, LICENSES, api_key, index_sites, seeds_license};

/// What a request may take.
struct Most {
    round_trips: usize,
    calls: &'static [&'static str],
    units: f64,
}

async fn assert_cost(world: &World, what: &str, ask: Ask, most: Most) {
    world.table.reset_calls();
    world.bucket.reset_calls();
    let answer = ask.send(world).await;
    assert!(answer.status.is_success() || answer.status == 302, "{what}: {}", String::from_utf8_lossy(&answer.body));
    let mut calls: Vec<String> = world.table.calls().into_iter().map(|call| call.operation).collect();
    calls.sort();
    assert_eq!(calls, most.calls, "{what}");
    assert_eq!(world.table.round_trips(), most.round_trips, "{what}: round trips");
    assert_eq!(world.bucket.calls().len(), 0, "{what}: calls to the bucket");
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= most.units, "{what}: {spent} units, and at most {} are allowed", most.units);
    }
}

async fn shop(world: &World) -> (Vendor, ApiKeySecret) {
    let vendor = world.vendor().await;
    let key = world.api_key(&vendor, Permissions::ALL).await;
    seeds_license(world, &vendor).await;
    for number in 0..9 {
        world.license_with(&vendor, &format!("CSC-{number}"), Some(3)).await;
    }
    world.publish(&vendor, "1.0").await;
    (vendor, key)
}

async fn put(world: &World, key: &ApiKeySecret, body: serde_json::Value) {
    let put = post_json(&format!("{LICENSES}/1"), &body).method(http::Method::PUT).basic(USER, key.expose());
    assert_eq!(put.send(world).await.status, 200);
}

#[tokio::test]
async fn a_page_is_read_beside_the_key_and_its_sites_after_it() {
    let world = World::new().await;
    let (vendor, key) = shop(&world).await;
    let ask = |query: &[(&str, &str)]| get(LICENSES, query).basic(USER, key.expose());
    let cold = Most { round_trips: 2, calls: &["BatchGetItem", "BatchGetItem", "GetItem", "GetItem", "Query"], units: 8.0 };
    assert_cost(&world, "a page, cold", ask(&[]), cold).await;
    let warm = || Most { round_trips: 2, calls: &["BatchGetItem", "GetItem", "GetItem", "Query"], units: 7.5 };
    // A product's licences lie apart by their templates: which those are is read beside the page.
    let of_product = Most { round_trips: 2, calls: &["BatchGetItem", "GetItem", "GetItem", "GetItem", "Query"], units: 8.0 };
    assert_cost(&world, "of a product", ask(&[("product_id", "1")]), of_product).await;
    for query in [&[][..], &[("user_id", "1")], &[("email", EMAIL)], &[("page", "1")]] {
        assert_cost(&world, &format!("{query:?}"), ask(query), warm()).await;
    }
    let by_key = Most { round_trips: 3, calls: &["BatchGetItem", "GetItem", "GetItem", "GetItem", "GetItem"], units: 4.0 };
    assert_cost(&world, "by key", ask(&[("license_number", KEY)]), by_key).await;
    let calls = &["BatchGetItem", "GetItem", "GetItem", "GetItem", "GetItem", "Query", "Query"];
    let by_order = Most { round_trips: 3, calls, units: 5.5 };
    assert_cost(&world, "by order", ask(&[("order_id", "1")]), by_order).await;
    put(&world, &key, json!({"domain_name": "a.com"})).await;
    index_sites(&world, &vendor).await;
    let by_host =
        Most { round_trips: 4, calls: &["BatchGetItem", "BatchGetItem", "BatchGetItem", "GetItem", "GetItem", "Query"], units: 5.0 };
    assert_cost(&world, "by domain", ask(&[("domain_name", "a.com")]), by_host).await;
    let combined = Most { round_trips: 3, calls: &["BatchGetItem", "GetItem", "GetItem", "Query"], units: 7.5 };
    assert_cost(&world, "combined: nothing is read for a stranger", ask(&[("email", EMAIL), ("product_id", "1")]), combined).await;
    let packages = Most { round_trips: 2, calls: &["BatchGetItem", "GetItem", "GetItem", "Query", "Query"], units: 8.0 };
    assert_cost(&world, "with packages, cold", ask(&[("get_all_packages", "1")]), packages).await;
    assert_cost(&world, "with packages, warm", ask(&[("get_all_packages", "1")]), warm()).await;
    let nothing = Most { round_trips: 1, calls: &["GetItem", "GetItem"], units: 1.0 };
    assert_cost(&world, "what finds nothing", ask(&[("user_id", "x")]), nothing).await;
}

#[tokio::test]
async fn a_page_of_many_products_reads_them_together() {
    let world = World::new().await;
    let (vendor, key) = shop(&world).await;
    for number in 0..20 {
        let product = create_product(&world.core, vendor.account, new_product(&format!("plugin-{number}"))).await.unwrap();
        world.license(&Vendor { account: vendor.account, product }, |_| {}).await;
    }
    let ask = |all: &str| get(LICENSES, &[("items_per_page", "250"), ("get_all_packages", all)]).basic(USER, key.expose());
    let cold = Most { round_trips: 2, calls: &["BatchGetItem", "BatchGetItem", "GetItem", "GetItem", "Query"], units: 35.0 };
    assert_cost(&world, "31 licences of 21 products", ask("0"), cold).await;
    world.table.reset_calls();
    ask("1").send(&world).await;
    assert_eq!(
        world.table.calls().iter().filter(|call| call.operation == "Query").count(),
        22,
        "the page, and each product's packages once"
    );
}

#[tokio::test]
async fn one_licence_is_read_beside_the_key_and_its_sites_after_it() {
    let world = World::new().await;
    let (_, key) = shop(&world).await;
    let path = format!("{LICENSES}/1");
    let ask = |query: &[(&str, &str)]| get(&path, query).basic(USER, key.expose());
    let cold = Most { round_trips: 2, calls: &["GetItem", "GetItem", "GetItem", "GetItem", "Query"], units: 3.5 };
    assert_cost(&world, "cold", ask(&[]), cold).await;
    let warm = Most { round_trips: 2, calls: &["GetItem", "GetItem", "GetItem", "Query"], units: 3.0 };
    assert_cost(&world, "warm", ask(&[]), warm).await;
}

#[tokio::test]
async fn a_key_that_does_not_say_whose_it_is_costs_one_round_trip_more() {
    let world = World::new().await;
    let (vendor, _) = shop(&world).await;
    api_key(&world, &vendor, Permissions::ALL).await;
    let ask = || get(LICENSES, &[]).header("authorization", AUTHORIZATION);
    ask().send(&world).await;
    let warm = Most { round_trips: 3, calls: &["BatchGetItem", "GetItem", "GetItem", "Query"], units: 7.5 };
    assert_cost(&world, "a key that was brought along", ask(), warm).await;
}

#[tokio::test]
async fn an_update_is_two_reads_and_one_transaction_after_the_key() {
    let world = World::new().await;
    let (_, key) = shop(&world).await;
    let put = |body| post_json(&format!("{LICENSES}/1"), &body).method(http::Method::PUT).basic(USER, key.expose());
    put(json!({"expires_at": 0})).send(&world).await;
    let both = Most { round_trips: 4, calls: &["GetItem", "GetItem", "GetItem", "GetItem", "TransactWriteItems"], units: 15.0 };
    assert_cost(&world, "end and domains", put(json!({"expires_at": "1919710900", "domain_name": ["a.com", "b.com"]})), both).await;
    let end = Most { round_trips: 4, calls: &["GetItem", "GetItem", "GetItem", "Query", "TransactWriteItems"], units: 15.0 };
    assert_cost(&world, "the end alone", put(json!({"expires_at": 0})), end).await;
}

#[tokio::test]
async fn a_download_is_one_read_where_the_product_is_remembered() {
    let world = World::new().await;
    let (vendor, _) = shop(&world).await;
    let link = |package: &str| {
        let query = [("dispatch", "product_packages.get_package"), ("package_id", package), ("product_id", "1"), ("license_number", KEY)];
        get("/index.php", &query)
    };
    assert_cost(&world, "cold", link("1"), Most { round_trips: 2, calls: &["GetItem", "GetItem"], units: 1.0 }).await;
    assert_cost(&world, "the current release", link("1"), Most { round_trips: 1, calls: &["GetItem"], units: 0.5 }).await;
    world.publish(&vendor, "2.0").await;
    world.clock.advance_seconds(60);
    let older = Most { round_trips: 3, calls: &["GetItem", "GetItem", "Query"], units: 1.5 };
    assert_cost(&world, "an older one, cold", link("1"), older).await;
    assert_cost(&world, "an older one", link("1"), Most { round_trips: 1, calls: &["GetItem"], units: 0.5 }).await;
}
