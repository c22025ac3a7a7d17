//! A site's life with a plugin that asks for its own updates.

use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::resume_license::resume_license;
use latchkey_tests::plugin;
use latchkey_tests::vendor::http_client;
use latchkey_tests::world::World;

use crate::sellcodes::{KEY, SITE, SLUG, activate, check, deactivate, one_license, package, publish, push_file, version};
use crate::woosa::stop;

const HOUR: i64 = 3_600;

fn readme(version: &str) -> String {
    format!("=== Sample ===\nStable tag: {version}\n\nA plugin.\n\n== Changelog ==\n\n= {version} =\n* Better.\n")
}

#[tokio::test]
async fn activate_check_ask_wait_a_day_fetch_and_deactivate() {
    let world = World::new().await;
    let (vendor, license) = one_license(&world).await;
    publish(&world, &vendor, "1.0", &readme("1.0")).await;
    assert_eq!(activate(KEY, SITE).send(&world).await.json()["Activation_ok"], true);
    assert_eq!(check(KEY, SITE).send(&world).await.json()["offering_automatic_updates"], "1");

    publish(&world, &vendor, "1.1", &readme("1.1")).await;
    world.clock.advance_seconds(12 * HOUR);
    for _ in 0..3 {
        assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "valid");
        assert_eq!(version(KEY, SITE).send(&world).await.json()["new_version"], "1.1");
    }
    let link = package(&version(KEY, SITE).send(&world).await);

    // The site's owner presses the button a day later, after a release that the site has not heard of.
    publish(&world, &vendor, "1.2", &readme("1.2")).await;
    world.clock.advance_seconds(24 * HOUR);
    let redirect = push_file(&link).send(&world).await;
    assert_eq!(redirect.status, 302);
    let fetched = http_client().get(redirect.header("location").unwrap()).send().await.unwrap();
    assert_eq!(fetched.bytes().await.unwrap(), plugin::zip_with_readme(SLUG, "1.1", &readme("1.1")), "what it was told of");

    // The seller steps in, and takes it back.
    stop(&world, &license, "suspended").await;
    assert_eq!(push_file(&link).send(&world).await.status, 403);
    assert!(version(KEY, SITE).send(&world).await.json().get("package").is_none());
    let edit = Edit { account: license.account, license: license.id, seen: None };
    resume_license(&world.core, edit).await.unwrap();
    assert_eq!(push_file(&link).send(&world).await.status, 302);

    world.clock.advance_seconds(24 * HOUR);
    assert_eq!(push_file(&link).send(&world).await.status, 410, "48 hours");
    let link = package(&version(KEY, SITE).send(&world).await);
    assert_eq!(push_file(&link).send(&world).await.status, 302, "and a new one is there for the asking");

    stop(&world, &license, "revoked").await;
    assert_eq!(push_file(&link).send(&world).await.status, 403);
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "revoked");
    assert_eq!(deactivate(KEY, SITE).send(&world).await.json()["license"], "deactivated");
}
