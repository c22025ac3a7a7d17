//! `validate`: the licence, the seat, the token and the signed licence.

use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::license::LicenseMode;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{ask, named, program, refused, signed, signed_bytes, taken, who};

fn with(mut body: Value, member: &str, value: impl Into<Value>) -> Value {
    body[member] = value.into();
    body
}

#[tokio::test]
async fn a_seat_is_valid_while_it_is_held_in_every_mode() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for seats in [3, 100] {
        let license = signed(&world, &vendor, LicenseMode::Activation, seats).await;
        assert_eq!(named(&ask("validate", &license, "MACHINE").send(&world).await), refused(404, "TokenNotFound"));
        let held = ask("activate", &license, "MACHINE").send(&world).await.done();
        assert_eq!(
            ask("validate", &license, "MACHINE").send(&world).await.done(),
            held,
            "what is valid is told as it was when it was given"
        );
        ask("deactivate", &license, "MACHINE").send(&world).await.done();
        assert_eq!(named(&ask("validate", &license, "MACHINE").send(&world).await), refused(404, "TokenNotFound"));
    }
    let license = signed(&world, &vendor, LicenseMode::Floating, 3).await;
    assert_eq!(named(&ask("validate", &license, "MACHINE").send(&world).await), refused(404, "TokenNotFound"));
    let held = ask("floating/request", &license, "MACHINE").send(&world).await.done();
    let valid = ask("validate", &license, "MACHINE").send(&world).await.done();
    assert_eq!((&valid["licenseToken"], &valid["tokenExpireAt"]), (&held["licenseToken"], &held["tokenExpireAt"]));
    let nameless = program("validate", &json!({"userKey": license.key.expose(), "machineId": "MACHINE"})).send(&world).await;
    assert_eq!(named(&nameless), refused(404, "TokenNotFound"), "a floating seat is a program's");
    world.clock.advance_seconds(LEASE_SECONDS);
    assert_eq!(named(&ask("validate", &license, "MACHINE").send(&world).await), refused(403, "TokenExpired"));
    let license = signed(&world, &vendor, LicenseMode::File, 3).await;
    let valid = ask("validate", &license, "MACHINE").send(&world).await.done();
    assert_eq!(
        (&valid["licenseToken"], &valid["tokenExpireAt"], &valid["license"]["licensingMode"]),
        (&json!(""), &Value::Null, &json!(0))
    );
    assert_eq!(taken(&world, &license).await, 0);
}

#[tokio::test]
async fn without_a_machine_the_licence_alone_is_validated() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for mode in [LicenseMode::File, LicenseMode::Activation, LicenseMode::Floating] {
        let license = signed(&world, &vendor, mode, 3).await;
        let valid = program("validate", &json!({"userKey": license.key.expose(), "machineId": null})).send(&world).await.done();
        assert_eq!((&valid["licenseToken"], &valid["activeClientCount"]), (&json!(""), &json!(0)), "{mode:?}");
        assert!(!signed_bytes(&valid).is_empty());
    }
}

#[tokio::test]
async fn a_token_is_compared_with_the_one_that_is_held() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let token = ask("activate", &license, "MACHINE").send(&world).await.done()["licenseToken"].clone();
    let validate = |token: Value| program("validate", &with(who(&license, "MACHINE"), "licenseToken", token));
    validate(token.clone()).send(&world).await.done();
    for tampered in ["actk_", "x", "ACTK_abcdefghijkl", "actk_abcdefghijk!", "actk_abcdefghijklm"] {
        assert_eq!(named(&validate(tampered.into()).send(&world).await), refused(422, "TokenTampered"), "{tampered}");
    }
    assert_eq!(named(&validate("actk_abcdefghijkl".into()).send(&world).await), refused(404, "TokenNotFound"));
    // A seat that was given up and taken again is another token.
    ask("deactivate", &license, "MACHINE").send(&world).await.done();
    world.clock.advance_seconds(1);
    ask("activate", &license, "MACHINE").send(&world).await.done();
    assert_eq!(named(&validate(token).send(&world).await), refused(404, "TokenNotFound"));
}

#[tokio::test]
async fn a_signed_licence_that_was_changed_is_told_from_one_of_before_a_change() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let other = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let bytes = signed_bytes(&ask("activate", &license, "MACHINE").send(&world).await.done());
    let others = signed_bytes(&ask("activate", &other, "MACHINE").send(&world).await.done());
    let validate = |bytes: Vec<u8>| program("validate", &with(who(&license, "MACHINE"), "licenseKey", bytes));
    validate(bytes.clone()).send(&world).await.done();
    for place in (0..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        assert_eq!(named(&validate(changed).send(&world).await), refused(422, "LicenseTampered"), "byte {place}");
    }
    assert_eq!(named(&validate(others).send(&world).await), refused(422, "LicenseTampered"), "another licence's");
    assert_eq!(named(&validate(bytes[..bytes.len() / 2].to_vec()).send(&world).await), refused(422, "LicenseTampered"));
    // The vendor lengthens the licence: what was signed before is still genuine, and the answer has the new one.
    let edit = latchkey_core::ops::edit_license::Edit { account: vendor.account, license: license.id, seen: None };
    let validity = latchkey_core::domain::license::Validity {
        from: None,
        until: latchkey_core::domain::time::Timestamp::parse("2030-01-01T00:00:00Z"),
    };
    latchkey_core::ops::change_validity::change_validity(&world.core, edit, validity).await.unwrap();
    let renewed = signed_bytes(&validate(bytes.clone()).send(&world).await.done());
    assert_ne!(renewed, bytes);
    let unsigned = world.license_with(&vendor, "KEY", Some(3)).await;
    let body = with(json!({"userKey": "KEY"}), "licenseKey", bytes);
    assert_eq!(named(&program("validate", &body).send(&world).await), refused(422, "LicenseTampered"), "{}", unsigned.id);
}

#[tokio::test]
async fn validating_takes_nothing_and_renews_nothing() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Floating, 1).await;
    ask("floating/request", &license, "ONE").send(&world).await.done();
    for _ in 0..3 {
        world.clock.advance_seconds(LEASE_SECONDS / 3 - 1);
        ask("validate", &license, "ONE").send(&world).await.done();
    }
    world.clock.advance_seconds(3);
    ask("floating/request", &license, "TWO").send(&world).await.done();
    assert_eq!(named(&ask("validate", &license, "ONE").send(&world).await), refused(404, "TokenNotFound"));
    assert_eq!(taken(&world, &license).await, 1);
}
