//! `POST license/deactivate`.

use latchkey_tests::world::World;

use super::{KEY, SITE, STOPPED, activate, assert_recorded, deactivate, info, one_license, stop};

#[tokio::test]
async fn a_site_gives_its_seat_back() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    assert_recorded("deactivate", &deactivate(KEY, "http://www.example.com/").send(&world).await);
}

#[tokio::test]
async fn a_site_without_a_seat_is_told_so_and_nothing_changes() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    let before = info(KEY).send(&world).await.json();
    assert_recorded("deactivate_not_registered", &deactivate(KEY, "https://other.example.com").send(&world).await);
    assert_eq!(info(KEY).send(&world).await.json(), before);
}

#[tokio::test]
async fn a_stopped_licence_gives_its_seats_back_and_says_that_it_is_stopped() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    for ((how, _), status) in STOPPED.into_iter().zip(["suspended", "revoked", "refunded", "pending", "expired"]) {
        let key = format!("KEY-{how}");
        let license = world.license_with(&vendor, &key, Some(1)).await;
        activate(&key, SITE).send(&world).await;
        stop(&world, &license, how).await;
        let answer = deactivate(&key, SITE).send(&world).await;
        assert_eq!(answer.status, 200, "{how}");
        assert_eq!(answer.json()["license"]["status"], status);
        assert_eq!(answer.json()["sites"].as_array().unwrap().len(), 0);
    }
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_package_are_refused() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    assert_eq!(deactivate("NO-SUCH-KEY", SITE).send(&world).await.code().unwrap(), "invalid_license_key");
    let wrong = serde_json::json!({"key": KEY, "package": "other-plugin", "site_url": SITE});
    let wrong = latchkey_tests::exchange::post_json("/wp-json/lmn/v1/license/deactivate", &wrong).send(&world).await;
    assert_eq!(wrong.code().unwrap(), "invalid_package");
    assert_eq!(info(KEY).send(&world).await.json()["license"]["activations"], 1);
}
