//! `GET /api/4.0/licenses`: the list, its pages and its searches.

use latchkey_core::domain::license::License;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_tests::exchange::get;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;
use serde_json::json;

use super::{AUTHORIZATION, EMAIL, KEY, LICENSES, ask, assert_recorded, ids, list, message, put, seeds_license, success, vendor};

#[tokio::test]
async fn a_list_is_a_bare_array_in_the_seeds_form() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    assert_recorded("list_of_none", &list(&[]).send(&world).await);
    seeds_license(&world, &vendor).await;
    world.publish(&vendor, "1.1").await;
    world.license_with(&vendor, "CSC-0000-0000-0000-0002", None).await;
    assert_recorded("list", &list(&[]).send(&world).await);
}

#[tokio::test]
async fn both_spellings_answer_alike() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    world.license_with(&vendor, "CSC-0000-0000-0000-0002", None).await;
    let id = license.id;
    let user = license.customer.unwrap();
    for (php, plain) in [
        ("/api.php?_d=4.0/licenses".to_owned(), "/api/4.0/licenses".to_owned()),
        (format!("/api.php?_d=4.0/licenses&user_id={user}"), format!("/api/4.0/licenses?user_id={user}")),
        (format!("/api.php?_d=4.0%2Flicenses%2F{id}"), format!("/api/4.0/licenses/{id}")),
        (format!("/api.php?get_all_packages=1&_d=4.0/licenses/{id}/"), format!("/api/4.0/licenses/{id}?get_all_packages=1")),
        ("/api.php?_d=4.0/licenses/&items_per_page=1&page=2".to_owned(), "/api/4.0/licenses/?items_per_page=1&page=2".to_owned()),
    ] {
        let (php, plain) = (ask(&php, &[]).send(&world).await, ask(&plain, &[]).send(&world).await);
        assert_eq!((php.status.as_u16(), php.body), (200, plain.body));
    }
    let bare = get(LICENSES, &[]).header("authorization", AUTHORIZATION).send(&world).await;
    assert_eq!(bare.json().as_array().unwrap().len(), 2, "a client need not say what it takes");
    let php = put(id, &json!({"expires_at": "1919710900"})).to(&format!("/api.php?_d=4.0/licenses/{id}"));
    assert_eq!(success(&world, php).await["expires_at"], 1_919_710_900);
}

async fn many(world: &World, vendor: &Vendor, count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        let license = issue_license(&world.core, vendor.account, NewLicense::of(vendor.product.id)).await.unwrap();
        numbers.push(u64::from(license.id.get()));
    }
    numbers
}

#[tokio::test]
async fn pages_are_ten_licences_from_the_first_on_unless_it_is_said() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let all = many(&world, &vendor, 23).await;
    assert_eq!(ids(&world, list(&[])).await, all[..10]);
    assert_eq!(ids(&world, list(&[("page", "2")])).await, all[10..20]);
    assert_eq!(ids(&world, list(&[("page", "3")])).await, all[20..]);
    assert_eq!(ids(&world, list(&[("page", "4")])).await, [0_u64; 0], "after the last page there is nothing");
    assert_eq!(ids(&world, list(&[("page", "4294967295")])).await, [0_u64; 0]);
    assert_eq!(ids(&world, list(&[("items_per_page", "250")])).await, all);
    assert_eq!(ids(&world, list(&[("page", "6"), ("items_per_page", "4")])).await, all[20..]);
    let product = vendor.product.id.to_string();
    assert_eq!(ids(&world, list(&[("page", "2"), ("items_per_page", "20"), ("product_id", &product)])).await, all[20..]);
    assert_eq!(ids(&world, list(&[("page", ""), ("items_per_page", "")])).await, all[..10], "an empty value is none");
}

#[tokio::test]
async fn a_page_that_is_none_is_refused() {
    let world = World::new().await;
    vendor(&world).await;
    assert_recorded("bad_page", &list(&[("page", "0")]).send(&world).await);
    assert_recorded("bad_items_per_page", &list(&[("items_per_page", "251")]).send(&world).await);
    for query in [("page", "-1"), ("page", "two"), ("page", "99999999999"), ("items_per_page", "0"), ("items_per_page", "1.5")] {
        let answer = list(&[query]).send(&world).await;
        assert_eq!(answer.status, 400, "{query:?}");
        message(&answer);
    }
    for name in ["user_id[]", "page[0]", "get_all_packages[]", "email[a]"] {
        let answer = list(&[(name, "1")]).send(&world).await;
        assert!(message(&answer).ends_with("must not be an array"), "{name}");
    }
    let found = ids(&world, list(&[("sort_by", "x"), ("users[]", "1"), ("q", "")])).await;
    assert!(found.is_empty(), "what means nothing is passed over");
}

/// Three licences: of the seed's customer and order, of a second product, and of nobody.
async fn three(world: &World, vendor: &Vendor) -> [License; 3] {
    let first = seeds_license(world, vendor).await;
    let other = create_product(&world.core, vendor.account, new_product("another-plugin")).await.unwrap();
    let name = "Somebody Else".parse().unwrap();
    let customer = world.core.table.create_customer(vendor.account, name, EMAIL.parse().ok(), world.core.now()).await.unwrap();
    let order = PlaceOrder { customer: None, reference: None, lines: 1 };
    let order = place_order(&world.core, vendor.account, order).await.unwrap();
    let second = world
        .license(vendor, |new| {
            new.product = other.id;
            new.customer = Some(customer.id);
            new.order_line = Some(OrderLine { order: order.id, line: 0 });
        })
        .await;
    let third = world.license_with(vendor, "CSC-0000-0000-0000-0003", None).await;
    [first, second, third]
}

#[tokio::test]
async fn every_search_finds_what_fits_alone_and_combined() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let licenses = three(&world, &vendor).await;
    let [first, second, third] = &licenses;
    let user = first.customer.unwrap().to_string();
    let others_user = second.customer.unwrap().to_string();
    let product = first.product.to_string();
    let order = second.order_line.unwrap().order.to_string();
    let third_key = third.key.expose();
    let mut numbers = licenses.iter().map(|license| u64::from(license.id.get()));
    let [one, two, three] = [(); 3].map(|()| numbers.next().unwrap());
    for (query, expected) in [
        (&[("user_id", user.as_str())][..], &[one][..]),
        (&[("user_id", &others_user)], &[two]),
        (&[("product_id", &product)], &[one, three]),
        (&[("order_id", &order)], &[two]),
        (&[("license_number", KEY)], &[one]),
        (&[("license_number", third_key)], &[three]),
        (&[("email", EMAIL)], &[one, two]),
        (&[("email", "Developer@Example.COM")], &[one, two]),
        (&[("email", EMAIL), ("user_id", &user)], &[one]),
        (&[("email", EMAIL), ("product_id", &product)], &[one]),
        (&[("email", EMAIL), ("order_id", &order)], &[two]),
        (&[("user_id", &user), ("product_id", &product), ("license_number", KEY), ("email", EMAIL)], &[one]),
        (&[("license_number", KEY), ("order_id", &order)], &[]),
        (&[("user_id", &user), ("user_id", &others_user)], &[two]),
        (&[("email", EMAIL), ("items_per_page", "1"), ("page", "2")], &[two]),
        (&[("email", ""), ("user_id", ""), ("license_number", "%20")], &[]),
        (&[("email", ""), ("user_id", "")], &[one, two, three]),
    ] {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(ids(&world, list(query)).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn what_can_be_nobodys_finds_nothing() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    three(&world, &vendor).await;
    for query in [
        ("user_id", "0"),
        ("user_id", "abc"),
        ("user_id", "999"),
        ("product_id", "-1"),
        ("product_id", "999"),
        ("order_id", "1 OR 1=1"),
        ("order_id", "999"),
        ("license_number", "no such key"),
        ("license_number", "\u{0}"),
        ("email", "nobody"),
        ("email", "nobody@example.com"),
    ] {
        assert!(ids(&world, list(&[query])).await.is_empty(), "{query:?}");
    }
}

#[tokio::test]
async fn a_list_shows_every_licence_whatever_its_state() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    for (how, _) in crate::woosa::STOPPED {
        let license = world.license_with(&vendor, &format!("KEY-{how}"), Some(1)).await;
        crate::woosa::stop(&world, &license, how).await;
    }
    assert_eq!(ids(&world, list(&[])).await.len(), crate::woosa::STOPPED.len());
}
