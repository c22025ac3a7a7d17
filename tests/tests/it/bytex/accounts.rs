//! `GET Accounts/r1/GetProductLicenses`.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::Validity;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{GET_PRODUCT_LICENSES, KEY, Shop, assert_recorded, refused, response};
use crate::woosa::{STOPPED, stop};

#[tokio::test]
async fn a_users_licences_valid_and_not_with_and_without_an_order() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let new = PlaceOrder { customer: Some(shop.customer.id), reference: None, lines: 1 };
    let order = place_order(&world.core, shop.vendor.account, new).await.unwrap();
    shop.license(&world, |new| new.order_line = Some(OrderLine { order: order.id, line: 0 })).await;
    world.clock.advance_seconds(86_400);
    let now = world.clock.now();
    shop.license(&world, |new| {
        new.key = LicenseKey::parse(KEY).ok();
        new.validity = Validity { from: Some(now.plus_seconds(-10)), until: Some(now.plus_seconds(86_400)) };
    })
    .await;
    let revoked = shop.license(&world, |_| {}).await;
    stop(&world, &revoked, "revoked").await;
    assert_recorded("licenses", &shop.licenses().send(&world).await);
}

#[tokio::test]
async fn a_user_without_licences_has_an_empty_list() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    assert_recorded("licenses_none", &shop.licenses().send(&world).await);
}

#[tokio::test]
async fn a_licence_is_active_when_it_is_valid_now() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let active = async || response(&shop.licenses().send(&world).await)["licenses"][0]["isActive"].clone();
    shop.license(&world, |new| new.validity.until = Some(world.clock.now().plus_seconds(100))).await;
    assert_eq!(active().await, true);
    world.clock.advance_seconds(99);
    assert_eq!(active().await, true);
    world.clock.advance_seconds(1);
    assert_eq!(active().await, false);
    for (how, _) in STOPPED {
        let shop = Shop::with_key(&world, &format!("product-{how}"), None).await;
        let license = shop.license(&world, |_| {}).await;
        stop(&world, &license, how).await;
        assert_eq!(response(&shop.licenses().send(&world).await)["licenses"][0]["isActive"], false, "{how}");
    }
}

#[tokio::test]
async fn licences_for_other_products_are_left_out() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let ours = shop.license(&world, |_| {}).await;
    let other = create_product(&world.core, shop.vendor.account, new_product("other")).await.unwrap();
    shop.license(&world, |new| new.product = other.id).await;
    let listed = response(&shop.licenses().send(&world).await);
    assert_eq!(listed["licenses"].as_array().unwrap().len(), 1);
    assert_eq!(listed["licenses"][0]["licenseKey"], ours.key.expose());
}

#[tokio::test]
async fn an_unknown_product_and_an_unknown_user_are_told_so() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let ask = |user: &str, sku: &str| shop.get(GET_PRODUCT_LICENSES, &[("InternalUserIdentifier", user), ("ProductSku", sku)]);
    assert_recorded("licenses_unknown_product", &ask(&shop.user(), "no-such-product").send(&world).await);
    assert_recorded("licenses_unknown_user", &ask("K999999999", shop.sku()).send(&world).await);
    for sku in ["no such product", "../x", &"p".repeat(5_000)] {
        assert_eq!(refused(&ask(&shop.user(), sku).send(&world).await), (404, "ProductNotFound".to_owned()), "{sku}");
    }
    for user in ["7", "L000000001", "K1", "K12345678901", "K00000000\0"] {
        assert_eq!(refused(&ask(user, shop.sku()).send(&world).await), (400, "InvalidParameter".to_owned()), "{user:?}");
    }
}

#[tokio::test]
async fn a_long_list_comes_whole_and_one_that_is_too_long_not_at_all() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let direct = world.direct();
    let issue = async |count| {
        for _ in 0..count {
            let new = NewLicense { customer: Some(shop.customer.id), ..NewLicense::of(shop.vendor.product.id) };
            issue_license(&direct, shop.vendor.account, new).await.unwrap();
        }
    };
    issue(1_000).await;
    let listed = response(&shop.licenses().send(&world).await);
    let numbers: std::collections::BTreeSet<&str> =
        listed["licenses"].as_array().unwrap().iter().map(|license| license["licenseIdentifier"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), 1_000);
    issue(1).await;
    assert_recorded("licenses_too_many", &shop.licenses().send(&world).await);
}
