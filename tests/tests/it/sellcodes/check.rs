//! `check_license`.

use latchkey_core::domain::product::ProductKind;
use latchkey_core::domain::time::Timestamp;
use latchkey_tests::world::World;
use serde_json::json;

use super::seed::{CHECK_A, CHECK_B, CHECK_C, CHECK_D, CHECK_E, WHO_AND_WHEN, assert_seed};
use super::{KEY, OTHER_SITE, PRODUCT, SITE, activate, ask, assert_recorded, check, deactivate, license, one_license, sample};
use crate::woosa::stop;

#[tokio::test]
async fn a_b_and_c_active_here_or_not_here_or_nowhere_anymore() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0").await;
    let inactive = check(KEY, SITE).send(&world).await;
    assert_seed(&inactive, 200, CHECK_B, &WHO_AND_WHEN);
    assert_recorded("check_site_inactive", &inactive);
    activate(KEY, SITE).send(&world).await;
    let active = check(KEY, SITE).send(&world).await;
    assert_seed(&active, 200, CHECK_A, &WHO_AND_WHEN);
    assert_recorded("check", &active);
    let full = check(KEY, OTHER_SITE).send(&world).await;
    assert_seed(&full, 200, CHECK_C, &WHO_AND_WHEN);
    assert_recorded("check_no_activations_left", &full);
    deactivate(KEY, SITE).send(&world).await;
    assert_seed(&check(KEY, SITE).send(&world).await, 200, CHECK_B, &WHO_AND_WHEN);
}

#[tokio::test]
async fn d_and_e_an_unknown_key_and_an_unknown_product() {
    let world = World::new().await;
    one_license(&world).await;
    assert_seed(&check("NO-SUCH-KEY", SITE).send(&world).await, 400, CHECK_D, &[]);
    let unknown = ask("check_license", "nothing", KEY, SITE).send(&world).await;
    assert_seed(&unknown, 400, CHECK_E, &[]);
    assert_recorded("check_unknown_product", &unknown);
}

#[tokio::test]
async fn a_stopped_or_ended_licence_says_so_with_a_sentence() {
    let world = World::new().await;
    let vendor = world.vendor_of(sample()).await;
    for (how, word) in
        [("suspended", "revoked"), ("revoked", "revoked"), ("refunded", "revoked"), ("future", "inactive"), ("ended", "expired")]
    {
        let key = &format!("KEY-{how}");
        let stopped = license(&world, &vendor, key, Some(1)).await;
        activate(key, SITE).send(&world).await;
        stop(&world, &stopped, how).await;
        for site in [SITE, OTHER_SITE] {
            let answer = check(key, site).send(&world).await;
            let json = answer.json();
            assert_eq!((answer.status.as_u16(), &json["success"], &json["license"]), (200, &json!(false), &json!(word)), "{how} {site}");
            assert!(!json["message"].as_str().unwrap().is_empty(), "{how}");
            assert_eq!(json.get("Refunded").is_some(), how == "refunded");
            assert_eq!(json["site_count"], "1");
        }
        assert_recorded(&format!("check_{how}"), &check(key, SITE).send(&world).await);
    }
}

#[tokio::test]
async fn checking_takes_no_seat_and_a_development_site_needs_none() {
    let world = World::new().await;
    one_license(&world).await;
    for _ in 0..3 {
        assert_eq!(check(KEY, SITE).send(&world).await.json()["site_count"], "0");
    }
    activate(KEY, SITE).send(&world).await;
    let staging = "https://staging.example.com";
    assert_eq!(check(KEY, staging).send(&world).await.json()["license"], "site_inactive", "there is room for it, though not for others");
    assert_eq!(activate(KEY, staging).send(&world).await.json()["Activation_ok"], true);
    let checked = check(KEY, staging).send(&world).await.json();
    assert_eq!((&checked["license"], &checked["site_count"]), (&json!("valid"), &json!("1")));
}

#[tokio::test]
async fn an_end_is_a_date_and_what_is_unlimited_can_be_counted_with() {
    let world = World::new().await;
    let vendor = world.vendor_of(sample()).await;
    let unlimited = license(&world, &vendor, KEY, None).await;
    let edit = latchkey_core::ops::edit_license::Edit { account: unlimited.account, license: unlimited.id, seen: None };
    let validity = latchkey_core::domain::license::Validity { from: None, until: Timestamp::parse("2027-03-04T05:06:07Z") };
    latchkey_core::ops::change_validity::change_validity(&world.core, edit, validity).await.unwrap();
    activate(KEY, SITE).send(&world).await;
    let checked = check(KEY, SITE).send(&world).await.json();
    assert_eq!(checked["expires"], "2027-03-04 05:06:07");
    assert_eq!(checked["Purchase_date"], "2026-11-22 06:00:00");
    assert_eq!((&checked["license_limit"], &checked["site_count"]), (&json!("0"), &json!("1")));
    assert_eq!(checked["activations_left"], 1_000_000);
}

#[tokio::test]
async fn updates_are_offered_where_there_is_a_release_and_to_wordpress() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    let flags = async |key: &str, product: &str| {
        let json = ask("check_license", product, key, SITE).send(&world).await.json();
        (json["is_wordpress_product"].as_str().unwrap().to_owned(), json["offering_automatic_updates"].as_str().unwrap().to_owned())
    };
    assert_eq!(flags(KEY, PRODUCT).await, ("1".to_owned(), "0".to_owned()));
    world.publish(&vendor, "1.0").await;
    world.clock.advance_seconds(60);
    assert_eq!(flags(KEY, PRODUCT).await, ("1".to_owned(), "1".to_owned()));
    let mut program = latchkey_tests::vendor::new_product("desktop-app");
    (program.kind, program.code) = (ProductKind::Program, Some("APP".parse().unwrap()));
    let vendor = world.vendor_of(program).await;
    license(&world, &vendor, "APP-KEY", Some(1)).await;
    assert_eq!(flags("APP-KEY", "APP").await, ("0".to_owned(), "0".to_owned()));
}

#[tokio::test]
async fn a_product_without_a_code_of_the_vendors_is_given_one() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let code = vendor.product.code.as_str();
    assert!(code.len() == 8 && code.bytes().all(|c| c.is_ascii_alphanumeric()), "{code}");
    license(&world, &vendor, KEY, Some(1)).await;
    assert_eq!(ask("check_license", code, KEY, SITE).send(&world).await.json()["license"], "site_inactive");
}

#[tokio::test]
async fn a_check_counts_as_use_once_a_week() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0").await;
    activate(KEY, SITE).send(&world).await;
    for day in 1..=15 {
        world.clock.advance_seconds(24 * 60 * 60);
        world.table.reset_calls();
        assert_eq!(check(KEY, SITE).send(&world).await.json()["license"], "valid");
        let writes = world.table.calls().iter().filter(|call| call.operation == "UpdateItem").count();
        assert_eq!(writes, usize::from(day % 7 == 0), "day {day}");
    }
}
