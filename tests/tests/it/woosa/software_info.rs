//! `GET software/info`.

use latchkey_tests::world::World;

use super::{KEY, SITE, STOPPED, activate, assert_recorded, one_license, software_info, stop};

#[tokio::test]
async fn the_current_release() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    activate(KEY, SITE).send(&world).await;
    assert_recorded("software_info", &software_info(KEY, SITE).send(&world).await);
}

#[tokio::test]
async fn a_site_that_is_not_activated_is_told_so() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    assert_recorded("software_info_not_registered", &software_info(KEY, SITE).send(&world).await);
}

#[tokio::test]
async fn a_product_without_a_release_has_nothing_to_fetch() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    assert_recorded("software_info_no_release", &software_info(KEY, SITE).send(&world).await);
}

#[tokio::test]
async fn a_first_release_is_seen_at_once() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    assert_eq!(software_info(KEY, SITE).send(&world).await.status, 404);
    world.publish(&vendor, "1.0.0").await;
    assert_eq!(software_info(KEY, SITE).send(&world).await.json()["version"], "1.0.0");
}

#[tokio::test]
async fn a_stopped_licence_learns_nothing() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    for (how, code) in STOPPED {
        let key = format!("KEY-{how}");
        let license = world.license_with(&vendor, &key, Some(1)).await;
        activate(&key, SITE).send(&world).await;
        stop(&world, &license, how).await;
        let refused = software_info(&key, SITE).send(&world).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (403, Some(code)));
    }
}

#[tokio::test]
async fn a_new_release_is_seen_within_a_minute() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    activate(KEY, SITE).send(&world).await;
    assert_eq!(software_info(KEY, SITE).send(&world).await.json()["version"], "1.0.0");
    world.publish(&vendor, "1.1.0").await;
    world.clock.advance_seconds(60);
    assert_eq!(software_info(KEY, SITE).send(&world).await.json()["version"], "1.1.0");
}
