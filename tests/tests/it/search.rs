//! Searching licences: the right ones, page by page, at the price of the page.

use latchkey_core::domain::ids::{LicenseId, OrderId};
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::License;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::find_by_site::Host;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::ops::search_licenses::{PageOf, Search, search_licenses, with_seats};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;

/// Two products, three customers (two with one address), four orders, 60 licences of all mixtures.
async fn shop(world: &World, vendor: &Vendor) -> Vec<License> {
    let (core, account) = (&world.core, vendor.account);
    let other = create_product(core, account, new_product("another-plugin")).await.unwrap();
    let mut customers = vec![None];
    for email in ["a@example.com", "b@example.com", "b@example.com"] {
        let customer = core.table.create_customer(account, "Someone".parse().unwrap(), email.parse().ok(), core.now()).await.unwrap();
        customers.push(Some(customer.id));
    }
    let mut orders = Vec::new();
    for customer in &customers {
        let order = PlaceOrder { customer: *customer, reference: None, lines: 8 };
        orders.push(place_order(core, account, order).await.unwrap());
    }
    let mut licenses = Vec::new();
    for number in 0..60_usize {
        let mut new = NewLicense::of(if number % 3 == 0 { other.id } else { vendor.product.id });
        if number % 2 == 0 {
            new.customer = customers[number / 2 % 4];
        } else if number < 32 {
            let line = u16::try_from(number / 8).unwrap() * 2 + u16::from(number % 4 == 1);
            new.order_line = Some(OrderLine { order: orders[number / 2 % 4].id, line });
        }
        licenses.push(issue_license(core, account, new).await.unwrap());
    }
    licenses.sort_by_key(|license| license.id);
    licenses.dedup_by_key(|license| license.id);
    licenses
}

/// Whether a licence is one that is searched for, said a second time.
fn is_wanted(license: &License, search: &Search) -> bool {
    let email = license.licensee.as_ref().and_then(|licensee| licensee.email.clone());
    let order = license.order_line.map(|line| line.order);
    (search.key.is_none() || search.key.as_ref() == Some(&license.key))
        && (search.order.is_none() || search.order == order)
        && (search.email.is_none() || search.email == email)
        && (search.customer.is_none() || search.customer == license.customer)
        && (search.product.is_none() || search.product == Some(license.product))
}

/// Every mixture of what the licences have, and of what none has.
fn searches(licenses: &[License]) -> Vec<Search> {
    let one = |index: usize| licenses[index].clone();
    let mut searches = vec![Search::default()];
    let choices: [fn(&mut Search, &License); 5] = [
        |search, license| search.key = Some(license.key.clone()),
        |search, license| search.order = license.order_line.map(|line| line.order).or(OrderId::new(999)),
        |search, license| search.email = license.licensee.as_ref().and_then(|licensee| licensee.email.clone()),
        |search, license| search.customer = license.customer,
        |search, license| search.product = Some(license.product),
    ];
    for mixture in 1..32 {
        for index in [3, 20, 41] {
            let mut search = Search::default();
            for (bit, choose) in choices.iter().enumerate() {
                if mixture & (1 << bit) != 0 {
                    choose(&mut search, &one(index + bit % 2));
                }
            }
            searches.push(search);
        }
    }
    searches
}

async fn all_pages(world: &World, vendor: &Vendor, search: &Search, size: u16) -> Vec<LicenseId> {
    let mut found = Vec::new();
    for page in 0.. {
        let licenses = search_licenses(&world.core, vendor.account, search, PageOf { page, size }).await.unwrap();
        if licenses.is_empty() {
            break;
        }
        found.extend(licenses.iter().map(|license| license.id));
    }
    found
}

#[tokio::test]
async fn every_mixture_of_attributes_finds_exactly_what_fits() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor().await);
    let licenses = shop(&world, &vendor).await;
    let mut hits = 0;
    for search in searches(&licenses) {
        let wanted: Vec<_> = licenses.iter().filter(|license| is_wanted(license, &search)).map(|license| license.id).collect();
        assert_eq!(all_pages(&world, &vendor, &search, 7).await, wanted, "{search:?}");
        hits += wanted.len();
        assert!(all_pages(&world, &stranger, &search, 7).await.is_empty(), "another account's: {search:?}");
    }
    assert!(hits > 200, "{hits}");
}

#[tokio::test]
async fn a_host_is_searched_for_beside_anything_else() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor().await);
    let licenses = shop(&world, &vendor).await;
    let device = Device::parse("https://shared.example.com/shop").unwrap();
    let used: Vec<&License> = licenses.iter().step_by(4).collect();
    for license in &used {
        let ask = Activate { key: &license.key, product: ProductClaim::Id(license.product), device: &device, label: None };
        activate(&world.core, ask).await.unwrap();
    }
    world.follow_changes().await;
    let host = Some(Host::parse("www.shared.example.com").unwrap());
    let mut hits = 0;
    for search in searches(&licenses).into_iter().map(|search| Search { host: host.clone(), ..search }) {
        let wanted: Vec<_> = used.iter().filter(|license| is_wanted(license, &search)).map(|license| license.id).collect();
        assert_eq!(all_pages(&world, &vendor, &search, 3).await, wanted, "{search:?}");
        assert!(all_pages(&world, &stranger, &search, 3).await.is_empty(), "another account's: {search:?}");
        hits += wanted.len();
    }
    assert!(hits > 40, "{hits}");
}

#[tokio::test]
async fn a_page_asked_for_by_its_number_is_the_same_wherever_one_has_been_before() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let licenses = shop(&world, &vendor).await;
    let ids: Vec<_> = licenses.iter().map(|license| license.id).collect();
    let mixed = Search { product: Some(vendor.product.id), email: "b@example.com".parse().ok(), ..Search::default() };
    let fitting: Vec<_> = licenses.iter().filter(|license| is_wanted(license, &mixed)).map(|license| license.id).collect();
    assert!(fitting.len() > 4);
    for (search, wanted) in [(Search::default(), &ids), (mixed, &fitting)] {
        for page in [3, 0, 2, 1, 0, 3, 9, 100_000] {
            let found = search_licenses(&world.core, vendor.account, &search, PageOf { page, size: 2 }).await.unwrap();
            let found: Vec<_> = found.iter().map(|license| license.id).collect();
            let begin = (page as usize * 2).min(wanted.len());
            assert_eq!(found, wanted[begin..(begin + 2).min(wanted.len())], "page {page}");
        }
    }
}

#[tokio::test]
async fn who_had_to_stop_on_the_way_to_a_deep_page_goes_on_from_there() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let licenses = shop(&world, &vendor).await;
    let core = world.another_process();
    let deep = PageOf { page: 6, size: 5 };
    world.table.inject(Rule::nth(1, Fault::AccessDenied));
    let stopped = search_licenses(&core, vendor.account, &Search::default(), deep).await;
    world.table.clear();
    assert!(matches!(stopped, Err(Rejected::Fault(_))), "{stopped:?}");
    world.table.reset_calls();
    let found = search_licenses(&core, vendor.account, &Search::default(), deep).await.unwrap();
    assert_eq!(found, licenses[30..35]);
    assert_eq!(world.table.round_trips(), 1);
}

#[tokio::test]
async fn a_page_is_one_query_and_its_seats_one_batch() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let licenses = shop(&world, &vendor).await;
    let with_customer = licenses.iter().find(|license| license.customer.is_some()).unwrap();
    let order = licenses.iter().find_map(|license| license.order_line).unwrap().order;
    for (what, search, round_trips) in [
        ("all", Search::default(), 1),
        ("a product's", Search { product: Some(vendor.product.id), ..Search::default() }, 1),
        ("a customer's", Search { customer: with_customer.customer, ..Search::default() }, 1),
        ("an address's", Search { email: "b@example.com".parse().ok(), ..Search::default() }, 1),
        ("an order's", Search { order: Some(order), ..Search::default() }, 2),
        ("a key's", Search { key: Some(with_customer.key.clone()), ..Search::default() }, 2),
    ] {
        let core = world.another_process();
        world.table.reset_calls();
        let page = search_licenses(&core, vendor.account, &search, PageOf { page: 0, size: 5 }).await.unwrap();
        assert!(!page.is_empty(), "{what}");
        assert_eq!(world.table.round_trips(), round_trips, "{what}");
        with_seats(&core, page).await.unwrap();
        assert_eq!(world.table.round_trips(), round_trips + 1, "{what}, with its seats");
    }
    // Later pages go on from where the process has been.
    let all = Search::default();
    let page = |page| search_licenses(&world.core, vendor.account, &all, PageOf { page, size: 5 });
    for number in 0..6 {
        world.table.reset_calls();
        page(number).await.unwrap();
        assert_eq!(world.table.round_trips(), 1, "page {number}");
    }
    world.clock.advance_seconds(61);
    world.table.reset_calls();
    page(5).await.unwrap();
    assert_eq!(world.table.round_trips(), 2, "after a minute the licences before are passed over again");
}
