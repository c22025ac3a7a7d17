//! A fault of ours is 503 or 500 with `Retry-After`, in each endpoint's own shape, and never reads as a refusal (reliability I7).

use latchkey_tests::exchange::get;
use latchkey_tests::proxy::Rule;

use super::version::README;
use super::{KEY, PRODUCT, SITE, VERBS, activate, ask, assert_recorded, one_license, package, publish, push_file, version};
use crate::faults::{passing, staying, world};

#[tokio::test]
async fn what_stays_is_a_fault_of_ours_everywhere() {
    let world = world().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(&world).await;
    let link = package(&version(KEY, SITE).send(&world).await);
    for (number, (what, fault)) in staying().into_iter().enumerate() {
        world.table.inject(Rule::every(fault));
        for verb in VERBS {
            let answer = ask(verb, PRODUCT, KEY, SITE).send(&world).await;
            assert!(answer.status.is_server_error() && answer.header("retry-after").is_some(), "{what} {verb}: {}", answer.status);
            let json = answer.json();
            let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!((names, &json["success"]), (vec!["message", "success"], &false.into()), "{what} {verb}");
            if number == 0 {
                assert_recorded(&format!("fault_{verb}"), &answer);
            }
        }
        for (ask, kind) in [
            (push_file(&link), "text/plain; charset=utf-8"),
            (get("/v2/licenses/changelog", &[("product_id", PRODUCT)]), "text/html; charset=utf-8"),
        ] {
            let answer = ask.send(&world).await;
            assert!(answer.status.is_server_error() && answer.header("retry-after").is_some(), "{what} {kind}: {}", answer.status);
            assert_eq!(answer.header("content-type"), Some(kind), "{what}");
        }
        world.table.clear();
        assert_eq!(ask("check_license", PRODUCT, KEY, SITE).send(&world).await.json()["license"], "valid", "{what}: and then it works");
    }
}

#[tokio::test]
async fn what_passes_is_not_noticed() {
    let world = world().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", README).await;
    for (what, rule) in passing() {
        for (verb, member) in [("activate_license", "Activation_ok"), ("get_version", "package"), ("deactivate_license", "success")] {
            world.clock.advance_seconds(60);
            world.table.inject(rule.clone());
            let answer = ask(verb, PRODUCT, KEY, SITE).send(&world).await;
            world.table.clear();
            let json = answer.json();
            assert!(json[member] == true || json[member].is_string(), "{what} {verb}: {json}");
        }
    }
}

#[tokio::test]
async fn a_stale_no_is_confirmed_and_an_unknown_product_is_looked_up_strongly() {
    let world = world().await;
    one_license(&world).await;
    for (verb, product, key, expected) in [
        ("check_license", PRODUCT, KEY, vec![false, true]),
        ("check_license", PRODUCT, "NO-SUCH-KEY", vec![false, true, true]),
        ("get_version", "nothing", KEY, vec![false, true, true]),
    ] {
        ask("check_license", PRODUCT, KEY, SITE).send(&world).await;
        world.table.reset_calls();
        ask(verb, product, key, SITE).send(&world).await;
        let strong: Vec<bool> = world.table.calls().iter().map(|call| call.json()["ConsistentRead"] == true).collect();
        assert_eq!(strong, expected, "{verb} {product} {key}");
    }
}
