//! `POST license/activate`.

use latchkey_core::domain::product::DevelopmentSites;
use latchkey_tests::exchange::post_form;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{KEY, SITE, STOPPED, activate, assert_recorded, deactivate, info, one_license, stop};

#[tokio::test]
async fn a_site_takes_a_seat() {
    let world = World::new().await;
    one_license(&world).await;
    assert_recorded("activate", &activate(KEY, SITE).send(&world).await);
}

#[tokio::test]
async fn the_same_site_again_is_the_same_seat_however_it_is_written() {
    let world = World::new().await;
    one_license(&world).await;
    let first = activate(KEY, SITE).send(&world).await;
    world.clock.advance_seconds(3_600);
    for again in ["https://example.com", "http://www.Example.com/", "HTTPS://EXAMPLE.COM:443", "https://example.com/?utm=1#top"] {
        assert_eq!(activate(KEY, again).send(&world).await.json(), first.json(), "{again}");
    }
}

#[tokio::test]
async fn a_sub_directory_is_a_site_of_its_own() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    let shop = activate(KEY, "https://example.com/shop/").send(&world).await.json();
    assert_eq!(shop["license"]["activations"], 2);
    assert_eq!(shop["sites"][1]["site_url"], "https://example.com/shop");
}

#[tokio::test]
async fn a_form_will_do() {
    let world = World::new().await;
    one_license(&world).await;
    let fields = [("key", KEY), ("package", "test-plugin"), ("site_url", SITE), ("slug", "ignored")];
    let form = post_form("/wp-json/lmn/v1/license/activate", &fields).header("x-woosa-version", "1.2.3").send(&world).await;
    assert_eq!(form.json(), activate(KEY, SITE).send(&world).await.json());
}

#[tokio::test]
async fn no_seats_left() {
    let world = World::new().await;
    one_license(&world).await;
    for site in ["https://one.example.com", "https://two.example.com"] {
        assert_eq!(activate(KEY, site).send(&world).await.status, 200);
    }
    assert_recorded("activate_limit_reached", &activate(KEY, "https://three.example.com").send(&world).await);
    assert_eq!(deactivate(KEY, "https://one.example.com").send(&world).await.status, 200);
    assert_eq!(activate(KEY, "https://three.example.com").send(&world).await.status, 200);
}

#[tokio::test]
async fn development_sites_take_no_seat_and_are_shown_as_such() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    activate(KEY, "http://localhost:8888/wp").send(&world).await;
    world.clock.advance_seconds(60);
    assert_recorded("activate_development", &activate(KEY, "https://staging.example.com").send(&world).await);
    assert_eq!(deactivate(KEY, "https://staging.example.com").send(&world).await.status, 200);
    assert_eq!(info(KEY).send(&world).await.json()["sites"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn development_sites_are_bounded() {
    let world = World::new().await;
    one_license(&world).await;
    for number in 0..20 {
        assert_eq!(activate(KEY, &format!("https://site-{number}.test")).send(&world).await.status, 200);
    }
    assert_eq!(activate(KEY, "https://one-more.test").send(&world).await.code().unwrap(), "activation_limit_reached");
    assert_eq!(activate(KEY, "https://site-7.test").send(&world).await.status, 200, "a site that is on it already stays");
    assert_eq!(activate(KEY, SITE).send(&world).await.status, 200, "and counted seats are left");
}

#[tokio::test]
async fn a_product_can_count_development_sites() {
    let world = World::new().await;
    let mut product = new_product("test-plugin");
    product.development_sites = DevelopmentSites::Counted;
    let vendor = world.vendor_of(product).await;
    world.license_with(&vendor, KEY, Some(1)).await;
    assert_eq!(activate(KEY, "http://localhost").send(&world).await.json()["license"]["activations"], 1);
    assert_eq!(activate(KEY, SITE).send(&world).await.code().unwrap(), "activation_limit_reached");
}

#[tokio::test]
async fn a_product_can_have_patterns_of_its_own() {
    let world = World::new().await;
    let mut product = new_product("test-plugin");
    let patterns = latchkey_core::domain::development::Patterns::parse(["*.preview-host.com"]).unwrap();
    product.development_sites = DevelopmentSites::Free(patterns);
    let vendor = world.vendor_of(product).await;
    world.license_with(&vendor, KEY, Some(1)).await;
    assert_eq!(activate(KEY, "https://a.preview-host.com").send(&world).await.json()["license"]["activations"], 0);
    assert_eq!(activate(KEY, SITE).send(&world).await.json()["license"]["activations"], 1);
}

#[tokio::test]
async fn the_answer_shows_the_site_even_where_there_are_hundreds() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.license_with(&vendor, KEY, None).await;
    for number in 0..120 {
        let url = format!("https://site-{number}.example.com");
        for _ in 0..2 {
            let answer = activate(KEY, &url).send(&world).await.json();
            let shown = answer["sites"].as_array().unwrap().iter().any(|site| site["site_url"] == url.as_str());
            assert!(shown, "{url}");
        }
    }
}

#[tokio::test]
async fn every_refusal_has_a_code_and_takes_no_seat() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    assert_recorded("activate_unknown_key", &activate("NO-SUCH-KEY", SITE).send(&world).await);
    let wrong = serde_json::json!({"key": KEY, "package": "other-plugin", "site_url": SITE});
    let wrong = latchkey_tests::exchange::post_json("/wp-json/lmn/v1/license/activate", &wrong).send(&world).await;
    assert_recorded("activate_wrong_package", &wrong);
    for (how, code) in STOPPED {
        let key = format!("KEY-{how}");
        let license = world.license_with(&vendor, &key, Some(1)).await;
        stop(&world, &license, how).await;
        let refused = activate(&key, SITE).send(&world).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (403, Some(code)));
        let grant = world.core.table.grant(license.key.digest(), latchkey_core::table::Freshness::Strong).await.unwrap().unwrap();
        assert_eq!(grant.seats.taken(), 0, "{how}");
    }
}
