//! Floating seats: requested, heard, given back, and free on the second at which their time is over.

use latchkey_core::domain::lease::{HEARTBEAT_SECONDS, LEASE_SECONDS};
use latchkey_core::domain::license::LicenseMode;
use latchkey_core::signing::verify;
use latchkey_tests::world::World;
use serde_json::json;

use super::{ask, named, program, public_key, refused, signed, signed_bytes, taken};

#[tokio::test]
async fn a_program_holds_its_seat_as_long_as_it_is_heard() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Floating, 2).await;
    let now = || world.core.now().as_seconds();
    let held = ask("floating/request", &license, "ONE").send(&world).await.done();
    let token = held["licenseToken"].as_str().unwrap().to_owned();
    assert!(token.starts_with("fltk_") && token.len() == 17, "{token}");
    assert_eq!(held["tokenExpireAt"], json!({"seconds": now() + LEASE_SECONDS, "nanos": 0}));
    assert_eq!((&held["activeClientCount"], &held["maxClientCount"]), (&json!(1), &json!(2)));
    assert_eq!((&held["heartbeatInterval"], &held["license"]["licensingMode"]), (&json!(HEARTBEAT_SECONDS), &json!(2)));
    let said = verify(&signed_bytes(&held), &public_key()).unwrap();
    assert_eq!(said.id.as_str(), held["license"]["licenseId"].as_str().unwrap());
    for _ in 0..7 {
        world.clock.advance_seconds(HEARTBEAT_SECONDS);
        let beat = ask("floating/heartbeat", &license, "ONE").send(&world).await.done();
        assert_eq!((&beat["licenseToken"], &beat["tokenExpireAt"]["seconds"]), (&json!(token), &json!(now() + LEASE_SECONDS)));
        assert_eq!(beat["heartbeatInterval"], HEARTBEAT_SECONDS);
    }
    // Asking again is the same seat.
    assert_eq!(ask("floating/request", &license, "ONE").send(&world).await.done()["licenseToken"], token);
    let back = ask("floating/release", &license, "ONE").send(&world).await.done();
    let expected = (&held["license"]["licenseId"], &json!(0), &json!(2));
    assert_eq!((&back["licenseId"], &back["activeClientCount"], &back["maxClientCount"]), expected);
    for what in ["floating/release", "floating/heartbeat"] {
        assert_eq!(named(&ask(what, &license, "ONE").send(&world).await), refused(404, "TokenNotFound"), "{what}");
    }
}

#[tokio::test]
async fn a_seat_whose_time_is_over_is_the_next_ones_at_once() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Floating, 1).await;
    ask("floating/request", &license, "ONE").send(&world).await.done();
    world.clock.advance_seconds(LEASE_SECONDS - 1);
    assert_eq!(named(&ask("floating/request", &license, "TWO").send(&world).await), refused(403, "ServerReachedMaxTokenAllowed"));
    world.clock.advance_seconds(1);
    assert_eq!(named(&ask("floating/heartbeat", &license, "ONE").send(&world).await), refused(403, "TokenExpired"));
    assert_eq!(ask("floating/request", &license, "TWO").send(&world).await.done()["activeClientCount"], 1);
    assert_eq!(named(&ask("floating/heartbeat", &license, "ONE").send(&world).await), refused(404, "TokenNotFound"));
    assert_eq!(taken(&world, &license).await, 1);
}

#[tokio::test]
async fn two_programs_of_one_machine_are_two_seats() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Floating, 2).await;
    for (client, expected) in [("studio", 1), ("viewer", 2), ("studio", 2)] {
        let body = json!({"userKey": license.key.expose(), "machineId": "MACHINE", "clientId": client});
        assert_eq!(program("floating/request", &body).send(&world).await.done()["activeClientCount"], expected, "{client}");
    }
    let third = json!({"userKey": license.key.expose(), "machineId": "MACHINE", "clientId": "third"});
    assert_eq!(named(&program("floating/request", &third).send(&world).await), refused(403, "ServerReachedMaxTokenAllowed"));
}
