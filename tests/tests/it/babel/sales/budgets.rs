//! What lists and single rows cost, as counts.

use latchkey_core::domain::ids::OrderId;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::orders::{OrderFields, create_order};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use serde_json::json;

use super::{CONTACTS, CUSTOMERS, Desk, ORDERS};

/// A Bearer's user is looked for, eventually consistent.
const BEARER: f64 = 0.5;

async fn cost(world: &World, desk: &Desk, path: &str, query: &[(&str, &str)]) -> (usize, f64) {
    world.table.reset_calls();
    desk.get(world, path, query).await;
    let spent = if world.engines.is_embedded { world.table.capacity().total } else { 0.0 };
    (world.table.round_trips(), spent)
}

#[tokio::test]
async fn one_by_its_id_is_one_read_unit() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let customer = desk.customer(&world, json!({ "company": "One", "code": "ONE", "notes": "n".repeat(1_000) })).await;
    let contact = desk.contact(&world, json!({ "customerId": customer })).await;
    let order = desk.order(&world, json!({ "customerId": customer, "orderNumber": "1001" })).await;
    let product = desk.vendor.product.id;
    desk.post(&world, &format!("{ORDERS}/{order}/products/{product}"), &json!({ "productOrder": {} })).await.done();
    for (path, id) in [(CUSTOMERS, customer), (CONTACTS, contact), (ORDERS, order)] {
        let (round_trips, units) = cost(&world, &desk, path, &[("filter", &format!("Id = {id}"))]).await;
        assert_eq!(round_trips, 2, "{path}: who asks, and the row");
        assert!(units <= BEARER + 1.0, "{path}: {units}");
    }
    // Who has the text, and the row.
    for (path, filter) in [(CUSTOMERS, "Code = \"ONE\""), (ORDERS, "OrderNumber = \"1001\"")] {
        let (round_trips, units) = cost(&world, &desk, path, &[("filter", filter)]).await;
        assert_eq!(round_trips, 3, "{path}");
        assert!(units <= BEARER + 2.0, "{path}: {units}");
    }
}

#[tokio::test]
async fn a_page_costs_what_it_holds_and_its_total_is_counted_once_a_minute() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    for _ in 0..60 {
        create_order(&world.core, desk.vendor.account, OrderFields::default()).await.unwrap();
    }
    let page = [("take", "10")];
    // What was written here is counted, but not remembered while lists may be behind.
    assert_eq!(cost(&world, &desk, ORDERS, &page).await.0, 3);
    world.clock.advance_seconds(5);
    assert_eq!(cost(&world, &desk, ORDERS, &page).await.0, 3, "who asks, the page, and the rest counted");
    assert_eq!(cost(&world, &desk, ORDERS, &page).await.0, 2, "who asks, and the page");
    let (round_trips, units) = cost(&world, &desk, ORDERS, &[("take", "10"), ("sort", "Id desc")]).await;
    assert_eq!(round_trips, 2);
    assert!(units <= BEARER + 1.0, "{units}");
    assert_eq!(cost(&world, &desk, ORDERS, &[("countOnly", "true")]).await.0, 1);
    assert_eq!(cost(&world, &desk, ORDERS, &[("skip", "50"), ("take", "100")]).await.0, 3, "who asks, what is passed over, and the page");
    assert_eq!(cost(&world, &desk, ORDERS, &[]).await.0, 2, "the page that ends a list knows how long it is");
    world.clock.advance_seconds(60);
    assert_eq!(cost(&world, &desk, ORDERS, &page).await.0, 3);
    desk.order(&world, json!({})).await;
    let counted = desk.get(&world, ORDERS, &[("countOnly", "true")]).await;
    assert_eq!((counted["totalOrdersCount"].as_u64(), counted["orders"].as_array().map(Vec::len)), (Some(61), Some(0)));
}

#[tokio::test]
async fn customers_of_a_page_of_orders_are_read_at_once() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    for number in 0..20 {
        let customer = desk.customer(&world, json!({ "company": format!("Company {number}") })).await;
        desk.order(&world, json!({ "customerId": customer })).await;
    }
    let (round_trips, _) = cost(&world, &desk, ORDERS, &[("include", "Customer")]).await;
    assert_eq!(round_trips, 3, "who asks, the page, and its customers");
}

#[tokio::test]
async fn every_licence_of_an_order_costs_the_same_and_numbers_are_reserved_beside() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let order = create_order(&world.core, desk.vendor.account, OrderFields::default()).await.unwrap();
    let mut beside = Vec::new();
    for number in 1..=60 {
        // Each by a process of its own, with nothing remembered.
        let core = world.another_process();
        let new = NewLicense { order: Some(order.id), ..NewLicense::of(desk.vendor.product.id) };
        world.table.reset_calls();
        let license = issue_license(&core, desk.vendor.account, new).await.unwrap();
        world.keep_secret(license.key.expose());
        core.sink.settle().await;
        let calls = world.table.calls();
        let of = |operation| calls.iter().filter(|call| call.operation == operation).collect::<Vec<_>>();
        assert_eq!((of("GetItem").len(), of("TransactWriteItems").len()), (2, 1), "number {number}");
        match of("UpdateItem").len() {
            1 => assert_eq!(world.table.round_trips(), 2, "number {number}"),
            3 => beside.push(number),
            other => panic!("number {number}: {other} updates"),
        }
        if world.engines.is_embedded {
            let writes: f64 = calls.iter().filter(|call| call.operation != "GetItem").map(|call| call.capacity.total).sum();
            let reserved = if beside.last() == Some(&number) { 2.0 } else { 0.0 };
            assert!(writes <= 8.0 + reserved, "number {number}: {writes}");
        }
    }
    assert_eq!(beside, [4, 16, 40], "when half of what was reserved last is left");
}

#[tokio::test]
async fn nobody_waits_for_numbers_that_others_will_need() {
    let world = crate::faults::world().await;
    let desk = Desk::new(&world).await;
    let order = create_order(&world.core, desk.vendor.account, OrderFields::default()).await.unwrap();
    let issue = async || {
        let new = NewLicense { order: OrderId::new(order.id.get()), ..NewLicense::of(desk.vendor.product.id) };
        let license = issue_license(&world.core, desk.vendor.account, new).await.unwrap();
        world.keep_secret(license.key.expose());
    };
    for _ in 0..3 {
        issue().await;
    }
    world.core.sink.settle().await;
    // The line itself is taken; whatever is reserved beside it is never answered.
    world.table.inject(Rule::from(2, Fault::Hang).on("UpdateItem"));
    issue().await;
    assert_eq!(world.core.sink.waiting(), 1, "it is still under way");
    world.table.clear();
    world.core.sink.settle().await;
    for _ in 0..8 {
        issue().await;
    }
}
