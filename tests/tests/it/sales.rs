//! Customers, contacts, orders and their products, as a vendor's staff manage them.

use std::collections::BTreeSet;
use std::sync::Arc;

use latchkey_core::domain::contact::ContactPerson;
use latchkey_core::domain::customer::{Customer, CustomerProfile, PostalAddress};
use latchkey_core::domain::ids::{CustomerId, LicenseId, OrderId, ProductId};
use latchkey_core::domain::license::License;
use latchkey_core::domain::order::{Order, OrderDetails, OrderLine};
use latchkey_core::domain::order_product::{MOST_SOLD, Sale};
use latchkey_core::ops::contacts::{EditContact, change_contact, create_contact, delete_contact, find_contact, list_contacts};
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::customers::{
    EditCustomer, change_customer, create_customer, delete_customer, find_customer, find_customer_by_code, list_customers,
};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::move_license::move_license;
use latchkey_core::ops::order_licenses::order_licenses;
use latchkey_core::ops::order_products::{
    ProductOf, add_order_product, change_order_product, delete_order_product, find_order_product, list_order_products, list_product_orders,
};
use latchkey_core::ops::orders::{
    EditOrder, OrderFields, change_order, create_order, delete_order, find_order, find_order_by_reference, list_orders,
};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::ops::search_licenses::{PageOf, Search, search_licenses};
use latchkey_core::table::{Freshness, NewCustomer};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;

use crate::faults;

const EMAIL: &str = "erika.mustermann@customer-site.com";

fn new_customer() -> NewCustomer {
    NewCustomer { email: EMAIL.parse().ok(), ..NewCustomer::named("Erika Mustermann".parse().unwrap()) }
}

async fn customer(world: &World, vendor: &Vendor) -> Customer {
    world.keep_secret(EMAIL);
    create_customer(&world.core, vendor.account, new_customer()).await.unwrap()
}

async fn order(world: &World, vendor: &Vendor) -> Order {
    create_order(&world.core, vendor.account, OrderFields::default()).await.unwrap()
}

/// Issues a licence for an order's next line.
async fn issue(world: &World, vendor: &Vendor, order: OrderId) -> License {
    world.license(vendor, |new| new.order = Some(order)).await
}

/// The numbers of an order's licences, in pages of `size`.
async fn licenses(world: &World, vendor: &Vendor, order: OrderId, size: u16) -> Vec<LicenseId> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = order_licenses(&world.core, vendor.account, order, after, size).await.unwrap();
        assert!(page.items.len() <= usize::from(size));
        ids.extend(page.items.iter().map(|license| license.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
    }
}

fn edit_customer(customer: &Customer, seen: Option<u32>) -> EditCustomer {
    EditCustomer { account: customer.account, customer: customer.id, seen }
}

fn edit_order(order: &Order, seen: Option<u32>) -> EditOrder {
    EditOrder { account: order.account, order: order.id, seen }
}

fn edit_license(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

fn profile() -> CustomerProfile {
    CustomerProfile {
        title: "Dr.".parse().ok(),
        company: "Muster GmbH".parse().ok(),
        vat_code: "DE123456789".parse().ok(),
        invoice_code: "0000000".parse().ok(),
        rating: Some(-3),
        address: PostalAddress {
            line: "Heidestraße 17".parse().ok(),
            line1: "Hinterhaus".parse().ok(),
            line2: "3. Stock".parse().ok(),
            postal_code: "51147".parse().ok(),
            city: "Köln".parse().ok(),
            region: "NRW".parse().ok(),
            country_name: "Deutschland".parse().ok(),
        },
        map_coordinates: "50.87,7.14".parse().ok(),
        map_zoom: "0.1".parse().ok(),
        phone: "+49 221 1".parse().ok(),
        mobile: "+49 171 1".parse().ok(),
        fax: "+49 221 2".parse().ok(),
        website: "customer-site.com".parse().ok(),
        notes: "Knows what she wants.\nPays in time.".parse().ok(),
        is_reseller: true,
        image: "erika.png".parse().ok(),
        meta: "{}".parse().ok(),
    }
}

fn details() -> OrderDetails {
    OrderDetails {
        status: "paid".parse().ok(),
        processed_by: "Max Mustermann".parse().ok(),
        purchase_order: "PO-1".parse().ok(),
        total: "119.00".parse().ok(),
        currency: latchkey_core::domain::money::Currency::parse("EUR").ok(),
        invoice_number: "2026-1".parse().ok(),
        payment_type: "card".parse().ok(),
        payment_number: "ch_1".parse().ok(),
        payment_status: "captured".parse().ok(),
        paid: latchkey_core::domain::time::Timestamp::from_seconds(1_700_000_000),
        description: "A trial, then\na purchase.".parse().ok(),
        reseller: None,
    }
}

#[tokio::test]
async fn a_customer_is_kept_with_all_that_is_known_and_found_by_number_code_and_address() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    let new = NewCustomer { code: "ACME".parse().ok(), profile: profile(), country: "DE".parse().ok(), ..new_customer() };
    let created = create_customer(&world.core, vendor.account, new.clone()).await.unwrap();
    assert_eq!((created.revision, &created.profile), (1, &profile()));
    assert_eq!(find_customer(&world.core, vendor.account, created.id).await.unwrap(), created);
    assert_eq!(find_customer_by_code(&world.core, vendor.account, &created.code).await.unwrap(), Some(created.clone()));
    let listed = list_customers(&world.core, vendor.account, EMAIL.parse().ok(), None, 10).await.unwrap();
    assert_eq!(listed.items, [created.clone()]);

    let taken = create_customer(&world.core, vendor.account, new.clone()).await;
    assert!(matches!(taken, Err(Rejected::InUse(Unique::CustomerCode))), "{taken:?}");
    let drawn = customer(&world, &vendor).await;
    assert!(drawn.code.as_str().starts_with("C-") && drawn.code.as_str().len() == 10, "{:?}", drawn.code);
    let listed = list_customers(&world.core, vendor.account, EMAIL.parse().ok(), None, 10).await.unwrap();
    assert_eq!(listed.items.len(), 2, "several customers may have one address");

    assert!(matches!(find_customer(&world.core, other.account, created.id).await, Err(Rejected::NotFound(Thing::Customer))));
    assert_eq!(find_customer_by_code(&world.core, other.account, &created.code).await.unwrap(), None);
    assert_eq!(create_customer(&world.core, other.account, new).await.unwrap().account, other.account);
}

#[tokio::test]
async fn a_customer_is_changed_by_who_saw_it_last_and_its_licences_stay_as_they_are() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (one, other) = (customer(&world, &vendor).await, customer(&world, &vendor).await);
    let license = world.license(&vendor, |new| new.customer = Some(one.id)).await;
    world.clock.advance_seconds(60);
    let renamed = change_customer(&world.core, edit_customer(&one, Some(1)), |customer| {
        Ok(Customer { name: "Erika Gabler".parse().unwrap(), email: None, code: "E-1".parse().unwrap(), id: other.id, ..customer })
    });
    let renamed = renamed.await.unwrap();
    assert_eq!((renamed.id, renamed.revision, renamed.last_change()), (one.id, 2, world.clock.now()));
    assert_eq!(find_customer_by_code(&world.core, vendor.account, &one.code).await.unwrap(), None, "the former code is free");
    assert_eq!(list_customers(&world.core, vendor.account, EMAIL.parse().ok(), None, 10).await.unwrap().items, [other.clone()]);

    let stale = change_customer(&world.core, edit_customer(&one, Some(1)), Ok).await;
    assert!(matches!(stale, Err(Rejected::Changed)), "{stale:?}");
    let taken =
        change_customer(&world.core, edit_customer(&other, None), |customer| Ok(Customer { code: "E-1".parse().unwrap(), ..customer }));
    assert!(matches!(taken.await, Err(Rejected::InUse(Unique::CustomerCode))));
    assert_eq!(world.core.table.license(vendor.account, license.id).await.unwrap().unwrap().licensee, license.licensee);
}

#[tokio::test]
async fn changes_of_one_customer_at_the_same_time_are_all_there() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let customer = customer(&world, &vendor).await;
    let core = Arc::new(world.direct());
    let edits = (0..4).map(|_| {
        let (core, edit) = (Arc::clone(&core), edit_customer(&customer, None));
        tokio::spawn(async move {
            let count = |mut customer: Customer| {
                customer.profile.rating = Some(customer.profile.rating.unwrap_or(0) + 1);
                Ok(customer)
            };
            change_customer(&core, edit, count).await.unwrap();
        })
    });
    for edit in edits.collect::<Vec<_>>() {
        edit.await.unwrap();
    }
    let customer = find_customer(&core, vendor.account, customer.id).await.unwrap();
    assert_eq!((customer.profile.rating, customer.revision), (Some(4), 5));
}

#[tokio::test]
async fn a_customer_goes_with_its_contacts_but_not_while_a_licence_or_an_order_is_the_customers() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (buyer, licensed, free) = (customer(&world, &vendor).await, customer(&world, &vendor).await, customer(&world, &vendor).await);
    create_order(&world.core, vendor.account, OrderFields { customer: Some(buyer.id), ..OrderFields::default() }).await.unwrap();
    world.license(&vendor, |new| new.customer = Some(licensed.id)).await;
    for (customer, thing) in [(&buyer, Thing::Order), (&licensed, Thing::License)] {
        let refused = delete_customer(&world.core, edit_customer(customer, None)).await;
        assert!(matches!(refused, Err(Rejected::Referenced { by }) if by == thing), "{refused:?}");
    }
    for customer in [&free, &free, &buyer] {
        create_contact(&world.core, vendor.account, customer.id, ContactPerson::default()).await.unwrap();
    }
    assert!(matches!(delete_customer(&world.core, edit_customer(&free, Some(2))).await, Err(Rejected::Changed)));
    delete_customer(&world.core, edit_customer(&free, Some(1))).await.unwrap();
    assert!(matches!(delete_customer(&world.core, edit_customer(&free, None)).await, Err(Rejected::NotFound(Thing::Customer))));
    let contacts = list_contacts(&world.core, vendor.account, None, None, 10).await.unwrap();
    assert_eq!(contacts.items.iter().map(|contact| contact.customer).collect::<Vec<_>>(), [buyer.id]);
}

#[tokio::test]
async fn contacts_are_a_customers_and_listed_page_by_page() {
    let world = World::new().await;
    let (vendor, foreign) = (world.vendor().await, world.vendor().await);
    let (one, other) = (customer(&world, &vendor).await, customer(&world, &vendor).await);
    let person = ContactPerson {
        title: "Herr".parse().ok(),
        given_name: "Max".parse().ok(),
        family_name: "Mustermann".parse().ok(),
        email: "max.mustermann@customer-site.com".parse().ok(),
        details: "Only by\ntelephone.".parse().ok(),
        notify: true,
        meta: "{}".parse().ok(),
        ..ContactPerson::default()
    };
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(create_contact(&world.core, vendor.account, one.id, person.clone()).await.unwrap().id);
    }
    let first = list_contacts(&world.core, vendor.account, Some(one.id), None, 3).await.unwrap();
    assert_eq!((first.items.len(), first.next), (3, Some(ids[2])));
    let rest = list_contacts(&world.core, vendor.account, Some(one.id), first.next, 3).await.unwrap();
    assert_eq!((rest.items.iter().map(|contact| contact.id).collect::<Vec<_>>(), rest.next), (ids[3..].to_vec(), None));

    let edit = EditContact { account: vendor.account, contact: ids[0], seen: Some(1) };
    let moved = change_contact(&world.core, edit, other.id, ContactPerson { notify: false, ..person.clone() }).await.unwrap();
    assert_eq!((moved.customer, moved.revision, moved.person.notify), (other.id, 2, false));
    assert_eq!(find_contact(&world.core, vendor.account, ids[0]).await.unwrap(), moved);
    assert_eq!(list_contacts(&world.core, vendor.account, Some(one.id), None, 10).await.unwrap().items.len(), 4);
    assert!(matches!(change_contact(&world.core, edit, one.id, person.clone()).await, Err(Rejected::Changed)));
    let nobody = CustomerId::new(999).unwrap();
    let refused = change_contact(&world.core, EditContact { seen: None, ..edit }, nobody, person.clone()).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Customer))), "{refused:?}");
    let refused = create_contact(&world.core, foreign.account, one.id, person).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Customer))), "{refused:?}");
    let strange = EditContact { account: foreign.account, ..edit };
    assert!(matches!(delete_contact(&world.core, strange).await, Err(Rejected::NotFound(Thing::Contact))));
    delete_contact(&world.core, EditContact { seen: None, ..edit }).await.unwrap();
    assert!(matches!(find_contact(&world.core, vendor.account, ids[0]).await, Err(Rejected::NotFound(Thing::Contact))));
}

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
    let sale = Sale {
        quantity: 3,
        unit_price: "9.90".parse().ok(),
        discount: "-0.5".parse().ok(),
        taxes: "0.19".parse().ok(),
        description: "Three seats".parse().ok(),
    };
    let added = add_order_product(&world.core, of, sale.clone()).await.unwrap();
    assert_eq!(find_order_product(&world.core, of).await.unwrap(), added);
    let again = add_order_product(&world.core, of, sale.clone()).await;
    assert!(matches!(again, Err(Rejected::InUse(Unique::OrderProduct))), "{again:?}");
    let changed = change_order_product(&world.core, ProductOf { seen: Some(1), ..of }, Sale { quantity: 4, ..sale.clone() }).await.unwrap();
    assert_eq!((changed.sale.quantity, changed.revision), (4, 2));
    let stale = change_order_product(&world.core, ProductOf { seen: Some(1), ..of }, sale.clone()).await;
    assert!(matches!(stale, Err(Rejected::Changed)), "{stale:?}");
    assert_eq!(find_order(&world.core, vendor.account, order.id).await.unwrap(), order, "nothing is recomputed");

    let too_many = change_order_product(&world.core, of, Sale { quantity: MOST_SOLD + 1, ..sale.clone() }).await;
    assert!(matches!(too_many, Err(Rejected::Quantity { most: MOST_SOLD })), "{too_many:?}");
    let no_product = ProductOf { product: ProductId::new(999).unwrap(), ..of };
    assert!(matches!(add_order_product(&world.core, no_product, sale.clone()).await, Err(Rejected::NotFound(Thing::Product))));
    let strange = ProductOf { account: foreign.account, ..of };
    assert!(matches!(find_order_product(&world.core, strange).await, Err(Rejected::NotFound(Thing::OrderProduct))));
    let theirs = ProductOf { account: foreign.account, product: foreign.product.id, ..of };
    assert!(matches!(add_order_product(&world.core, theirs, sale).await, Err(Rejected::NotFound(Thing::Order))));
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

    for number in 0..8 {
        // Each by a process of its own, with nothing remembered.
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
    let lines = world.core.table.order_lines(vendor.account, order.id, Freshness::Strong).await.unwrap().unwrap();
    assert_eq!((lines.taken, lines.blocks.len()), (8, 1), "what was reserved with the order");
}

fn assert_read(world: &World, what: &str) {
    assert_eq!(world.table.round_trips(), 1, "{what}");
    if world.engines.is_embedded {
        assert!(world.table.capacity().total <= 1.0, "{what}");
    }
    world.table.reset_calls();
}
