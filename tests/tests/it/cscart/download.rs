//! `GET /index.php?dispatch=product_packages.get_package`: the links that lists give out.

use std::fmt::Display;

use latchkey_core::domain::license::License;
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::yank_release::yank_release;
use latchkey_tests::exchange::{Ask, get};
use latchkey_tests::plugin;
use latchkey_tests::vendor::{Vendor, http_client, new_product};
use latchkey_tests::world::World;

use super::{KEY, ask, assert_recorded, list, message, seeds_license, success, vendor};
use crate::woosa::{STOPPED, stop};

const DISPATCH: &str = "product_packages.get_package";

fn link(package: impl Display, product: impl Display, key: &str) -> Ask {
    let (package, product) = (format!("{package}"), format!("{product}"));
    get("/index.php", &[("dispatch", DISPATCH), ("package_id", &package), ("product_id", &product), ("license_number", key)])
}

/// The links of the first licence's packages, as a script follows them: without their host, and without a credential.
async fn links(world: &World) -> Vec<Ask> {
    let list = success(world, list(&[("get_all_packages", "1")])).await;
    let packages = list[0]["packages"].as_array().unwrap().iter();
    let urls = packages.map(|package| package["url"].as_str().unwrap().strip_prefix("https://licenses.example.com").unwrap().to_owned());
    urls.map(|target| get(&target, &[])).collect()
}

async fn published(world: &World) -> (Vendor, License) {
    let vendor = vendor(world).await;
    let license = seeds_license(world, &vendor).await;
    world.publish(&vendor, "1.0").await;
    (vendor, license)
}

#[tokio::test]
async fn a_link_leads_to_the_package_byte_for_byte() {
    let world = World::new().await;
    let (vendor, _) = published(&world).await;
    world.publish(&vendor, "1.1").await;
    world.clock.advance_seconds(60);
    for (link, version) in links(&world).await.into_iter().zip(["1.1", "1.0"]) {
        let answer = link.send(&world).await;
        assert_recorded(&format!("download_{version}"), &answer);
        let package = http_client().get(answer.header("location").unwrap()).send().await.unwrap();
        assert_eq!(
            (package.status().as_u16(), &package.headers()["content-disposition"]),
            (200, &"attachment; filename=\"test-plugin.zip\"".parse().unwrap())
        );
        assert_eq!(package.bytes().await.unwrap(), plugin::zip("test-plugin", version));
    }
}

#[tokio::test]
async fn a_key_is_read_however_it_was_encoded() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    world.license_with(&vendor, "A KEY & MORE=%?#", Some(1)).await;
    world.publish(&vendor, "1.0").await;
    for link in links(&world).await {
        assert_eq!(link.send(&world).await.status, 302);
    }
    let product = vendor.product.id;
    let target =
        format!("/index.php?dispatch={DISPATCH}&package_id=1&product_id={product}&license_number=A%20KEY%20%26%20MORE%3D%25%3F%23");
    assert_eq!(get(&target, &[]).send(&world).await.status, 302);
}

#[tokio::test]
async fn the_licence_is_checked_by_every_rung_but_the_seats() {
    let world = World::new().await;
    let (vendor, _) = published(&world).await;
    let product = vendor.product.id;
    assert_recorded("download_unknown_key", &link(1, product, "NO-SUCH-KEY").send(&world).await);
    for (how, _) in STOPPED {
        let key = format!("KEY-{how}");
        let license = world.license_with(&vendor, &key, Some(1)).await;
        assert_eq!(link(1, product, &key).send(&world).await.status, 302, "without a seat");
        stop(&world, &license, how).await;
        assert_recorded(&format!("download_{how}"), &link(1, product, &key).send(&world).await);
    }
}

#[tokio::test]
async fn the_package_has_to_be_the_products_and_the_product_the_licences() {
    let world = World::new().await;
    let (vendor, _) = published(&world).await;
    let other = create_product(&world.core, vendor.account, new_product("another-plugin")).await.unwrap();
    let other = Vendor { account: vendor.account, product: other };
    world.publish(&other, "7.0").await;
    let (product, others) = (vendor.product.id, other.product.id);
    assert_eq!(link(1, product, KEY).send(&world).await.status, 302);
    assert_recorded("download_wrong_product", &link(2, others, KEY).send(&world).await);
    assert_recorded("download_no_package", &link(2, product, KEY).send(&world).await);
    for package in [3, 999] {
        assert_eq!(message(&link(package, product, KEY).send(&world).await), "Not Found: There is no such package");
    }
}

#[tokio::test]
async fn a_release_that_was_published_a_moment_ago_is_there_and_a_yanked_one_goes_within_a_minute() {
    let world = World::new().await;
    let (vendor, _) = published(&world).await;
    let product = vendor.product.id;
    assert_eq!(link(2, product, KEY).send(&world).await.status, 404);
    let release = world.publish(&vendor, "0.9").await;
    assert_eq!(link(2, product, KEY).send(&world).await.status, 302, "no refusal by what is remembered");
    yank_release(&world.core, vendor.account, product, release.id, None).await.unwrap();
    world.clock.advance_seconds(60);
    assert_eq!(link(2, product, KEY).send(&world).await.status, 404);
    assert_eq!(link(1, product, KEY).send(&world).await.status, 302);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_told() {
    let world = World::new().await;
    let (vendor, _) = published(&world).await;
    let product = vendor.product.id;
    assert_recorded("download_missing", &get("/index.php", &[("dispatch", DISPATCH), ("product_id", "1")]).send(&world).await);
    assert_recorded("download_no_dispatch", &get("/index.php", &[]).send(&world).await);
    for dispatch in ["products.view", "product_packages", "product_packages.get_package.x"] {
        assert_eq!(ask("/index.php", &[("dispatch", dispatch)]).send(&world).await.status, 404, "{dispatch}");
    }
    for (package, product) in [("x", product.to_string()), ("0", product.to_string()), ("1", "-1".to_owned())] {
        let answer = link(package, product, KEY).send(&world).await;
        assert_eq!(answer.status, 400);
        message(&answer);
    }
    for key in ["\u{1}", &"k".repeat(4_000)] {
        assert_eq!(link(1, product, key).send(&world).await.status, 403);
    }
}
