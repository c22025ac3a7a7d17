//! `GET license/info`.

use latchkey_tests::exchange::get;
use latchkey_tests::world::World;

use super::{KEY, SITE, STOPPED, activate, assert_recorded, info, one_license, stop};

#[tokio::test]
async fn a_licence_with_its_sites() {
    let world = World::new().await;
    one_license(&world).await;
    assert_recorded("info_without_sites", &info(KEY).send(&world).await);
    activate(KEY, SITE).send(&world).await;
    assert_recorded("info", &info(KEY).send(&world).await);
}

#[tokio::test]
async fn what_is_unlimited_is_zero() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.license_with(&vendor, KEY, None).await;
    activate(KEY, SITE).send(&world).await;
    assert_recorded("info_unlimited", &info(KEY).send(&world).await);
}

#[tokio::test]
async fn a_licence_with_thousands_of_sites_shows_the_first_hundred() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.license_with(&vendor, KEY, None).await;
    for number in 0..150 {
        assert_eq!(activate(KEY, &format!("https://site-{number}.example.com")).send(&world).await.status, 200);
    }
    let answer = info(KEY).send(&world).await.json();
    assert_eq!(answer["license"]["activations"], 150);
    assert_eq!(answer["sites"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn every_refusal_has_a_code() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    assert_recorded("info_unknown_key", &info("NO-SUCH-KEY").send(&world).await);
    let wrong = get("/wp-json/lmn/v1/license/info", &[("key", KEY), ("package", "other-plugin")]).send(&world).await;
    assert_recorded("info_wrong_package", &wrong);
    for (how, code) in STOPPED {
        let key = format!("KEY-{how}");
        let license = world.license_with(&vendor, &key, Some(1)).await;
        stop(&world, &license, how).await;
        let refused = info(&key).send(&world).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (403, Some(code)));
    }
}

#[tokio::test]
async fn a_licence_that_was_renewed_is_valid_at_once() {
    let world = World::new().await;
    let (_, license) = one_license(&world).await;
    stop(&world, &license, "ended").await;
    assert_eq!(info(KEY).send(&world).await.code().unwrap(), "license_expired");
    let edit = latchkey_core::ops::edit_license::Edit { account: license.account, license: license.id, seen: None };
    let always = latchkey_core::domain::license::Validity::ALWAYS;
    latchkey_core::ops::change_validity::change_validity(&world.core, edit, always).await.unwrap();
    assert_eq!(info(KEY).send(&world).await.status, 200);
}
