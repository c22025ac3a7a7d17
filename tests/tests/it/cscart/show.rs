//! `GET /api/4.0/licenses/{id}`.

use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_tests::world::World;

use super::{KEY, assert_recorded, message, put, seeds_license, show, success, vendor};

#[tokio::test]
async fn a_licence_in_the_seeds_form() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    assert_recorded("show_without_domains", &show(license.id).send(&world).await);
    world.publish(&vendor, "1.1").await;
    for site in ["https://www.Shop.example.com/", "http://shop.example.com:8080/Magazine/", "https://shop.test"] {
        crate::woosa::activate(KEY, site).send(&world).await;
        world.clock.advance_seconds(1);
    }
    assert_recorded("show", &show(license.id).send(&world).await);
}

#[tokio::test]
async fn members_are_the_seeds_in_its_order_and_of_its_types() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let answer = show(license.id).send(&world).await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let names = [
        "purchase_id",
        "order_id",
        "product_id",
        "created_at",
        "expires_at",
        "file_id",
        "license_number",
        "domain_names",
        "email",
        "user_id",
    ];
    let places: Vec<usize> = names.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name}"))).collect();
    assert!(places.is_sorted(), "{text}");
    let json = answer.json();
    assert_eq!(json.as_object().unwrap().len(), names.len(), "and no others: {json}");
    for name in ["purchase_id", "order_id", "product_id", "created_at", "expires_at", "file_id", "user_id"] {
        assert!(json[name].is_u64(), "{name} in {json}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    seeds_license(&world, &vendor).await;
    assert_recorded("show_unknown", &show(999_999).send(&world).await);
    for id in ["0", "-1", "abc", "1.0", "2147483648", "1%00", "%FF", "1%2F2"] {
        let answer = show(id).send(&world).await;
        assert_eq!((answer.status.as_u16(), message(&answer).as_str()), (404, "Not Found"), "{id}");
    }
}

#[tokio::test]
async fn machines_are_no_domains() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let device = Device::parse("#a-machine").unwrap();
    let ask = Activate { key: &license.key, product: ProductClaim::Slug("test-plugin"), device: &device, label: None };
    activate(&world.core, ask).await.unwrap();
    assert_eq!(success(&world, show(license.id)).await["domain_names"], "");
}

#[tokio::test]
async fn of_a_licence_with_hundreds_of_sites_the_first_hundred_are_shown() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = world.license_with(&vendor, KEY, None).await;
    for round in 0..2 {
        let sites: Vec<String> = (0..=round * 60 + 59).map(|number| format!("site-{number:03}.example.com")).collect();
        let answer = success(&world, put(license.id, &serde_json::json!({ "domain_name": sites }))).await;
        assert_eq!(answer["domain_names"].as_array().unwrap().len(), sites.len(), "what was set is shown whole");
    }
    assert_eq!(success(&world, show(license.id)).await["domain_names"].as_array().unwrap().len(), 100);
}
