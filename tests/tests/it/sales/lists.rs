//! Lists as they are read: either way round, within numbers, counted without being read; and how long they are.

use std::collections::BTreeSet;

use latchkey_core::domain::contact::ContactPerson;
use latchkey_core::domain::customer::Customer;
use latchkey_core::domain::ids::{LicenseId, OrderId};
use latchkey_core::domain::order::Order;
use latchkey_core::domain::order_product::Sale;
use latchkey_core::ops::contacts::create_contact;
use latchkey_core::ops::customers::{change_customer, delete_customer};
use latchkey_core::ops::order_products::{ProductOf, add_order_product};
use latchkey_core::ops::orders::{OrderFields, create_order};
use latchkey_core::query::Direction;
use latchkey_core::table::records::List;
use latchkey_core::table::{Counted, Freshness, Selection, Span};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

use super::{EMAIL, customer, edit_customer, order};

const DOWN: Direction = Direction::Descending;

/// The numbers of a list of orders, in pages of `size`; and how many were passed over on the way.
async fn orders(world: &World, vendor: &Vendor, list: Option<&List>, span: Span, size: u16) -> (Vec<u32>, u32) {
    let (mut numbers, mut after) = (Vec::new(), None);
    loop {
        let page = world.core.table.records_in::<Order>(vendor.account, list, span, after, size).await.unwrap();
        numbers.extend(page.items.iter().map(|order| order.id.get()));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let (mut count, mut after) = (0, None);
    loop {
        let (passed, next) = world.core.table.pass_records::<Order>(vendor.account, list, span, after, size.into()).await.unwrap();
        count += passed;
        match next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    (numbers, count)
}

#[tokio::test]
async fn records_are_read_and_counted_either_way_round() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (one, other) = (customer(&world, &vendor).await, customer(&world, &vendor).await);
    for number in 0..9 {
        let customer = Some(if number % 3 == 2 { other.id } else { one.id });
        create_order(&world.core, vendor.account, OrderFields { customer, ..OrderFields::default() }).await.unwrap();
    }
    let of_one = List::Customer(one.id);
    for size in [1, 4, 100] {
        let all = async |list, span| orders(&world, &vendor, list, span, size).await;
        assert_eq!(all(None, Span::ALL).await, ((1..=9).collect(), 9));
        assert_eq!(all(None, Span::ALL.towards(DOWN)).await, ((1..=9).rev().collect(), 9));
        assert_eq!(all(None, Span::between(3, 5)).await, (vec![3, 4, 5], 3));
        assert_eq!(all(None, Span::between(3, 5).towards(DOWN)).await, (vec![5, 4, 3], 3));
        assert_eq!(all(Some(&of_one), Span::ALL).await, (vec![1, 2, 4, 5, 7, 8], 6));
        assert_eq!(all(Some(&of_one), Span::ALL.towards(DOWN)).await, (vec![8, 7, 5, 4, 2, 1], 6));
        assert_eq!(all(Some(&of_one), Span::between(2, 6).towards(DOWN)).await, (vec![5, 4, 2], 3));
        assert_eq!(all(None, Span::between(7, 2)).await, (vec![], 0));
    }
    world.table.reset_calls();
    world.core.table.pass_records::<Order>(vendor.account, None, Span::ALL, None, 100).await.unwrap();
    assert_eq!(world.table.round_trips(), 1);
}

#[tokio::test]
async fn licences_and_products_of_orders_are_read_and_counted_either_way_round() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let order = order(&world, &vendor).await;
    for _ in 0..5 {
        world.license(&vendor, |_| {}).await;
    }
    let (table, account) = (&world.core.table, vendor.account);
    for selection in [Selection::All, Selection::Product(vendor.product.id)] {
        let page = table.licenses_in(account, &selection, Span::ALL.towards(DOWN), None, 3).await.unwrap();
        let numbers: Vec<_> = page.items.iter().map(|license| license.id).collect();
        assert!(numbers.is_sorted_by(|a, b| a > b) && numbers.len() == 3, "{numbers:?}");
        let rest = table.licenses_in(account, &selection, Span::ALL.towards(DOWN), page.next, 3).await.unwrap();
        assert_eq!(rest.items.len(), 2);
        let up = table.licenses(account, &selection, None, 10).await.unwrap();
        let back: Vec<_> = rest.items.iter().rev().chain(page.items.iter().rev()).collect();
        assert_eq!(up.items.iter().collect::<Vec<_>>(), back);
        let (passed, last) = table.pass_licenses_in(account, &selection, Span::ALL.towards(DOWN), None, 2).await.unwrap();
        assert_eq!((passed, last), (2, Some(numbers[1])));
    }
    let first = LicenseId::new(1).unwrap();
    let numbers = Selection::Numbers(first, first);
    assert_eq!(table.pass_licenses_in(account, &numbers, Span::between(2, 9), None, 9).await.unwrap(), (0, None));

    let mut orders = vec![order.id];
    for _ in 0..2 {
        orders.push(self::order(&world, &vendor).await.id);
    }
    for order in &orders {
        let of = ProductOf { account, order: *order, product: vendor.product.id, seen: None };
        add_order_product(&world.core, of, Sale::default()).await.unwrap();
    }
    let down = Span::ALL.towards(DOWN);
    let page = table.orders_of_product(account, vendor.product.id, down, None, 2).await.unwrap();
    assert_eq!(page.items.iter().map(|of| of.order).collect::<Vec<_>>(), [orders[2], orders[1]]);
    let (passed, last) = table.pass_orders_of_product(account, vendor.product.id, down, None, 2).await.unwrap();
    assert_eq!((passed, last), (2, Some(orders[1])), "it goes on at an order, and not at a product");
    let (passed, last) = table.pass_orders_of_product(account, vendor.product.id, down, last, 2).await.unwrap();
    assert_eq!((passed, last), (1, None));
    assert_eq!(table.pass_products_of_order(account, orders[0], down, None, 9).await.unwrap(), (1, None));
    let page = table.products_of_order(account, orders[0], down, None, 9).await.unwrap();
    assert_eq!(page.items.iter().map(|of| of.product).collect::<Vec<_>>(), [vendor.product.id]);
}

#[tokio::test]
async fn many_records_are_read_at_once_in_the_order_in_which_they_are_named() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for _ in 0..3 {
        customer(&world, &vendor).await;
    }
    world.table.reset_calls();
    let found: Vec<Customer> = world.core.table.records_by_number(vendor.account, &[3, 999, 1, 3], Freshness::Strong).await.unwrap();
    assert_eq!(found.iter().map(|customer| customer.id.get()).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(world.table.round_trips(), 1);
}

#[tokio::test]
async fn what_is_written_here_is_counted_anew_and_what_others_write_within_a_minute() {
    let world = World::new().await;
    let (vendor, foreign) = (world.vendor().await, world.vendor().await);
    let (core, counts) = (&world.core, world.core.table.counts());
    let list = Counted::records::<Order>(None);
    let known = |account| counts.known(account, &list, Span::ALL, core.now());
    let learn = |account| counts.learn(counts.since(account, core.now()), list.clone(), Span::ALL, 7, core.now());
    // What was written before is settled when it was asked about, and some seconds went by.
    let settle = || {
        for account in [vendor.account, foreign.account] {
            counts.since(account, core.now());
        }
        world.clock.advance_seconds(5);
    };

    let buyer = customer(&world, &vendor).await;
    let placed = order(&world, &vendor).await;
    let contact = create_contact(core, vendor.account, buyer.id, ContactPerson::default()).await.unwrap();
    let of = ProductOf { account: vendor.account, order: placed.id, product: vendor.product.id, seen: None };
    settle();
    let mut forgotten = BTreeSet::new();
    for what in ["a change", "a record's end", "an order's product", "a licence", "an order", "a customer's end"] {
        for account in [vendor.account, foreign.account] {
            learn(account);
            assert_eq!(known(account), Some(7), "{what}");
        }
        match what {
            "a change" => drop(change_customer(core, edit_customer(&buyer, None), Ok).await.unwrap()),
            "a record's end" => core.table.delete_record(&contact).await.unwrap(),
            "an order's product" => drop(add_order_product(core, of, Sale::default()).await.unwrap()),
            "a licence" => drop(world.license(&vendor, |_| {}).await),
            "an order" => drop(order(&world, &vendor).await),
            _ => delete_customer(core, edit_customer(&buyer, None)).await.unwrap(),
        }
        assert_eq!([known(vendor.account), known(foreign.account)], [None, Some(7)], "{what}");
        learn(vendor.account);
        assert_eq!(known(vendor.account), None, "{what}: lists may be behind");
        forgotten.insert(what);
        settle();
    }
    assert_eq!(forgotten.len(), 6);

    learn(vendor.account);
    let other = world.another_process();
    create_order(&other, vendor.account, OrderFields::default()).await.unwrap();
    assert_eq!(known(vendor.account), Some(7), "another process's write is noticed when the minute is over");
    world.clock.advance_seconds(60);
    assert_eq!(known(vendor.account), None);
    assert!(OrderId::new(1).is_some_and(|id| id == placed.id));
    assert!(!format!("{counts:?}").contains(EMAIL));
}
