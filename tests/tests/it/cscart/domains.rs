//! `domain_name` as a search: licences by the hosts of their sites.

use latchkey_core::domain::license::License;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::json;

use super::{EMAIL, KEY, ids, index_sites, list, put, seeds_license, success, vendor};
use crate::woosa::{activate, deactivate};

async fn two(world: &World) -> (Vendor, License, License) {
    let vendor = vendor(world).await;
    let first = seeds_license(world, &vendor).await;
    let second = world.license_with(&vendor, "CSC-WIDE", None).await;
    (vendor, first, second)
}

#[tokio::test]
async fn a_domain_finds_the_licences_that_are_used_there() {
    let world = World::new().await;
    let (vendor, first, second) = two(&world).await;
    success(&world, put(first.id, &json!({"domain_name": ["shop.example.com/one", "shop.test"]}))).await;
    success(&world, put(second.id, &json!({"domain_name": ["shop.example.com:8080", "www.other.com"]}))).await;
    index_sites(&world, &vendor).await;
    let [one, two] = [&first, &second].map(|license| u64::from(license.id.get()));
    for (name, expected) in [
        ("shop.example.com", &[one, two][..]),
        ("https://www.SHOP.example.com/whatever", &[one, two]),
        ("shop.example.com:8080", &[one, two]),
        ("other.com", &[two]),
        ("shop.test", &[one]),
        ("example.com", &[]),
        ("nobody.example.com", &[]),
        ("a b", &[]),
        ("info@example.com", &[]),
    ] {
        assert_eq!(ids(&world, list(&[("domain_name", name)])).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_domain_is_combined_with_everything_else() {
    let world = World::new().await;
    let (vendor, first, second) = two(&world).await;
    for license in [&first, &second] {
        success(&world, put(license.id, &json!({"domain_name": "a.com"}))).await;
    }
    index_sites(&world, &vendor).await;
    let [one, two] = [&first, &second].map(|license| u64::from(license.id.get()));
    let (user, order) = (first.customer.unwrap().to_string(), first.order_line.unwrap().order.to_string());
    for (other, expected) in [
        (&[("email", EMAIL)][..], &[one][..]),
        (&[("user_id", &user)], &[one]),
        (&[("order_id", &order)], &[one]),
        (&[("license_number", KEY)], &[one]),
        (&[("license_number", "CSC-WIDE")], &[two]),
        (&[("product_id", "1")], &[one, two]),
        (&[("product_id", "2")], &[]),
        (&[("items_per_page", "1"), ("page", "2")], &[two]),
        (&[("email", EMAIL), ("user_id", &user), ("order_id", &order), ("license_number", KEY), ("product_id", "1")], &[one]),
    ] {
        let query = [&[("domain_name", "a.com")], other].concat();
        assert_eq!(ids(&world, list(&query)).await, expected, "{other:?}");
    }
}

#[tokio::test]
async fn a_domain_that_was_given_up_finds_nothing_whatever_the_index_says() {
    let world = World::new().await;
    let (vendor, ..) = two(&world).await;
    activate(KEY, "https://a.com").send(&world).await;
    index_sites(&world, &vendor).await;
    assert_eq!(ids(&world, list(&[("domain_name", "a.com")])).await.len(), 1, "however it was activated");
    deactivate(KEY, "https://a.com").send(&world).await;
    assert!(ids(&world, list(&[("domain_name", "a.com")])).await.is_empty());
}
