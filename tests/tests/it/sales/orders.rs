//! Orders and their products.

use latchkey_core::domain::contact::ContactPerson;
use latchkey_core::domain::ids::ProductId;
use latchkey_core::domain::order::OrderDetails;
use latchkey_core::domain::order_product::{MOST_SOLD, Sale};
use latchkey_core::ops::contacts::{create_contact, find_contact};
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::customers::{create_customer, find_customer};
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::move_license::move_license;
use latchkey_core::ops::order_products::{
    ProductOf, add_order_product, change_order_product, delete_order_product, find_order_product, list_order_products, list_product_orders,
};
use latchkey_core::ops::orders::{
    EditOrder, OrderFields, change_order, create_order, delete_order, find_order, find_order_by_reference, list_orders,
};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::table::{Freshness, NewCustomer};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{assert_read, customer, details, edit_license, edit_order, issue, new_customer, order, profile};
use crate::faults;

#[tokio::test]
async fn an_order_is_kept_with_all_that_is_known_and_its_number_is_unique() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    let (buyer, reseller) = (customer(&world, &vendor).await, customer(&world, &vendor).await);
    let details = OrderDetails { reseller: Some(reseller.id), ..details() };
    let fields = OrderFields { customer: Some(buyer.id), reference: "1001".parse().ok(), details: details.clone() };
    let created = create_order(&world.core, vendor.account, fields.clone()).await.unwrap();
    assert_eq!((created.revision, created.promised, &created.details), (1, None, &details));
    assert_eq!(find_order(&world.core, vendor.account, created.id).await.unwrap(), created);
    assert_eq!(find_order_by_reference(&world.core, vendor.account, &created.reference).await.unwrap(), Some(created.clone()));
    let taken = create_order(&world.core, vendor.account, fields.clone()).await;
    assert!(matches!(taken, Err(Rejected::InUse(Unique::OrderReference))), "{taken:?}");
    let drawn = order(&world, &vendor).await;
    assert!(drawn.reference.as_str().starts_with("O-") && drawn.reference.as_str().len() == 10, "{:?}", drawn.reference);

    let renumbered = OrderFields { customer: None, reference: "1002".parse().ok(), details: OrderDetails::default() };
    let changed = change_order(&world.core, edit_order(&created, Some(1)), renumbered.clone()).await.unwrap();
    assert_eq!((changed.revision, changed.customer, &changed.licensee, changed.placed), (2, None, &None, created.placed));
    assert!(matches!(change_order(&world.core, edit_order(&created, Some(1)), renumbered.clone()).await, Err(Rejected::Changed)));
    let taken = change_order(&world.core, edit_order(&drawn, None), renumbered).await;
    assert!(matches!(taken, Err(Rejected::InUse(Unique::OrderReference))), "{taken:?}");
    assert_eq!(create_order(&world.core, vendor.account, fields.clone()).await.unwrap().reference, created.reference, "1001 is free again");

    assert!(matches!(find_order(&world.core, other.account, created.id).await, Err(Rejected::NotFound(Thing::Order))));
    assert_eq!(find_order_by_reference(&world.core, other.account, &changed.reference).await.unwrap(), None);
    let foreign = create_order(&world.core, other.account, fields).await;
    assert!(matches!(foreign, Err(Rejected::NotFound(Thing::Customer))), "{foreign:?}");
}

#[tokio::test]
async fn the_orders_of_a_customer_are_listed_apart_from_its_licences_and_contacts() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (one, other) = (customer(&world, &vendor).await, customer(&world, &vendor).await);
    let mut placed = Vec::new();
    for number in 0..5 {
        let customer = if number == 2 { other.id } else { one.id };
        let fields = OrderFields { customer: Some(customer), ..OrderFields::default() };
        placed.push(create_order(&world.core, vendor.account, fields).await.unwrap().id);
    }
    create_contact(&world.core, vendor.account, one.id, ContactPerson::default()).await.unwrap();
    world.license(&vendor, |new| new.order = Some(placed[0])).await;
    let page = list_orders(&world.core, vendor.account, Some(one.id), None, 3).await.unwrap();
    assert_eq!(page.items.iter().map(|order| order.id).collect::<Vec<_>>(), [placed[0], placed[1], placed[3]]);
    let page = list_orders(&world.core, vendor.account, Some(one.id), page.next, 3).await.unwrap();
    assert_eq!(page.items.iter().map(|order| order.id).collect::<Vec<_>>(), [placed[4]]);
    let all = list_orders(&world.core, vendor.account, None, None, 10).await.unwrap();
    assert_eq!(all.items.iter().map(|order| order.id).collect::<Vec<_>>(), placed, "neither lines nor products of orders are orders");
}

#[tokio::test]
async fn an_order_goes_with_its_products_but_not_while_a_licence_is_the_orders() {
    let world = World::new().await;
    let (vendor, foreign) = (world.vendor().await, world.vendor().await);
    let (one, other) = (order(&world, &vendor).await, order(&world, &vendor).await);
    let license = issue(&world, &vendor, one.id).await;
    for order in [&one, &other] {
        let of = ProductOf { account: vendor.account, order: order.id, product: vendor.product.id, seen: None };
        add_order_product(&world.core, of, Sale::default()).await.unwrap();
    }
    let refused = delete_order(&world.core, edit_order(&one, None)).await;
    assert!(matches!(refused, Err(Rejected::Referenced { by: Thing::License })), "{refused:?}");
    move_license(&world.core, edit_license(&license), Some(other.id)).await.unwrap();
    assert!(matches!(delete_order(&world.core, edit_order(&one, Some(2))).await, Err(Rejected::Changed)));
    delete_order(&world.core, edit_order(&one, Some(1))).await.unwrap();
    let refused = delete_order(&world.core, edit_order(&other, None)).await;
    assert!(matches!(refused, Err(Rejected::Referenced { by: Thing::License })), "one that came to it is its own as well: {refused:?}");
    let left = list_product_orders(&world.core, vendor.account, vendor.product.id, None, 10).await.unwrap();
    assert_eq!(left.items.iter().map(|of| of.order).collect::<Vec<_>>(), [other.id]);

    for gone in [delete_order(&world.core, edit_order(&one, None)).await, find_order(&world.core, vendor.account, one.id).await.map(|_| ())]
    {
        assert!(matches!(gone, Err(Rejected::NotFound(Thing::Order))), "{gone:?}");
    }
    let of = ProductOf { account: vendor.account, order: one.id, product: vendor.product.id, seen: None };
    assert!(matches!(add_order_product(&world.core, of, Sale::default()).await, Err(Rejected::NotFound(Thing::Order))));
    let new = NewLicense { order: Some(one.id), ..NewLicense::of(vendor.product.id) };
    assert!(matches!(issue_license(&world.core, vendor.account, new).await, Err(Rejected::NotFound(Thing::Order))));
    let strange = EditOrder { account: foreign.account, ..edit_order(&other, None) };
    assert!(matches!(delete_order(&world.core, strange).await, Err(Rejected::NotFound(Thing::Order))));
    let taken = OrderFields { reference: Some(one.reference.clone()), ..OrderFields::default() };
    assert_ne!(create_order(&world.core, vendor.account, taken).await.unwrap().id, one.id, "its number can be given again");
}

#[tokio::test]
async fn deleting_an_order_comes_through_what_passes() {
    let world = faults::world().await;
    let vendor = world.vendor().await;
    for (what, rule) in faults::passing() {
        let order = order(&world, &vendor).await;
        let of = ProductOf { account: vendor.account, order: order.id, product: vendor.product.id, seen: None };
        add_order_product(&world.core, of, Sale::default()).await.unwrap();
        world.table.inject(rule.on("TransactWriteItems"));
        let deleted = delete_order(&world.core, edit_order(&order, Some(1))).await;
        world.table.clear();
        assert!(deleted.is_ok(), "{what}: {deleted:?}");
        assert!(matches!(find_order(&world.core, vendor.account, order.id).await, Err(Rejected::NotFound(Thing::Order))), "{what}");
        assert!(list_order_products(&world.core, vendor.account, order.id, None, 10).await.unwrap().items.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn an_order_has_a_product_once_and_its_total_is_what_was_said() {
    let world = World::new().await;
    let (vendor, foreign) = (world.vendor().await, world.vendor().await);
    let order = create_order(&world.core, vendor.account, OrderFields { details: details(), ..OrderFields::default() }).await.unwrap();
    let of = ProductOf { account: vendor.account, order: order.id, product: vendor.product.id, seen: None };
    let sold = Sale {
        quantity: 3,
        unit_price: "9.90".parse().ok(),
        discount: "-0.5".parse().ok(),
        taxes: "0.19".parse().ok(),
        description: "Three seats".parse().ok(),
    };
    let added = add_order_product(&world.core, of, sold.clone()).await.unwrap();
    assert_eq!(find_order_product(&world.core, of).await.unwrap(), added);
    let again = add_order_product(&world.core, of, sold.clone()).await;
    assert!(matches!(again, Err(Rejected::InUse(Unique::OrderProduct))), "{again:?}");
    let changed = change_order_product(&world.core, ProductOf { seen: Some(1), ..of }, Sale { quantity: 4, ..sold.clone() }).await.unwrap();
    assert_eq!((changed.sale.quantity, changed.revision), (4, 2));
    let stale = change_order_product(&world.core, ProductOf { seen: Some(1), ..of }, sold.clone()).await;
    assert!(matches!(stale, Err(Rejected::Changed)), "{stale:?}");
    assert_eq!(find_order(&world.core, vendor.account, order.id).await.unwrap(), order, "nothing is recomputed");

    let too_many = change_order_product(&world.core, of, Sale { quantity: MOST_SOLD + 1, ..sold.clone() }).await;
    assert!(matches!(too_many, Err(Rejected::Quantity { most: MOST_SOLD })), "{too_many:?}");
    let no_product = ProductOf { product: ProductId::new(999).unwrap(), ..of };
    assert!(matches!(add_order_product(&world.core, no_product, sold.clone()).await, Err(Rejected::NotFound(Thing::Product))));
    let strange = ProductOf { account: foreign.account, ..of };
    assert!(matches!(find_order_product(&world.core, strange).await, Err(Rejected::NotFound(Thing::OrderProduct))));
    let theirs = ProductOf { account: foreign.account, product: foreign.product.id, ..of };
    assert!(matches!(add_order_product(&world.core, theirs, sold).await, Err(Rejected::NotFound(Thing::Order))));
    delete_order_product(&world.core, of).await.unwrap();
    assert!(matches!(delete_order_product(&world.core, of).await, Err(Rejected::NotFound(Thing::OrderProduct))));
}

#[tokio::test]
async fn products_of_orders_are_listed_by_order_and_by_product() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut products = vec![vendor.product.id];
    for name in ["second", "third"] {
        products.push(create_product(&world.core, vendor.account, new_product(name)).await.unwrap().id);
    }
    let mut orders = Vec::new();
    for _ in 0..3 {
        let order = order(&world, &vendor).await.id;
        for product in &products {
            let of = ProductOf { account: vendor.account, order, product: *product, seen: None };
            add_order_product(&world.core, of, Sale { quantity: 1, ..Sale::default() }).await.unwrap();
        }
        orders.push(order);
    }
    world.license(&vendor, |_| {}).await;
    let page = list_order_products(&world.core, vendor.account, orders[1], None, 2).await.unwrap();
    assert_eq!((page.items.iter().map(|of| of.product).collect::<Vec<_>>(), page.next), (products[..2].to_vec(), Some(products[1])));
    let page = list_order_products(&world.core, vendor.account, orders[1], page.next, 2).await.unwrap();
    assert_eq!((page.items.iter().map(|of| of.product).collect::<Vec<_>>(), page.next), (products[2..].to_vec(), None));
    let page = list_product_orders(&world.core, vendor.account, products[0], None, 2).await.unwrap();
    assert_eq!((page.items.iter().map(|of| of.order).collect::<Vec<_>>(), page.next), (orders[..2].to_vec(), Some(orders[1])));
    let page = list_product_orders(&world.core, vendor.account, products[0], page.next, 2).await.unwrap();
    assert_eq!((page.items.iter().map(|of| of.order).collect::<Vec<_>>(), page.next), (orders[2..].to_vec(), None));
}

#[tokio::test]
async fn one_record_is_one_read_unit_and_a_licence_for_an_order_eight_write_units() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let new = NewCustomer { profile: profile(), ..new_customer() };
    let buyer = create_customer(&world.core, vendor.account, new).await.unwrap();
    let fields = OrderFields { customer: Some(buyer.id), details: details(), ..OrderFields::default() };
    let order = create_order(&world.core, vendor.account, fields).await.unwrap();
    let contact = create_contact(&world.core, vendor.account, buyer.id, ContactPerson::default()).await.unwrap();
    let of = ProductOf { account: vendor.account, order: order.id, product: vendor.product.id, seen: None };
    add_order_product(&world.core, of, Sale::default()).await.unwrap();

    world.table.reset_calls();
    find_customer(&world.core, vendor.account, buyer.id).await.unwrap();
    assert_read(&world, "a customer");
    find_order(&world.core, vendor.account, order.id).await.unwrap();
    assert_read(&world, "an order");
    find_contact(&world.core, vendor.account, contact.id).await.unwrap();
    assert_read(&world, "a contact");
    find_order_product(&world.core, of).await.unwrap();
    assert_read(&world, "a product of an order");

    // Each by a process of its own, with nothing remembered. What all of an order's cost is counted with management's budgets.
    for number in 0..3 {
        let core = world.another_process();
        let new = NewLicense { order: Some(order.id), ..NewLicense::of(vendor.product.id) };
        world.table.reset_calls();
        let license = issue_license(&core, vendor.account, new).await.unwrap();
        world.keep_secret(license.key.expose());
        assert_eq!(world.table.round_trips(), 2, "number {number}");
        if world.engines.is_embedded {
            let calls = world.table.calls();
            let spent = |operation| calls.iter().filter(|call| call.operation == operation).map(|call| call.capacity.total).sum::<f64>();
            assert!(spent("UpdateItem") <= 1.0, "number {number}: the line");
            assert!(spent("UpdateItem") + spent("TransactWriteItems") <= 8.0, "number {number}");
        }
    }
}

#[tokio::test]
async fn a_licence_that_numbers_are_reserved_for_on_its_way_costs_two_write_units_more() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let order = order(&world, &vendor).await;
    // Eight at once would use up what is reserved before anybody could reserve more beside them: so does taking the lines alone.
    for _ in 0..8 {
        world.core.table.take_line(vendor.account, order.id).await.unwrap();
    }
    let new = NewLicense { order: Some(order.id), ..NewLicense::of(vendor.product.id) };
    world.table.reset_calls();
    let license = issue_license(&world.core, vendor.account, new).await.unwrap();
    world.keep_secret(license.key.expose());
    assert_eq!(world.table.round_trips(), 4, "the one for which numbers are reserved anew");
    if world.engines.is_embedded {
        let writes = world.table.calls().into_iter().filter(|call| call.operation != "GetItem");
        assert!(writes.map(|call| call.capacity.total).sum::<f64>() <= 10.0);
    }
    let lines = world.core.table.order_lines(vendor.account, order.id, Freshness::Strong).await.unwrap().unwrap();
    assert_eq!((lines.taken, lines.blocks.iter().map(|block| block.count).collect::<Vec<_>>()), (9, vec![8, 16]));
}
