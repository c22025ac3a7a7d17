//! Rubbish: refused in the envelope, and nothing is taken.

use http::Method;
use latchkey_core::domain::license::LicenseMode;
use latchkey_tests::exchange::post;
use latchkey_tests::world::World;
use serde_json::json;

use super::{named, program, refused, signed, taken};

const ALL: [&str; 6] = ["activate", "deactivate", "validate", "floating/request", "floating/heartbeat", "floating/release"];

#[tokio::test]
async fn members_that_are_missing_wrong_or_too_long_are_named() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let activated = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let floats = signed(&world, &vendor, LicenseMode::Floating, 3).await;
    let (long_machine, long_client, long_name) = ("m".repeat(201), "c".repeat(101), "n".repeat(65));
    for what in ALL {
        let license = if what.starts_with("floating") { &floats } else { &activated };
        let key = license.key.expose();
        let is_floating = what.starts_with("floating");
        for (body, member) in [
            (json!({}), Some("userKey")),
            (json!({"userKey": null}), Some("userKey")),
            (json!({"userKey": "  "}), Some("userKey")),
            (json!({"userKey": 7}), Some("userKey")),
            (json!({"userKey": [key]}), Some("userKey")),
            (json!({"userKey": key}), (what != "validate").then_some("machineId")),
            (json!({"userKey": key, "machineId": {}}), Some("machineId")),
            (json!({"userKey": key, "machineId": -1}), Some("machineId")),
            (json!({"userKey": key, "machineId": long_machine}), Some("machineId")),
            (json!({"userKey": key, "machineId": "a\u{0}b"}), Some("machineId")),
            (json!({"userKey": key, "machineId": "M"}), is_floating.then_some("clientId")),
            (json!({"userKey": key, "machineId": "M", "clientId": long_client}), Some("clientId")),
            (json!({"userKey": key, "machineId": "M", "clientId": false}), Some("clientId")),
            (json!({"userKey": key, "machineId": "M", "clientId": "C", "clientName": long_name}), Some("clientName")),
            (json!({"userKey": key, "machineId": "M", "clientId": "C", "licenseKey": "text"}), Some("licenseKey")),
            (json!({"userKey": key, "machineId": "M", "clientId": "C", "licenseKey": [256]}), Some("licenseKey")),
            (json!({"userKey": key, "machineId": "\u{20ac}".repeat(200), "clientId": "C"}), is_floating.then_some("clientId")),
        ] {
            let Some(member) = member else { continue };
            let answer = program(what, &body).send(&world).await;
            assert_eq!(named(&answer), refused(400, "InvalidMember"), "{what}: {body}");
            assert!(answer.refused().2.contains(member), "{what}: {body}: {}", answer.refused().2);
        }
    }
    assert_eq!((taken(&world, &activated).await, taken(&world, &floats).await), (0, 0));
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let world = World::new().await;
    world.vendor().await;
    for what in ALL {
        let path = format!("/v1/license/{what}");
        let long = vec![b' '; 64 * 1024 + 1];
        let deep = "[".repeat(20_000);
        for (kind, body, status, name) in [
            ("application/json", &b""[..], 400, "InvalidBody"),
            ("application/json", b"[]", 400, "InvalidBody"),
            ("application/json", b"null", 400, "InvalidBody"),
            ("application/json", b"{\"userKey\":\"\xff\"}", 400, "InvalidBody"),
            ("application/json", b"{} {}", 400, "InvalidBody"),
            ("application/json", deep.as_bytes(), 400, "InvalidBody"),
            ("application/json", &long, 413, "TooLarge"),
            ("text/plain", b"{}", 415, "UnsupportedMediaType"),
            ("application/x-www-form-urlencoded", b"userKey=K", 415, "UnsupportedMediaType"),
        ] {
            let answer = post(&path, kind, body).send(&world).await;
            assert_eq!(named(&answer), refused(status, name), "{what}: {kind}");
        }
        let answer = post(&path, "application/json", b"{}").method(Method::GET).send(&world).await;
        assert_eq!(named(&answer), refused(405, "NoMethod"), "{what}");
    }
    for path in ["/v1/license/", "/v1/license/nothing", "/v1/license/floating", "/v1/license/activate/1"] {
        assert_eq!(named(&post(path, "application/json", b"{}").send(&world).await), refused(404, "NoRoute"), "{path}");
    }
}

#[tokio::test]
async fn members_that_are_not_known_are_ignored_and_the_text_is_trimmed() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let key = format!("  {} ", license.key.expose());
    let body = json!({"userKey": key, "machineId": " M ", "clientId": "", "clientName": null, "more": {"deep": [1, 2, 3]}, "licenseId": 7});
    let first = program("activate", &body).send(&world).await.done();
    let again = program("activate", &json!({"userKey": license.key.expose(), "machineId": "M"})).send(&world).await.done();
    assert_eq!((&first, taken(&world, &license).await), (&again, 1));
}
