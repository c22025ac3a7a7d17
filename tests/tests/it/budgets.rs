//! Round trips and capacity, as counts (design, "The table").
//!
//! Capacity is what the store says it consumed. Other engines than the embedded one count otherwise than the real service
//! (`infra/engines/README.md`), so there only the round trips are compared.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::Licensee;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::activate::{Activate, activate as take};
use latchkey_core::ops::deactivate::{Deactivate, deactivate as give_up};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::look_up_update::look_up_update;
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_tests::exchange::Ask;
use latchkey_tests::world::World;

use crate::sellcodes;
use crate::woosa::{KEY, SITE, activate, deactivate, download, info, one_license, prepare, software_info};

/// Sends, and compares the round trips and the capacity units that it took.
async fn assert_cost(world: &World, what: &str, ask: Ask, status: u16, round_trips: usize, units: f64) {
    world.table.reset_calls();
    world.bucket.reset_calls();
    let answer = ask.send(world).await;
    assert_eq!(answer.status, status, "{what}: {}", String::from_utf8_lossy(&answer.body));
    assert_cost_so_far(world, what, round_trips, units);
}

fn assert_cost_so_far(world: &World, what: &str, round_trips: usize, units: f64) {
    assert_eq!(world.table.round_trips(), round_trips, "{what}: round trips");
    assert_eq!(world.bucket.calls().len(), 0, "{what}: calls to the bucket");
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= units, "{what}: {spent} units, and at most {units} are allowed");
    }
}

#[tokio::test]
async fn checks_and_updates_are_one_read_of_half_a_unit() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    activate(KEY, SITE).send(&world).await;
    assert_cost(&world, "info", info(KEY), 200, 1, 0.5).await;
    assert_cost(&world, "software/info, cold", software_info(KEY, SITE), 200, 2, 1.0).await;
    assert_cost(&world, "software/info, warm", software_info(KEY, SITE), 200, 1, 0.5).await;
    assert_cost(&world, "prepare", prepare(KEY, SITE), 201, 1, 0.5).await;
    let token = prepare(KEY, SITE).send(&world).await.json()["access_token"].as_str().unwrap().to_owned();
    assert_cost(&world, "redeem", download(KEY, &token), 302, 1, 0.5).await;
}

#[tokio::test]
async fn a_negative_is_confirmed_by_one_strongly_consistent_read() {
    let world = World::new().await;
    one_license(&world).await;
    for (what, ask) in [
        ("an unknown key", info("NO-SUCH-KEY")),
        ("an unknown key's update", software_info("NO-SUCH-KEY", SITE)),
        ("a site without a seat", software_info(KEY, SITE)),
        ("a site without a seat prepares", prepare(KEY, SITE)),
    ] {
        assert_cost(&world, what, ask, 403, 2, 1.5).await;
        let calls = world.table.calls();
        let is_strong = |index: usize| calls[index].json()["ConsistentRead"] == true;
        assert!(!is_strong(0) && is_strong(1), "{what}");
    }
}

#[tokio::test]
async fn verdicts_and_offers_are_one_read_of_half_a_unit_too() {
    use sellcodes::{KEY, OTHER_SITE, PRODUCT, SITE, activate, ask, check, deactivate, package, push_file, version};
    let world = World::new().await;
    let (vendor, _) = sellcodes::one_license(&world).await;
    sellcodes::publish(&world, &vendor, "1.0", "=== Sample ===\n\nShort.\n\n== Changelog ==\n\n* Better.\n").await;
    assert_cost(&world, "activate, cold", activate(KEY, SITE), 200, 2, 1.5).await;
    assert_cost(&world, "activate, warm", activate(KEY, SITE), 200, 1, 1.0).await;
    assert_cost(&world, "check", check(KEY, SITE), 200, 1, 0.5).await;
    assert_cost(&world, "get_version, its readme cold", version(KEY, SITE), 200, 2, 1.0).await;
    assert_cost(&world, "get_version, warm", version(KEY, SITE), 200, 1, 0.5).await;
    world.clock.advance_seconds(60);
    assert_cost(&world, "get_version, cold", version(KEY, SITE), 200, 3, 1.5).await;
    let link = package(&version(KEY, SITE).send(&world).await);
    assert_cost(&world, "redeem a link", push_file(&link), 302, 1, 0.5).await;
    // What speaks against a licence is confirmed, and what speaks against the key is looked up.
    assert_cost(&world, "check, no seat left", check(KEY, OTHER_SITE), 200, 2, 1.5).await;
    assert_cost(&world, "get_version, no seat left", version(KEY, OTHER_SITE), 200, 2, 1.5).await;
    assert_cost(&world, "activate, no seat left", activate(KEY, OTHER_SITE), 200, 2, 2.0).await;
    assert_cost(&world, "check, unknown key", check("NO-SUCH-KEY", SITE), 400, 3, 2.5).await;
    assert_cost(&world, "check, unknown product", ask("check_license", "nothing", KEY, SITE), 400, 3, 2.5).await;
    assert_cost(&world, "deactivate", deactivate(KEY, SITE), 200, 1, 1.0).await;
    assert_cost(&world, "deactivate again", deactivate(KEY, SITE), 200, 2, 2.0).await;
    let page = latchkey_tests::exchange::get("/v2/licenses/changelog", &[("product_id", PRODUCT)]);
    assert_cost(&world, "changelog", page, 200, 1, 0.5).await;
}

#[tokio::test]
async fn a_product_without_a_release_is_remembered_by_checks_too() {
    let world = World::new().await;
    sellcodes::one_license(&world).await;
    sellcodes::activate(KEY, SITE).send(&world).await;
    assert_cost(&world, "check", sellcodes::check(KEY, SITE), 200, 1, 0.5).await;
}

#[tokio::test]
async fn an_activation_is_one_write_of_one_unit_up_to_ten_seats() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = world
        .license(&vendor, |new| {
            new.seat_limit = latchkey_core::domain::seat::SeatLimit::limited(50);
            new.licensee = Some(Licensee {
                name: "Erika Mustermann".parse().unwrap(),
                email: Some("erika.mustermann@customer-site.com".parse().unwrap()),
            });
        })
        .await;
    let key = license.key.expose();
    for number in 1..=10 {
        let site = format!("https://shop-{number}.customer-site.com");
        assert_cost(&world, &format!("activation {number}"), activate(key, &site), 200, 1, 1.0).await;
    }
    assert_cost(&world, "the same site again", activate(key, "https://shop-3.customer-site.com"), 200, 1, 1.0).await;
    assert_cost(&world, "a deactivation", deactivate(key, "https://shop-3.customer-site.com"), 200, 1, 1.0).await;
    assert_cost(&world, "an unknown key", activate("NO-SUCH-KEY", SITE), 403, 1, 1.0).await;
    assert_cost(&world, "a development site", activate(key, "https://shop.test"), 200, 1, 1.0).await;
}

/// Sends, and compares that the answer took one round trip, of a transaction of at most four units and a query beside it.
async fn assert_one_wide_trip(world: &World, what: &str, ask: Ask) {
    world.table.reset_calls();
    let answer = ask.send(world).await;
    assert_eq!(answer.status, 200, "{what}: {:?}", answer.code());
    assert_eq!(world.table.round_trips(), 1, "{what}");
    let mut calls = world.table.calls();
    calls.sort_by_key(|call| std::cmp::Reverse(call.operation.clone()));
    let operations: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["TransactWriteItems", "Query"], "{what}");
    if world.engines.is_embedded {
        assert!(calls[0].capacity.total <= 4.0, "{what}: {} units", calls[0].capacity.total);
    }
}

#[tokio::test]
async fn above_fifty_seats_an_activation_is_one_round_trip_and_a_transaction_of_four_units() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("LIMITED", Some(1_000)), ("UNLIMITED", None)] {
        world.license_with(&vendor, key, seats).await;
        activate(key, "https://first.example.com").send(&world).await;
        for number in 0..60 {
            let what = format!("{key}: activation {number}");
            assert_one_wide_trip(&world, &what, activate(key, &format!("https://site-{number}.example.com"))).await;
        }
        assert_one_wide_trip(&world, &format!("{key}: the same site again"), activate(key, "https://site-7.example.com")).await;
        assert_one_wide_trip(&world, &format!("{key}: a deactivation"), deactivate(key, "https://site-7.example.com")).await;
        // A process that has never met the licence takes it for one with its seats inside, and is told otherwise.
        let (text, product, device) = (LicenseKey::parse(key).unwrap(), ProductClaim::Slug("test-plugin"), Device::parse(SITE).unwrap());
        world.table.reset_calls();
        take(&world.another_process(), Activate { key: &text, product, device: &device, label: None }).await.unwrap();
        assert_eq!(world.table.round_trips(), 2, "{key}: an activation in another process");
        world.table.reset_calls();
        give_up(&world.another_process(), Deactivate { key: &text, product, device: &device }).await.unwrap();
        assert_eq!(world.table.round_trips(), 2, "{key}: a deactivation in another process");
        for ask in [activate(key, "https://shop.test"), deactivate(key, "https://shop.test")] {
            world.table.reset_calls();
            assert_eq!(ask.send(&world).await.status, 200);
            assert_eq!(world.table.round_trips(), 1, "{key}: a development site");
        }
    }
}

#[tokio::test]
async fn above_fifty_seats_a_check_is_one_read_of_the_seat_while_the_grant_is_remembered() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    for (key, seats) in [("LIMITED", Some(1_000)), ("UNLIMITED", None)] {
        world.license_with(&vendor, key, seats).await;
        activate(key, SITE).send(&world).await;
        software_info(key, SITE).send(&world).await;
        assert_cost(&world, "software/info, warm", software_info(key, SITE), 200, 1, 0.5).await;
        assert_cost(&world, "prepare, warm", prepare(key, SITE), 201, 1, 0.5).await;
        let token = prepare(key, SITE).send(&world).await.json()["access_token"].as_str().unwrap().to_owned();
        assert_cost(&world, "redeem, warm", download(key, &token), 302, 1, 0.5).await;
        assert_eq!(world.table.calls().len(), 1);
        // The grant is no longer remembered: it is read beside the seat.
        world.clock.advance_seconds(60);
        assert_cost(&world, "prepare, cold", prepare(key, "https://example.com"), 201, 2, 1.5).await;
        world.clock.advance_seconds(59);
        assert_cost(&world, "prepare, warm again", prepare(key, SITE), 201, 1, 0.5).await;
        assert_cost(&world, "a site without a seat", prepare(key, "https://other.example.com"), 403, 2, 4.5).await;
        activate(key, "https://shop.test").send(&world).await;
        assert_cost(&world, "a development site", prepare(key, "https://shop.test"), 201, 0, 0.0).await;
    }
    // The grant and the seat are read side by side.
    world.clock.advance_seconds(60);
    world.core.product_of_license(vendor.account, vendor.product.id).await.unwrap();
    assert_cost(&world, "prepare, with the product remembered alone", prepare("LIMITED", SITE), 201, 1, 1.0).await;
    assert_eq!(world.table.calls().len(), 2);
    // A process that has never met the licence learns from the grant that there is a seat to be read.
    let (key, device) = (LicenseKey::parse("LIMITED").unwrap(), Device::parse(SITE).unwrap());
    world.table.reset_calls();
    world.another_process().table.glance(key.digest(), device.digest(), world.core.now(), |_, _| async {}).await.unwrap();
    assert_cost_so_far(&world, "a look at a licence that was never met", 2, 1.0);
    // The product is read beside the seat.
    let core = world.another_process();
    world.table.reset_calls();
    look_up_update(&core, &key, ProductClaim::Slug("test-plugin"), &device).await.unwrap();
    assert_cost_so_far(&world, "an update of a licence that was never met", 2, 1.5);
}

#[tokio::test]
async fn a_licence_is_issued_in_two_round_trips_and_eight_units_or_nine_for_a_promised_line() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (name, email) = ("Erika Mustermann".parse().unwrap(), "erika.mustermann@customer-site.com".parse().unwrap());
    let customer = world.core.table.create_customer(vendor.account, name, Some(email), world.core.now()).await.unwrap();
    let order = PlaceOrder { customer: Some(customer.id), reference: None, lines: 3 };
    let order = place_order(&world.core, vendor.account, order).await.unwrap();
    let line = |line| Some(OrderLine { order: order.id, line });
    for (what, customer, order_line, units) in [
        ("plain", None, None, 6.0),
        ("for a customer", Some(customer.id), None, 8.0),
        // No number is drawn; that the line's licence was not deleted is two units.
        ("for an order's line", None, line(0), 9.0),
        ("for an order's line and a customer", Some(customer.id), line(1), 9.0),
    ] {
        // Each as a process's first licence, with no number taken ahead.
        let core = world.another_process();
        let new = NewLicense { customer, order_line, ..NewLicense::of(vendor.product.id) };
        world.table.reset_calls();
        issue_license(&core, vendor.account, new).await.unwrap();
        let calls = world.table.calls();
        assert_eq!(calls.last().unwrap().operation, "TransactWriteItems", "{what}");
        assert_eq!(calls.iter().filter(|call| call.operation == "TransactWriteItems").count(), 1, "{what}");
        if world.engines.is_embedded {
            let writes = calls.iter().filter(|call| call.operation != "GetItem");
            let spent: f64 = writes.map(|call| call.capacity.total).sum();
            assert!(spent <= units, "{what}: {spent} units, and at most {units} are allowed");
        }
    }
}

#[tokio::test]
async fn a_seats_use_is_noted_at_most_once_a_week_and_that_check_alone_writes() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    activate(KEY, SITE).send(&world).await;
    software_info(KEY, SITE).send(&world).await;
    for day in 1..=15 {
        world.clock.advance_seconds(24 * 60 * 60);
        world.table.reset_calls();
        assert_eq!(software_info(KEY, SITE).send(&world).await.status, 200);
        let writes = world.table.calls().iter().filter(|call| call.operation == "UpdateItem").count();
        assert_eq!(writes, usize::from(day % 7 == 0), "day {day}");
    }
}

#[tokio::test]
async fn telling_a_site_of_a_release_costs_so_much_and_no_more() {
    use latchkey_tests::shop::Shop;
    use latchkey_tests::sink::Reply;
    let world = World::unhurried().await;
    let (vendor, _) = one_license(&world).await;
    let release = world.publish(&vendor, "1.0.0").await;
    assert_eq!(activate(KEY, "https://one.shop.example").send(&world).await.status, 200);
    let shop = Shop::open(&world).await;
    world.bucket.reset_calls();
    world.table.reset_calls();
    shop.notify(&release).await;
    assert_cost_so_far(&world, "beginning", 3, 3.0);
    world.table.reset_calls();
    assert_eq!(shop.step(&world.core, 1).await, 1);
    assert_cost_so_far(&world, "a page of one licence with one site, the product cold", 9, 11.5);
    shop.sink.answer(|_| Reply::Status(503));
    world.table.reset_calls();
    assert_eq!(shop.step(&world.core, 10).await, 1);
    assert_cost_so_far(&world, "a site that is tried again", 5, 7.0);
    world.clock.advance_seconds(60);
    shop.sink.answer(|_| Reply::Status(204));
    world.table.reset_calls();
    assert_eq!(shop.step(&world.core, 10).await, 1);
    assert_cost_so_far(&world, "the last site, which ends it, the product cold", 10, 13.5);
}

#[tokio::test]
async fn an_event_costs_so_much_for_each_endpoint_and_no_more() {
    use latchkey_tests::sink::{Reply, Sink};
    use latchkey_tests::tape::Tape;
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    let mut tape = Tape::begin(&world).await;
    tape.webhook(&world, vendor.account, "https://hooks.example/one").await;
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    let client = client.with_limits(latchkey_tests::shop::UNHURRIED);
    world.license_with(&vendor, "KEY-1", Some(1)).await;
    tape.note(&world).await;
    world.table.reset_calls();
    assert!(tape.announce(&world.core).await.is_done());
    assert_cost_so_far(&world, "noting an event for one endpoint, of something new", 3, 3.0);
    sink.answer(|_| Reply::Status(503));
    world.table.reset_calls();
    assert_eq!(tape.deliver(&world.core, &client).await, 1);
    assert_cost_so_far(&world, "an attempt that fails, the endpoint's first", 4, 5.0);
    sink.answer(|_| Reply::Status(204));
    world.clock.advance_seconds(60);
    world.table.reset_calls();
    assert_eq!(tape.deliver(&world.core, &client).await, 1);
    assert_cost_so_far(&world, "one that succeeds after it", 4, 5.0);
    let license = world.license_with(&vendor, "KEY-2", Some(1)).await;
    tape.note(&world).await;
    assert!(tape.announce(&world.core).await.is_done());
    world.table.reset_calls();
    assert_eq!(tape.deliver(&world.core, &client).await, 1);
    assert_cost_so_far(&world, "an event that arrives at once", 3, 4.0);
    suspend_license(&world.core, Edit { account: license.account, license: license.id, seen: None }, None).await.unwrap();
    tape.records.clear();
    tape.note(&world).await;
    world.table.reset_calls();
    assert!(tape.announce(&world.core).await.is_done());
    assert_cost_so_far(&world, "noting an event for one endpoint, of something that was there before", 2, 2.0);
}
