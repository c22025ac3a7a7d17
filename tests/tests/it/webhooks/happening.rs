//! From what was done to what is told.

use aws_sdk_dynamodb::types::AttributeValue;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::delete_license::delete_license;
use latchkey_core::ops::refund_license::refund_license;
use latchkey_core::ops::resume_license::resume_license;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_core::table::keys::{PK, SK, told};
use serde_json::{Value, json};

use super::{KEY, Stage, edit, sent};
use crate::woosa::{activate, deactivate, info};

async fn seat(stage: &mut Stage, exchange: latchkey_tests::exchange::Ask) {
    stage.world.clock.advance_seconds(1);
    assert_eq!(exchange.send(&stage.world).await.status, 200);
    stage.note().await;
}

#[tokio::test]
async fn a_licences_life_is_told_signed_and_in_full() {
    let mut stage = Stage::begin().await;
    let license = stage.issue().await;
    seat(&mut stage, activate(KEY, "https://shop.example.com/blog")).await;
    seat(&mut stage, activate(KEY, "https://shop.test")).await;
    seat(&mut stage, deactivate(KEY, "https://shop.example.com/blog")).await;
    // Repeating and asking are nothing that happens.
    seat(&mut stage, activate(KEY, "https://shop.test")).await;
    seat(&mut stage, info(KEY)).await;
    suspend_license(&stage.world.core, edit(&license), None).await.unwrap();
    stage.note().await;
    resume_license(&stage.world.core, edit(&license)).await.unwrap();
    stage.note().await;
    revoke_license(&stage.world.core, edit(&license), None).await.unwrap();
    stage.note().await;
    let release = stage.world.publish(&stage.vendor, "1.2.0").await;
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    assert_eq!(
        stage.kinds(),
        [
            "license.activated",
            "license.activated",
            "license.deactivated",
            "license.issued",
            "license.revoked",
            "license.suspended",
            "release.published",
        ]
    );
    let received = stage.received();
    let key = license.key.expose();
    for message in &received {
        assert!(stage.believes(message), "{message:?}");
        assert_eq!(message.header("content-type"), Some("application/json"));
        assert!(!String::from_utf8_lossy(&message.body).contains(key), "no key is told");
    }
    let of = |kind: &str| received.iter().map(sent).filter(|sent| sent["type"] == kind).collect::<Vec<Value>>();
    let gone = &of("license.deactivated")[0]["data"];
    assert_eq!(gone["seat"]["site"], "https://shop.example.com/blog");
    assert_eq!(gone["license"]["id"], license.id.get());
    let development: Vec<_> = of("license.activated").iter().map(|sent| sent["data"]["seat"]["development"].clone()).collect();
    assert!(development.contains(&json!(true)) && development.contains(&json!(false)));
    assert_eq!(of("release.published")[0]["data"]["release"]["id"], release.id.get());
    assert_eq!(of("license.revoked")[0]["data"]["license"]["standing"], "revoked");
}

#[tokio::test]
async fn seats_that_move_between_the_layouts_are_not_told_and_those_that_are_items_are() {
    let mut stage = Stage::begin().await;
    let license = stage.issue().await;
    for site in ["https://one.example.com", "https://two.example.com"] {
        seat(&mut stage, activate(KEY, site)).await;
    }
    for (number, limit) in [SeatLimit::Unlimited, SeatLimit::Limited(5), SeatLimit::Limited(100)].into_iter().enumerate() {
        change_seat_limit(&stage.world.core, edit(&license), limit).await.unwrap();
        stage.note().await;
        seat(&mut stage, activate(KEY, &format!("https://new-{number}.example.com"))).await;
    }
    for site in ["https://one.example.com", "https://new-2.example.com"] {
        seat(&mut stage, deactivate(KEY, site)).await;
    }
    change_seat_limit(&stage.world.core, edit(&license), SeatLimit::Limited(10)).await.unwrap();
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    let count = |kind: &str| stage.kinds().iter().filter(|told| *told == kind).count();
    assert_eq!((count("license.activated"), count("license.deactivated"), count("license.issued")), (5, 2, 1));
    assert_eq!(stage.received().len(), 8);
}

#[tokio::test]
async fn a_refund_is_told_as_what_stops_a_licence_for_good() {
    let mut stage = Stage::begin().await;
    let license = stage.issue().await;
    refund_license(&stage.world.core, edit(&license), None).await.unwrap();
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    assert_eq!(stage.kinds(), ["license.issued", "license.revoked"]);
    let told: Vec<Value> = stage.received().iter().map(sent).collect();
    assert!(told.iter().any(|told| told["data"]["license"]["standing"] == "refunded"));
}

#[tokio::test]
async fn what_came_and_went_with_a_deleted_licence_is_told_however_its_seats_are_stored() {
    for limit in [Some(5), Some(60), None] {
        let mut stage = Stage::begin().await;
        let license = stage.world.license_with(&stage.vendor, KEY, limit).await;
        stage.note().await;
        for site in ["https://one.example.com", "https://two.example.com", "https://three.example.com"] {
            seat(&mut stage, activate(KEY, site)).await;
        }
        delete_license(&stage.world.core, edit(&license)).await.unwrap();
        stage.note().await;
        // The licence is gone before anything is told of it.
        stage.announce().await;
        stage.deliver().await;
        let count = |kind: &str| stage.kinds().iter().filter(|told| *told == kind).count();
        let counts = ["license.issued", "license.activated", "license.deactivated", "license.revoked"].map(count);
        assert_eq!(counts, [1, 3, 3, 1], "with a limit of {limit:?}");
        let told: Vec<Value> = stage.received().iter().map(sent).collect();
        assert!(told.iter().all(|told| told["data"]["license"]["id"] == license.id.get()), "{told:?}");
    }
}

#[tokio::test]
async fn a_seat_of_no_licence_at_all_is_passed_over() {
    let mut stage = Stage::begin().await;
    let license = stage.world.license_with(&stage.vendor, KEY, None).await;
    seat(&mut stage, activate(KEY, "https://one.example.com")).await;
    let pk = AttributeValue::S(format!("LICENSE#{}", license.key.digest().to_text()));
    let delete = stage.world.dynamodb.delete_item().table_name(stage.world.core.table.name());
    delete.key(PK, pk).key(SK, AttributeValue::S("GRANT".to_owned())).send().await.unwrap();
    stage.announce().await;
    stage.deliver().await;
    assert_eq!(stage.kinds(), ["license.issued"]);
}

#[tokio::test]
async fn what_another_account_does_is_not_told() {
    let mut stage = Stage::begin().await;
    let other = stage.world.vendor_of(latchkey_tests::vendor::new_product("another-plugin")).await;
    stage.world.license_with(&other, "ANOTHER-KEY", Some(1)).await;
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    assert_eq!(stage.received(), []);
}

#[test]
fn what_deliveries_write_is_no_event() {
    for (pk, sk) in
        [("WEBHOOK#0000000001#0000000001", "DELIVERY#x"), ("ACCOUNT#0000000001", "WEBHOOK#0000000001"), ("ENDING#0000000001", "LICENSE#x")]
    {
        assert_eq!(told(pk, sk), None, "{pk}");
    }
}
