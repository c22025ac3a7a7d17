//! What a vendor's script does through one dialect, plugins meet in the others at once, and the reverse.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_tests::exchange::{Ask, get, post_json};
use latchkey_tests::world::World;
use serde_json::json;

use crate::cscart::{api_key, put, show, success};
use crate::sellcodes::{KEY, OTHER_SITE, SITE, SLUG, activate, check, sample};

fn woosa_info() -> Ask {
    get("/wp-json/lmn/v1/license/info", &[("key", KEY), ("package", SLUG)])
}

fn woosa(verb: &str, site: &str) -> Ask {
    post_json(&format!("/wp-json/lmn/v1/license/{verb}"), &json!({"key": KEY, "package": SLUG, "site_url": site}))
}

async fn licence_of_two_seats(world: &World) -> License {
    let vendor = world.vendor_of(sample()).await;
    api_key(world, &vendor, Permissions::ALL).await;
    world
        .license(&vendor, |new| {
            new.key = Some(LicenseKey::parse(KEY).unwrap());
            new.seat_limit = SeatLimit::limited(2);
        })
        .await
}

#[tokio::test]
async fn domains_that_a_vendor_sets_are_activations_of_every_plugin() {
    let world = World::new().await;
    let license = licence_of_two_seats(&world).await;
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "site_inactive");
    success(&world, put(license.id, &json!({"domain_name": ["example.com", "www.other.example.com/"]}))).await;
    for site in [SITE, OTHER_SITE] {
        assert_eq!(check(KEY, site).send(&world).await.json()["license"], "valid", "{site}");
    }
    let info = woosa_info().send(&world).await.json();
    assert_eq!((&info["license"]["activations"], info["sites"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(woosa("activate", "https://third.example.com").send(&world).await.code().as_deref(), Some("activation_limit_reached"));
    success(&world, put(license.id, &json!({"domain_name": "other.example.com"}))).await;
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "site_inactive");
    assert_eq!(woosa("activate", "https://third.example.com").send(&world).await.status, 200, "a removed domain frees its seat");
}

#[tokio::test]
async fn sites_that_plugins_activate_are_domains_that_a_vendor_sees() {
    let world = World::new().await;
    let license = licence_of_two_seats(&world).await;
    assert_eq!(activate(KEY, SITE).send(&world).await.json()["Activation_ok"], true);
    world.clock.advance_seconds(1);
    assert_eq!(woosa("activate", OTHER_SITE).send(&world).await.status, 200);
    assert_eq!(success(&world, show(license.id)).await["domain_names"], json!(["example.com", "other.example.com"]));
    assert_eq!(woosa("deactivate", SITE).send(&world).await.status, 200);
    assert_eq!(success(&world, show(license.id)).await["domain_names"], json!(["other.example.com"]));
}

#[tokio::test]
async fn an_end_that_a_vendor_sets_ends_the_licence_everywhere_and_takes_it_up_again() {
    let world = World::new().await;
    let license = licence_of_two_seats(&world).await;
    activate(KEY, SITE).send(&world).await;
    let until = world.clock.now().plus_seconds(3_600).as_seconds();
    success(&world, put(license.id, &json!({"expires_at": until.to_string()}))).await;
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "valid");
    world.clock.advance_seconds(3_600);
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "expired");
    assert_eq!(woosa_info().send(&world).await.code().as_deref(), Some("license_expired"));
    success(&world, put(license.id, &json!({"expires_at": 0}))).await;
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "valid");
    assert_eq!(woosa_info().send(&world).await.status, 200);
    crate::woosa::stop(&world, &license, "ended").await;
    let ended = world.clock.now().plus_seconds(-3_600).as_seconds();
    assert_eq!(success(&world, show(license.id)).await["expires_at"], ended, "an end set elsewhere is shown here");
}
