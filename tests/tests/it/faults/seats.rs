//! Taking and giving up seats while the store is broken, in both layouts.

use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::Device;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::proxy::Rule;
use latchkey_tests::world::World;

use super::{passing, staying, world};
use crate::concurrency::{Shared, sites};
use crate::woosa::{activate, deactivate, info, software_info};

/// Both layouts, with a licence of each that has one seat taken.
async fn licenses(world: &World, name: &str) -> Vec<License> {
    let vendor = world.vendor().await;
    let mut licenses = Vec::new();
    for (layout, seats) in [("MAP", 3), ("ITEMS", 100)] {
        let license = world.license_with(&vendor, &format!("{layout}-{name}"), Some(seats)).await;
        assert_eq!(activate(license.key.expose(), "https://site-0.example.com").send(world).await.status, 200);
        licenses.push(license);
    }
    licenses
}

async fn stored(world: &World, license: &License) -> Vec<String> {
    Shared::new(world, &license.key).stored(&sites(3)).await
}

fn assert_fault_of_ours(answer: &Exchange, what: &str) {
    assert!(answer.status.is_server_error(), "{what}: {} {:?}", answer.status, answer.code());
    assert!(answer.header("retry-after").is_some(), "{what}");
    assert!(["service_unavailable", "internal_server_error"].contains(&answer.code().unwrap().as_str()), "{what}");
}

#[tokio::test]
async fn an_activation_comes_through_what_passes() {
    let world = world().await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        for license in licenses(&world, &format!("A{number}")).await {
            world.table.inject(rule.clone());
            let answer = activate(license.key.expose(), "https://site-1.example.com").send(&world).await;
            world.table.clear();
            assert_eq!(answer.status, 200, "{what}: {:?}", answer.code());
            assert_eq!(answer.json()["license"]["activations"], 2, "{what}");
            assert_eq!(stored(&world, &license).await.len(), 2, "{what}");
        }
    }
}

#[tokio::test]
async fn a_deactivation_comes_through_what_passes() {
    let world = world().await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        for license in licenses(&world, &format!("D{number}")).await {
            world.table.inject(rule.clone());
            let answer = deactivate(license.key.expose(), "https://site-0.example.com").send(&world).await;
            world.table.clear();
            assert_eq!(answer.status, 200, "{what}: {:?}", answer.code());
            assert_eq!(answer.json()["license"]["activations"], 0, "{what}");
            assert!(stored(&world, &license).await.is_empty(), "{what}");
        }
    }
}

#[tokio::test]
async fn a_refusal_stays_a_refusal() {
    let world = world().await;
    let vendor = world.vendor().await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        let key = format!("FULL-{number}");
        let license = world.license_with(&vendor, &key, Some(1)).await;
        activate(&key, "https://site-0.example.com").send(&world).await;
        world.table.inject(rule.clone());
        let refused = activate(&key, "https://site-1.example.com").send(&world).await;
        world.table.clear();
        assert_eq!(refused.code().unwrap(), "activation_limit_reached", "{what}");
        assert_eq!(stored(&world, &license).await, ["site-0.example.com"], "{what}");
        world.table.inject(rule);
        let none = deactivate(&key, "https://site-1.example.com").send(&world).await;
        world.table.clear();
        assert_eq!(none.code().unwrap(), "site_not_registered", "{what}");
        assert_eq!(stored(&world, &license).await, ["site-0.example.com"], "{what}");
    }
}

#[tokio::test]
async fn what_stays_is_a_fault_of_ours_and_never_a_refusal() {
    let world = world().await;
    for (number, (what, fault)) in staying().into_iter().enumerate() {
        for license in licenses(&world, &format!("S{number}")).await {
            let key = license.key.expose();
            world.table.inject(Rule::every(fault.clone()));
            for ask in [
                activate(key, "https://site-1.example.com"),
                deactivate(key, "https://site-0.example.com"),
                info(key),
                software_info(key, "https://site-0.example.com"),
            ] {
                assert_fault_of_ours(&ask.send(&world).await, what);
            }
            world.table.clear();
            assert_eq!(stored(&world, &license).await, ["site-0.example.com"], "{what}");
            assert_eq!(activate(key, "https://site-1.example.com").send(&world).await.status, 200, "{what}: and then it works again");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_for_good_leaves_what_a_retry_finds() {
    let world = world().await;
    for license in licenses(&world, "LOST").await {
        let key = license.key.expose();
        world.table.inject(Rule::every(latchkey_tests::proxy::Fault::DropAfter));
        assert_fault_of_ours(&activate(key, "https://site-1.example.com").send(&world).await, "activate");
        world.table.clear();
        let again = activate(key, "https://site-1.example.com").send(&world).await;
        assert_eq!(again.json()["license"]["activations"], 2);
        assert_eq!(stored(&world, &license).await.len(), 2);
    }
}

#[tokio::test]
async fn a_licence_that_is_stopped_between_a_lost_answer_and_its_retry_makes_no_refusal_that_holds_a_seat() {
    let world = world().await;
    for license in licenses(&world, "BETWEEN").await {
        let key = license.key.expose().to_owned();
        // The write is carried out and its answer lost; the next attempts wait long enough for the vendor to step in.
        world.table.inject(Rule::first(1, latchkey_tests::proxy::Fault::DropAfter));
        world.table.inject(Rule::first(2, latchkey_tests::proxy::Fault::Delay(std::time::Duration::from_millis(300))));
        let asked = async { activate(&key, "https://site-1.example.com").send(&world).await };
        let stopped = async {
            let core = world.direct();
            let seat = Device::parse("site-1.example.com").unwrap().digest();
            while core.table.look(license.key.digest(), seat).await.unwrap().seat.is_none() {}
            let edit = latchkey_core::ops::edit_license::Edit { account: license.account, license: license.id, seen: None };
            latchkey_core::ops::suspend_license::suspend_license(&core, edit, None).await.unwrap();
        };
        let (answer, ()) = tokio::join!(asked, stopped);
        world.table.clear();
        let calls: Vec<_> = world.table.calls().iter().map(|call| (call.operation.clone(), call.fault.clone(), call.status)).collect();
        assert_eq!(answer.status, 200, "{:?} {calls:?}", answer.code());
        assert_eq!(stored(&world, &license).await.len(), 2);
        let later = activate(&key, "https://site-2.example.com").send(&world).await;
        assert_eq!(later.code().unwrap(), "license_suspended");
        assert_eq!(stored(&world, &license).await.len(), 2);
    }
}

#[tokio::test]
async fn a_look_that_is_stale_is_confirmed_before_it_is_a_no() {
    // F10: the first, eventually consistent read may come from before the activation. The second one may not.
    let world = world().await;
    for license in licenses(&world, "STALE").await {
        let key = license.key.expose();
        software_info(key, "https://never.example.com").send(&world).await;
        let calls = world.table.calls();
        let last = calls.last().unwrap();
        // A transaction reads what is committed.
        assert!(last.operation == "TransactGetItems" || last.json()["ConsistentRead"] == true, "{}", last.operation);
    }
}
