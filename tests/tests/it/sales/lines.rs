//! The licences of orders: who takes which line, and what is listed.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use latchkey_core::domain::ids::OrderId;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::domain::order_lines::MOST_TAKEN;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::move_license::move_license;
use latchkey_core::ops::orders::{OrderFields, create_order};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::search_licenses::{PageOf, Search, search_licenses};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;

use super::{customer, edit_license, issue, licenses, order};
use crate::faults;

#[tokio::test]
async fn licences_for_an_order_take_its_lines_one_by_one_and_are_made_out_to_its_customer() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let buyer = customer(&world, &vendor).await;
    let fields = OrderFields { customer: Some(buyer.id), ..OrderFields::default() };
    let order = create_order(&world.core, vendor.account, fields).await.unwrap();
    let mut issued = Vec::new();
    // One more than the first two blocks have.
    for number in 0..25 {
        let license = issue(&world, &vendor, order.id).await;
        assert_eq!(license.order_line, Some(OrderLine { order: order.id, line: number }));
        assert_eq!((license.customer, &license.licensee), (Some(buyer.id), &order.licensee));
        issued.push(license.id);
        world.license(&vendor, |_| {}).await;
    }
    for size in [1, 7, 25, 100] {
        assert_eq!(licenses(&world, &vendor, order.id, size).await, issued, "in pages of {size}");
    }
    let search = Search { order: Some(order.id), ..Search::default() };
    let mut found = Vec::new();
    for page in 0..4 {
        found.extend(search_licenses(&world.core, vendor.account, &search, PageOf { page, size: 10 }).await.unwrap());
    }
    assert_eq!(found.iter().map(|license| license.id).collect::<Vec<_>>(), issued);
}

#[tokio::test]
async fn an_orders_lines_that_a_shop_was_promised_are_never_given_to_anybody_else() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let order = place_order(&world.core, vendor.account, PlaceOrder { customer: None, reference: None, lines: 2 }).await.unwrap();
    let added = issue(&world, &vendor, order.id).await;
    assert_eq!(added.order_line, Some(OrderLine { order: order.id, line: 2 }));
    let promised = |line| NewLicense { order_line: Some(OrderLine { order: order.id, line }), ..NewLicense::of(vendor.product.id) };
    let first = issue_license(&world.core, vendor.account, promised(0)).await.unwrap();
    assert_eq!(issue_license(&world.core, vendor.account, promised(0)).await.unwrap(), first);
    let refused = issue_license(&world.core, vendor.account, promised(2)).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::OrderLine))), "{refused:?}");
    assert_eq!(licenses(&world, &vendor, order.id, 10).await, [first.id, added.id]);
}

#[tokio::test]
async fn twenty_at_once_take_twenty_lines_of_an_order() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let order = order(&world, &vendor).await;
    let core = Arc::new(world.direct());
    let crowd = (0..20).map(|_| {
        let (core, account) = (Arc::clone(&core), vendor.account);
        let new = NewLicense { order: Some(order.id), ..NewLicense::of(vendor.product.id) };
        tokio::spawn(async move { issue_license(&core, account, new).await.unwrap() })
    });
    let (mut ids, mut lines) = (BTreeSet::new(), BTreeSet::new());
    for one in crowd.collect::<Vec<_>>() {
        let license = one.await.unwrap();
        world.keep_secret(license.key.expose());
        ids.insert(license.id);
        lines.insert(license.order_line.unwrap().line);
    }
    assert_eq!(lines, (0..20).collect(), "each has a line of its own, and none is left out");
    assert_eq!(licenses(&world, &vendor, order.id, 6).await, ids.into_iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_licence_for_an_order_comes_through_what_passes_and_no_line_has_two() {
    let world = faults::world().await;
    let vendor = world.vendor().await;
    for (what, rule) in faults::passing() {
        for operation in ["UpdateItem", "TransactWriteItems", "GetItem"] {
            let order = order(&world, &vendor).await;
            world.table.inject(rule.clone().on(operation));
            let issued =
                issue_license(&world.core, vendor.account, NewLicense { order: Some(order.id), ..NewLicense::of(vendor.product.id) });
            let issued = issued.await;
            world.table.clear();
            let issued = issued.unwrap_or_else(|error| panic!("{what} at {operation}: {error}"));
            world.keep_secret(issued.key.expose());
            assert_eq!(licenses(&world, &vendor, order.id, 10).await, [issued.id], "{what} at {operation}");
            let next = issue(&world, &vendor, order.id).await;
            assert_ne!(next.order_line, issued.order_line, "{what} at {operation}");
        }
    }
}

#[tokio::test]
async fn what_stays_broken_is_a_fault_of_ours_and_the_order_goes_on_afterwards() {
    let world = faults::world().await;
    let vendor = world.vendor().await;
    for (what, fault) in faults::staying().into_iter().chain([("F5 every answer lost", Fault::DropAfter)]) {
        let order = order(&world, &vendor).await;
        world.table.inject(Rule::every(fault).on("UpdateItem"));
        let refused =
            issue_license(&world.core, vendor.account, NewLicense { order: Some(order.id), ..NewLicense::of(vendor.product.id) }).await;
        world.table.clear();
        assert!(matches!(refused, Err(Rejected::Fault(_))), "{what}: {refused:?}");
        let issued = issue(&world, &vendor, order.id).await;
        assert_eq!(licenses(&world, &vendor, order.id, 10).await, [issued.id], "{what}");
    }
}

#[tokio::test]
async fn numbers_are_reserved_anew_whatever_becomes_of_the_answers() {
    let world = faults::world().await;
    let vendor = world.vendor().await;
    for rule in [Rule::first(1, Fault::DropAfter), Rule::first(2, Fault::DropAfter), Rule::first(1, Fault::DropBefore)] {
        let order = order(&world, &vendor).await;
        let mut issued = Vec::new();
        for _ in 0..8 {
            issued.push(issue(&world, &vendor, order.id).await.id);
        }
        world.table.inject(rule.on("UpdateItem"));
        issued.push(issue(&world, &vendor, order.id).await.id);
        world.table.clear();
        issued.push(issue(&world, &vendor, order.id).await.id);
        issued.sort();
        issued.dedup();
        assert_eq!(issued.len(), 10);
        assert_eq!(licenses(&world, &vendor, order.id, 4).await, issued);
    }
}

#[tokio::test]
async fn a_licence_moves_from_order_to_order_and_each_lists_what_it_has() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (one, other) = (order(&world, &vendor).await, order(&world, &vendor).await);
    let (a, b, c) = (issue(&world, &vendor, one.id).await, issue(&world, &vendor, one.id).await, issue(&world, &vendor, other.id).await);
    let free = world.license(&vendor, |_| {}).await;
    let moved = move_license(&world.core, edit_license(&a), Some(other.id)).await.unwrap();
    assert_eq!((moved.id, moved.order_line), (a.id, Some(OrderLine { order: other.id, line: 1 })));
    move_license(&world.core, edit_license(&free), Some(other.id)).await.unwrap();
    for size in [1, 2, 10] {
        assert_eq!(licenses(&world, &vendor, one.id, size).await, [b.id], "in pages of {size}");
        assert_eq!(licenses(&world, &vendor, other.id, size).await, [a.id, c.id, free.id], "in pages of {size}");
    }
    let again = move_license(&world.core, edit_license(&a), Some(other.id)).await.unwrap();
    assert_eq!(again.order_line, moved.order_line, "it is there already");
    move_license(&world.core, edit_license(&a), Some(one.id)).await.unwrap();
    move_license(&world.core, edit_license(&free), None).await.unwrap();
    assert_eq!(licenses(&world, &vendor, one.id, 10).await, [a.id, b.id], "once, though its number is the order's and it came back");
    assert_eq!(licenses(&world, &vendor, other.id, 10).await, [c.id]);
    let next = issue(&world, &vendor, other.id).await;
    assert_eq!(next.order_line.unwrap().line, 3, "the lines that were taken for those that left stay taken");
    let nowhere = move_license(&world.core, edit_license(&a), OrderId::new(999)).await;
    assert!(matches!(nowhere, Err(Rejected::NotFound(Thing::Order))), "{nowhere:?}");
}

#[tokio::test]
async fn a_line_that_a_shop_asks_for_again_is_the_licence_it_was_though_that_was_moved() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let placed = place_order(&world.core, vendor.account, PlaceOrder { customer: None, reference: None, lines: 1 }).await.unwrap();
    let other = order(&world, &vendor).await;
    let line = Some(OrderLine { order: placed.id, line: 0 });
    let license = world.license(&vendor, |new| new.order_line = line).await;
    let moved = move_license(&world.core, edit_license(&license), Some(other.id)).await.unwrap();
    assert_eq!(world.license(&vendor, |new| new.order_line = line).await, moved);
    assert_eq!(licenses(&world, &vendor, placed.id, 10).await, []);
}

#[tokio::test]
async fn the_last_line_that_an_order_can_have_is_one_write_unit_and_after_it_there_is_none() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let order = order(&world, &vendor).await;
    let number = |number: u32| AttributeValue::N(number.to_string());
    // As they are after so many: 8, 16 and so on up to 256, and 256 from then on. Numbers of ten digits, the longest that there are.
    let sizes = (3..8).map(|power| 1_u32 << power).chain(std::iter::repeat_n(256, 39));
    let blocks = sizes.zip(0..).map(|(size, place)| AttributeValue::L(vec![number(2_000_000_019 + 1_000 * place), number(size)]));
    let lines = world.dynamodb.update_item().table_name(world.core.table.name());
    let lines = lines.key("pk", AttributeValue::S(format!("ACCOUNT#{:010}", vendor.account.get())));
    let lines = lines.key("sk", AttributeValue::S(format!("ORDER_LINES#{:010}", order.id.get())));
    let lines = lines.update_expression("SET taken = :taken, blocks = :blocks");
    let lines = lines.expression_attribute_values(":taken", number(MOST_TAKEN - 1));
    lines.expression_attribute_values(":blocks", AttributeValue::L(blocks.collect())).send().await.unwrap();

    world.table.reset_calls();
    let last = issue(&world, &vendor, order.id).await;
    if world.engines.is_embedded {
        let calls = world.table.calls();
        let spent: Vec<f64> = calls.iter().filter(|call| call.operation == "UpdateItem").map(|call| call.capacity.total).collect();
        assert_eq!(spent, [1.0]);
    }
    assert_eq!(last.order_line, Some(OrderLine { order: order.id, line: 9_999 }));
    assert_eq!(licenses(&world, &vendor, order.id, 10).await, [last.id]);
    let full = issue_license(&world.core, vendor.account, NewLicense { order: Some(order.id), ..NewLicense::of(vendor.product.id) }).await;
    assert!(matches!(full, Err(Rejected::OrderFull { most: MOST_TAKEN })), "{full:?}");
}
