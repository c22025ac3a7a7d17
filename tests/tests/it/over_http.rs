//! The five contracts from one end to the other, as nothing but requests and answers: in the test's own process as everything else, or
//! against the release binaries behind Lambda's Runtime API (`infra/rehearsal/emulator.sh`). So nothing here moves the clock or looks at
//! what was drawn, and each world's keys are its own.

use latchkey_core::domain::license::LicenseMode;
use latchkey_tests::vendor::http_client;
use latchkey_tests::world::World;

use crate::{babel, bytex, cscart, sellcodes, woosa};

#[tokio::test]
async fn a_plugin_is_activated_updated_and_deactivated() {
    use woosa::{SITE, activate, deactivate, download, info, prepare, software_info};
    const KEY: &str = "OVER-HTTP-0001";
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    world.license_with(&vendor, KEY, Some(1)).await;
    assert_eq!(info(KEY).send(&world).await.status, 200);
    let refused = software_info(KEY, SITE).send(&world).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (403, Some("site_not_registered")));
    assert_eq!(activate(KEY, SITE).send(&world).await.status, 200);
    let full = activate(KEY, "https://other.example.com").send(&world).await;
    assert_eq!(full.status, 403);
    assert_eq!(software_info(KEY, SITE).send(&world).await.json()["version"], "1.0.0");
    let prepared = prepare(KEY, SITE).send(&world).await;
    assert_eq!(prepared.status, 201);
    let token = prepared.json()["access_token"].as_str().unwrap().to_owned();
    world.keep_secret(&token);
    let redirect = download(KEY, &token).send(&world).await;
    assert_eq!(redirect.status, 302);
    let package = http_client().get(redirect.header("location").unwrap()).send().await.unwrap();
    assert_eq!((package.status().as_u16(), package.bytes().await.unwrap().starts_with(b"PK")), (200, true));
    assert_eq!(deactivate(KEY, SITE).send(&world).await.status, 200);
    assert_eq!(deactivate(KEY, SITE).send(&world).await.status, 403);
    let unknown = info("OVER-HTTP-NONE").send(&world).await;
    assert_eq!((unknown.status.as_u16(), unknown.code().as_deref()), (403, Some("invalid_license_key")));
    let malformed = latchkey_tests::exchange::post("/wp-json/lmn/v1/license/activate", "application/json", b"{").send(&world).await;
    assert_eq!(malformed.status, 400);
}

#[tokio::test]
async fn a_theme_asks_for_verdicts_and_is_offered_a_version() {
    use sellcodes::{OTHER_SITE, SITE, activate, check, deactivate, package, push_file, version};
    const KEY: &str = "OVER-HTTP-0002";
    let world = World::new().await;
    let vendor = world.vendor_of(sellcodes::sample()).await;
    sellcodes::publish(&world, &vendor, "1.0", "=== Sample ===\n\nShort.\n\n== Changelog ==\n\n* Better.\n").await;
    sellcodes::license(&world, &vendor, KEY, Some(1)).await;
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "site_inactive");
    assert_eq!(activate(KEY, SITE).send(&world).await.json()["Activation_ok"], true);
    assert_eq!(activate(KEY, OTHER_SITE).send(&world).await.json()["Activation_ok"], false);
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "valid");
    let offered = version(KEY, SITE).send(&world).await;
    assert_eq!(offered.json()["new_version"], "1.0");
    let redirect = push_file(&package(&offered)).send(&world).await;
    assert_eq!(redirect.status, 302);
    assert_eq!(http_client().get(redirect.header("location").unwrap()).send().await.unwrap().status(), 200);
    assert_eq!(deactivate(KEY, SITE).send(&world).await.json()["license"], "deactivated");
    assert_eq!(check("OVER-HTTP-NONE", SITE).send(&world).await.status, 400);
}

#[tokio::test]
async fn a_marketplace_lists_shows_edits_and_hands_out() {
    let world = World::new().await;
    cscart::ask_everything(&world).await;
}

#[tokio::test]
async fn a_shop_logs_its_customer_in_and_redeems_discounts() {
    let world = World::new().await;
    let shop = bytex::Shop::new(&world).await;
    let license = shop.license(&world, |_| {}).await;
    let key = license.key.expose();
    assert!(bytex::response(&shop.licenses().send(&world).await).to_string().contains(key));
    let token = shop.token(&world).await;
    bytex::response(&shop.redeem_token(&token).send(&world).await);
    assert_ne!(shop.redeem_token(&token).send(&world).await.json()["errors"], serde_json::json!([]), "a token counts once");
    bytex::response(&shop.get_public(key).send(&world).await);
    bytex::response(&shop.get_license(key).send(&world).await);
    bytex::response(&shop.create_discount(bytex::CODE).send(&world).await);
    bytex::response(&shop.redeem(bytex::CODE, "order-1").send(&world).await);
    assert_eq!(shop.licenses().header("authorization", "wrong").send(&world).await.status, 401);
}

#[tokio::test]
async fn a_program_is_activated_and_takes_turns() {
    use babel::client::{ask, signed};
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 1).await;
    ask("activate", &license, "ONE").send(&world).await.done();
    ask("validate", &license, "ONE").send(&world).await.done();
    ask("activate", &license, "TWO").send(&world).await.refused();
    ask("deactivate", &license, "ONE").send(&world).await.done();
    ask("activate", &license, "TWO").send(&world).await.done();
    let license = signed(&world, &vendor, LicenseMode::Floating, 1).await;
    ask("floating/request", &license, "ONE").send(&world).await.done();
    ask("floating/request", &license, "TWO").send(&world).await.refused();
    ask("floating/heartbeat", &license, "ONE").send(&world).await.done();
    ask("floating/release", &license, "ONE").send(&world).await.done();
    ask("floating/request", &license, "TWO").send(&world).await.done();
}

#[tokio::test]
async fn staff_manage_everything() {
    let world = World::new().await;
    babel::access::ask_everything(&world).await;
    Box::pin(babel::catalog::ask_everything(&world)).await;
    Box::pin(babel::licensing::ask_everything(&world)).await;
    Box::pin(babel::sales::ask_everything(&world)).await;
    Box::pin(babel::system::ask_everything(&world)).await;
}
