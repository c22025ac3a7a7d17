//! `activate` and `deactivate`, as contracts §5 has them.

use latchkey_core::domain::license::LicenseMode;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::signing::verify;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{ask, named, program, public_key, refused, signed, signed_bytes, signed_until, taken, who};
use crate::woosa::{self, stop};

fn members(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn an_activation_answers_the_documented_members_and_a_licence_that_anybody_can_verify() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let until = Timestamp::parse("2027-11-22T00:00:00.5Z");
    let license = signed_until(&world, &vendor, LicenseMode::Activation, 2, until).await;
    let answer = ask("activate", &license, "MACHINE-1").send(&world).await.done();
    let expected = ["activeClientCount", "code", "license", "licenseToken", "maxClientCount", "message", "success", "tokenExpireAt"];
    assert_eq!(members(&answer), expected);
    assert_eq!(members(&answer["license"]), ["expireAt", "licenseId", "licenseKey", "licensingMode", "supportExpireAt"]);
    let end = json!({"seconds": 1_826_841_600, "nanos": 500_000_000});
    assert_eq!((&answer["tokenExpireAt"], &answer["license"]["expireAt"], &answer["license"]["supportExpireAt"]), (&end, &end, &end));
    assert_eq!((&answer["activeClientCount"], &answer["maxClientCount"]), (&json!(1), &json!(2)));
    assert_eq!(answer["license"]["licensingMode"], 1);
    let token = answer["licenseToken"].as_str().unwrap();
    assert!(token.starts_with("actk_") && token.len() == 17, "{token}");
    let said = verify(&signed_bytes(&answer), &public_key()).unwrap();
    assert_eq!(said.id.as_str(), answer["license"]["licenseId"].as_str().unwrap());
    assert!(said.id.as_str().starts_with("lic"));
    // The same machine again holds the same seat, and is told the same.
    world.clock.advance_seconds(100);
    assert_eq!(ask("activate", &license, "MACHINE-1").send(&world).await.done(), answer);
    let other = ask("activate", &license, "MACHINE-2").send(&world).await.done();
    assert_eq!((&other["activeClientCount"], taken(&world, &license).await), (&json!(2), 2));
    assert_ne!(other["licenseToken"], answer["licenseToken"]);
    assert_eq!(named(&ask("activate", &license, "MACHINE-3").send(&world).await), refused(403, "ServerReachedMaxTokenAllowed"));
    let back = ask("deactivate", &license, "MACHINE-1").send(&world).await.done();
    assert_eq!(members(&back), ["activeClientCount", "code", "licenseId", "maxClientCount", "message", "success"]);
    let expected = (&answer["license"]["licenseId"], &json!(1), &json!(2));
    assert_eq!((&back["licenseId"], &back["activeClientCount"], &back["maxClientCount"]), expected);
    assert_eq!(named(&ask("deactivate", &license, "MACHINE-1").send(&world).await), refused(404, "TokenNotFound"));
    assert_eq!(ask("activate", &license, "MACHINE-3").send(&world).await.done()["activeClientCount"], 2);
}

#[tokio::test]
async fn a_licence_without_end_limit_and_signature_says_so() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = world.license_with(&vendor, "KEY", None).await;
    let answer = ask("activate", &license, "MACHINE").send(&world).await.done();
    assert_eq!(
        (&answer["tokenExpireAt"], &answer["license"]["expireAt"], &answer["license"]["supportExpireAt"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!((&answer["maxClientCount"], &answer["license"]["licenseKey"]), (&json!(-1), &json!([])));
    assert_eq!(answer["license"]["licenseId"], "", "what another dialect issued has no public id");
}

#[tokio::test]
async fn every_refusal_has_the_documented_name() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (how, name) in [
        ("revoked", "LicenseRevoked"),
        ("refunded", "LicenseRevoked"),
        ("suspended", "LicenseSuspended"),
        ("future", "LicenseNotYetValid"),
        ("ended", "LicenseExpired"),
    ] {
        let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
        ask("activate", &license, "MACHINE").send(&world).await.done();
        stop(&world, &license, how).await;
        for what in ["activate", "validate"] {
            for machine in ["MACHINE", "ANOTHER"] {
                assert_eq!(named(&ask(what, &license, machine).send(&world).await), refused(403, name), "{how}: {what} {machine}");
            }
        }
        assert_eq!(ask("deactivate", &license, "MACHINE").send(&world).await.done()["activeClientCount"], 0, "{how}: a seat is given back");
    }
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    for key in ["AAAAA-BBBBB-CCCCC-DDDDD", "\u{1}", &"K".repeat(2_000)] {
        for what in ["activate", "deactivate", "validate", "floating/request", "floating/heartbeat", "floating/release"] {
            let unknown = program(what, &json!({"userKey": key, "machineId": "M", "clientId": "C"})).send(&world).await;
            assert_eq!(named(&unknown), refused(404, "LicenseKeyNotFound"), "{what}");
        }
    }
    for what in ["floating/request", "floating/heartbeat"] {
        assert_eq!(named(&ask(what, &license, "M").send(&world).await), refused(403, "LicenseOfOtherMode"), "{what}");
    }
    for mode in [LicenseMode::File, LicenseMode::Floating] {
        let license = signed(&world, &vendor, mode, 3).await;
        assert_eq!(named(&ask("activate", &license, "M").send(&world).await), refused(403, "LicenseOfOtherMode"), "{mode:?}");
    }
}

#[tokio::test]
async fn a_program_that_says_what_it_is_uses_no_licence_of_another_product() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.vendor_of(new_product("other")).await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let of_product = |product: &str| {
        let mut body = who(&license, "MACHINE");
        body["productId"] = product.into();
        body
    };
    let code = vendor.product.code.to_string();
    program("activate", &of_product(&code)).send(&world).await.done();
    for what in ["activate", "deactivate", "validate"] {
        assert_eq!(named(&program(what, &of_product("other")).send(&world).await), refused(403, "LicenseOfOtherProduct"), "{what}");
    }
    assert_eq!(taken(&world, &license).await, 1);
    program("deactivate", &of_product(&code)).send(&world).await.done();
}

#[tokio::test]
async fn machines_and_sites_share_the_seats_of_a_licence() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 2).await;
    let key = license.key.expose();
    ask("activate", &license, "MACHINE").send(&world).await.done();
    assert_eq!(woosa::activate(key, "https://customer-site.com").send(&world).await.status, 200);
    assert_eq!(named(&ask("activate", &license, "ANOTHER").send(&world).await), refused(403, "ServerReachedMaxTokenAllowed"));
    assert_eq!(woosa::activate(key, "https://another.example.com").send(&world).await.status, 403);
    assert_eq!(ask("deactivate", &license, "MACHINE").send(&world).await.done()["activeClientCount"], 1);
    assert_eq!(woosa::activate(key, "https://another.example.com").send(&world).await.status, 200);
    // A machine that is called like a site is a machine.
    assert_eq!(named(&ask("deactivate", &license, "https://customer-site.com").send(&world).await), refused(404, "TokenNotFound"));
}

#[tokio::test]
async fn a_limit_across_both_layouts_keeps_the_tokens() {
    use latchkey_core::domain::seat::SeatLimit;
    use latchkey_core::ops::change_seat_limit::change_seat_limit;
    use latchkey_core::ops::edit_license::Edit;
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let before = ask("activate", &license, "MACHINE").send(&world).await.done();
    for limit in [100, 5] {
        let edit = Edit { account: vendor.account, license: license.id, seen: None };
        change_seat_limit(&world.core, edit, SeatLimit::Limited(limit)).await.unwrap();
        let after = ask("activate", &license, "MACHINE").send(&world).await.done();
        assert_eq!(
            (&after["licenseToken"], &after["activeClientCount"], &after["maxClientCount"]),
            (&before["licenseToken"], &json!(1), &json!(limit))
        );
        let more = ask("activate", &license, &format!("MACHINE-{limit}")).send(&world).await.done();
        assert_eq!(more["activeClientCount"], 2);
        ask("deactivate", &license, &format!("MACHINE-{limit}")).send(&world).await.done();
    }
}
