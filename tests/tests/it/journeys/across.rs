//! One licence through two dialects: a seat is the same seat, whichever it was taken through.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_tests::exchange::{Ask, get, post_json};
use latchkey_tests::world::World;
use serde_json::json;

use crate::sellcodes::{KEY, OTHER_SITE, SITE, SLUG, activate, check, deactivate, sample};
use crate::woosa::stop;

fn woosa_info() -> Ask {
    get("/wp-json/lmn/v1/license/info", &[("key", KEY), ("package", SLUG)])
}

fn woosa(verb: &str, site: &str) -> Ask {
    post_json(&format!("/wp-json/lmn/v1/license/{verb}"), &json!({"key": KEY, "package": SLUG, "site_url": site}))
}

async fn licence_of_one_seat(world: &World) -> latchkey_core::domain::license::License {
    let vendor = world.vendor_of(sample()).await;
    world
        .license(&vendor, |new| {
            new.key = Some(LicenseKey::parse(KEY).unwrap());
            new.seat_limit = SeatLimit::limited(1);
        })
        .await
}

#[tokio::test]
async fn activated_through_sellcodes_it_shows_and_counts_in_woosa() {
    let world = World::new().await;
    licence_of_one_seat(&world).await;
    assert_eq!(activate(KEY, SITE).send(&world).await.json()["Activation_ok"], true);
    let info = woosa_info().send(&world).await.json();
    assert_eq!((&info["license"]["activations"], &info["license"]["activation_limit"]), (&json!(1), &json!(1)));
    assert_eq!(info["sites"][0]["site_url"], SITE);
    assert_eq!(woosa("activate", OTHER_SITE).send(&world).await.code().as_deref(), Some("activation_limit_reached"));
    assert_eq!(woosa("activate", SITE).send(&world).await.status, 200, "the same site has the same seat");
    assert_eq!(woosa("deactivate", SITE).send(&world).await.status, 200);
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "site_inactive");
}

#[tokio::test]
async fn activated_through_woosa_it_shows_and_counts_in_sellcodes() {
    let world = World::new().await;
    let license = licence_of_one_seat(&world).await;
    assert_eq!(woosa("activate", SITE).send(&world).await.status, 200);
    let here = check(KEY, SITE).send(&world).await.json();
    assert_eq!((&here["license"], &here["site_count"], &here["activations_left"]), (&json!("valid"), &json!("1"), &json!(0)));
    assert_eq!(check(KEY, OTHER_SITE).send(&world).await.json()["license"], "no_activations_left");
    assert_eq!(activate(KEY, OTHER_SITE).send(&world).await.json()["Activation_ok"], false);
    assert_eq!(activate(KEY, SITE).send(&world).await.json()["Activation_count"], "1");
    assert_eq!(deactivate(KEY, SITE).send(&world).await.json()["license"], "deactivated");
    assert_eq!(woosa_info().send(&world).await.json()["license"]["activations"], 0);
    stop(&world, &license, "revoked").await;
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "revoked");
    assert_eq!(woosa_info().send(&world).await.code().as_deref(), Some("license_revoked"));
}
