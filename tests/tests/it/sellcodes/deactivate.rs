//! `deactivate_license`.

use latchkey_tests::world::World;

use super::seed::{CHECK_D, CHECK_E, DEACTIVATE_A, DEACTIVATE_B, assert_seed};
use super::{KEY, OTHER_SITE, SITE, activate, ask, assert_recorded, check, deactivate, license, one_license};
use crate::woosa::stop;

const WHO: [&str; 2] = ["customer_name", "customer_email"];

#[tokio::test]
async fn a_and_b_a_seat_is_given_back_once() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    let done = deactivate(KEY, SITE).send(&world).await;
    assert_seed(&done, 200, DEACTIVATE_A, &WHO);
    assert_recorded("deactivate", &done);
    let again = deactivate(KEY, SITE).send(&world).await;
    assert_seed(&again, 200, DEACTIVATE_B, &WHO);
    assert_recorded("deactivate_site_inactive", &again);
    assert_eq!(check(KEY, SITE).send(&world).await.json()["site_count"], "0");
}

#[tokio::test]
async fn another_sites_seat_stays() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    let none = deactivate(KEY, OTHER_SITE).send(&world).await.json();
    assert_eq!((none["license"].as_str(), none["site_count"].as_str()), (Some("site_inactive"), Some("1")));
    assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "valid");
}

#[tokio::test]
async fn an_unknown_key_and_an_unknown_product() {
    let world = World::new().await;
    one_license(&world).await;
    assert_seed(&deactivate("NO-SUCH-KEY", SITE).send(&world).await, 400, CHECK_D, &[]);
    assert_seed(&ask("deactivate_license", "nothing", KEY, SITE).send(&world).await, 400, CHECK_E, &[]);
}

#[tokio::test]
async fn a_stopped_licence_gives_its_seats_back_too() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    for how in ["suspended", "revoked", "refunded", "ended"] {
        let key = &format!("KEY-{how}");
        let stopped = license(&world, &vendor, key, Some(1)).await;
        activate(key, SITE).send(&world).await;
        stop(&world, &stopped, how).await;
        assert_eq!(deactivate(key, SITE).send(&world).await.json()["license"], "deactivated", "{how}");
    }
}
