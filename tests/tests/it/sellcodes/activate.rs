//! `activate_license`.

use latchkey_core::domain::time::Timestamp;
use latchkey_tests::exchange::{post, post_form, post_json};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;
use serde_json::json;

use super::seed::{ACTIVATE_A, ACTIVATE_B, ACTIVATE_C, ACTIVATE_D, ACTIVATE_E, assert_seed};
use super::{KEY, OTHER_SITE, PRODUCT, SITE, activate, ask, assert_recorded, deactivate, license, one_license, sample};
use crate::woosa::stop;

#[tokio::test]
async fn a_a_site_takes_a_seat() {
    let world = World::new().await;
    one_license(&world).await;
    let done = activate(KEY, SITE).send(&world).await;
    assert_seed(&done, 200, ACTIVATE_A, &["Purchase_date"]);
    assert_recorded("activate", &done);
    world.clock.advance_seconds(3_600);
    assert_eq!(activate(KEY, SITE).send(&world).await.json(), done.json(), "the same site again is the same seat");
}

#[tokio::test]
async fn b_a_licence_that_was_stopped_or_has_ended_is_not_valid() {
    let world = World::new().await;
    let vendor = world.vendor_of(sample()).await;
    for how in ["suspended", "revoked", "future", "ended"] {
        let stopped = license(&world, &vendor, &format!("KEY-{how}"), Some(1)).await;
        stop(&world, &stopped, how).await;
        assert_seed(&activate(&format!("KEY-{how}"), SITE).send(&world).await, 400, ACTIVATE_B, &[]);
    }
    let refunded = license(&world, &vendor, "KEY-refunded", Some(1)).await;
    stop(&world, &refunded, "refunded").await;
    assert_recorded("activate_refunded", &activate("KEY-refunded", SITE).send(&world).await);
}

#[tokio::test]
async fn c_and_d_a_key_of_nobody_or_of_another_product_and_a_product_that_is_none() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    let mut other = new_product("other-plugin");
    other.code = Some("OTHER".parse().unwrap());
    latchkey_core::ops::create_product::create_product(&world.core, vendor.account, other).await.unwrap();
    for (product, key) in [(PRODUCT, "NO-SUCH-KEY"), ("OTHER", KEY), ("OTHER", "NO-SUCH-KEY"), (PRODUCT, "k\u{7f}ey")] {
        let refused = ask("activate_license", product, key, SITE).send(&world).await;
        assert_seed(&refused, 400, ACTIVATE_C, &[]);
    }
    for (product, key) in [("nothing", KEY), ("nothing", "NO-SUCH-KEY"), ("not a code", KEY), ("jjpux40f", KEY), ("nothing", "k\u{7f}")] {
        let refused = ask("activate_license", product, key, SITE).send(&world).await;
        assert_seed(&refused, 400, ACTIVATE_D, &[]);
    }
}

#[tokio::test]
async fn e_no_seats_left() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    let full = activate(KEY, OTHER_SITE).send(&world).await;
    assert_seed(&full, 200, ACTIVATE_E, &["Purchase_date"]);
    assert_recorded("activate_no_seats_left", &full);
    assert_eq!(activate(KEY, SITE).send(&world).await.json()["Activation_ok"], true, "who holds a seat keeps it");
    deactivate(KEY, SITE).send(&world).await;
    assert_eq!(activate(KEY, OTHER_SITE).send(&world).await.json()["Activation_ok"], true);
}

#[tokio::test]
async fn an_end_is_a_number_and_no_limit_is_zero() {
    let world = World::new().await;
    let vendor = world.vendor_of(sample()).await;
    let end = Timestamp::parse("2027-03-04T05:06:07Z").unwrap();
    world
        .license(&vendor, |new| {
            new.key = Some(latchkey_core::domain::key::LicenseKey::parse(KEY).unwrap());
            new.seat_limit = Some(latchkey_core::domain::seat::SeatLimit::Unlimited);
            new.validity.until = Some(end);
        })
        .await;
    let done = activate(KEY, SITE).send(&world).await.json();
    assert_eq!(done["Expiry_date"], end.as_seconds());
    assert_eq!((&done["Maximum_activations"], &done["Activation_count"], &done["Username"]), (&json!("0"), &json!("1"), &json!("")));
}

#[tokio::test]
async fn a_form_a_json_body_and_a_query_are_alike_and_so_are_older_names() {
    let world = World::new().await;
    one_license(&world).await;
    let expected = activate(KEY, SITE).send(&world).await.json();
    let fields = [("product_id", PRODUCT), ("license_key", KEY), ("baseurl", SITE)];
    let query = format!("?product_id={PRODUCT}&license_key={KEY}&baseurl=https%3A%2F%2Fexample.com");
    let json = json!({"product_id": PRODUCT, "license_key": KEY, "baseurl": SITE, "slug": {"any": ["thing"]}});
    for ask in [
        post_json("/v2/licenses/activate_license", &json),
        post(&format!("/v2/licenses/activate_license{query}"), "text/plain", b""),
        post_form("/v2/licenses/activate", &fields),
        post_form("/v2/licenses//activate", &fields),
        post_form("/v2/licenses//activate_license/", &fields),
    ] {
        let answer = ask.clone().send(&world).await;
        assert_eq!(answer.json(), expected, "{ask:?}");
    }
    assert_eq!(post_form("/v2/licenses//deactivate", &fields).send(&world).await.json()["license"], "deactivated");
    assert_eq!(post_form("/v2/licenses/deactivate", &fields).send(&world).await.json()["license"], "site_inactive");
}
