//! Licensed programs while the store is broken (reliability F1, F5, F6, F8, F9, F17; I1, I2, I3, I6, I7).

use latchkey_core::domain::license::LicenseMode;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;

use super::{ask, named, refused, signed, taken};
use crate::faults::{passing, staying, world};

/// A fault of ours reads as one: in the envelope, with when to ask again.
fn assert_fault(answer: &Exchange, what: &str) {
    let (status, name) = named(answer);
    assert!([(503, "Unavailable"), (500, "InternalError")].contains(&(status, name.as_str())), "{what}: {status} {name}");
    assert_eq!(answer.header("retry-after"), Some("30"), "{what}");
}

#[tokio::test]
async fn what_passes_is_not_noticed() {
    let world = world().await;
    let vendor = world.vendor().await;
    for (what, rule) in passing() {
        let activated = signed(&world, &vendor, LicenseMode::Activation, 3).await;
        let floats = signed(&world, &vendor, LicenseMode::Floating, 3).await;
        for (operation, license) in [
            ("activate", &activated),
            ("validate", &activated),
            ("deactivate", &activated),
            ("floating/request", &floats),
            ("floating/heartbeat", &floats),
            ("floating/release", &floats),
        ] {
            world.table.inject(rule.clone());
            let answer = ask(operation, license, "MACHINE").send(&world).await;
            world.table.clear();
            answer.done();
            let holds = u32::from(!operation.ends_with("deactivate") && !operation.ends_with("release"));
            assert_eq!(taken(&world, license).await, holds, "{what}: {operation}");
        }
    }
}

#[tokio::test]
async fn what_stays_is_a_fault_of_ours_and_never_a_refusal() {
    let world = world().await;
    let vendor = world.vendor().await;
    let activated = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let floats = signed(&world, &vendor, LicenseMode::Floating, 3).await;
    ask("activate", &activated, "HELD").send(&world).await.done();
    ask("floating/request", &floats, "HELD").send(&world).await.done();
    for (what, fault) in staying() {
        world.table.inject(Rule::every(fault));
        for (operation, license, machine) in [
            ("activate", &activated, "HELD"),
            ("activate", &activated, "NEW"),
            ("validate", &activated, "HELD"),
            ("deactivate", &activated, "HELD"),
            ("floating/request", &floats, "NEW"),
            ("floating/heartbeat", &floats, "HELD"),
            ("floating/release", &floats, "HELD"),
        ] {
            assert_fault(&ask(operation, license, machine).send(&world).await, &format!("{what}: {operation}"));
        }
        world.table.clear();
        assert_eq!((taken(&world, &activated).await, taken(&world, &floats).await), (1, 1), "{what}");
        world.clock.advance_seconds(61);
        ask("floating/heartbeat", &floats, "HELD").send(&world).await.done();
    }
}

#[tokio::test]
async fn a_process_that_dies_between_two_calls_leaves_what_a_retry_finds() {
    let world = world().await;
    let vendor = world.vendor().await;
    for (operation, mode, undo) in [
        ("activate", LicenseMode::Activation, "deactivate"),
        ("deactivate", LicenseMode::Activation, "activate"),
        ("floating/request", LicenseMode::Floating, "floating/release"),
        ("floating/release", LicenseMode::Floating, "floating/request"),
    ] {
        for index in 0..20 {
            let license = signed(&world, &vendor, mode, 1).await;
            let gives_back = operation.ends_with("deactivate") || operation.ends_with("release");
            if gives_back {
                ask(undo, &license, "MACHINE").send(&world).await.done();
            }
            world.table.reset_calls();
            world.table.kill_at(index);
            let answer = ask(operation, &license, "MACHINE").send(&world).await;
            world.table.revive();
            let stored = taken(&world, &license).await;
            if answer.status == 200 {
                answer.done();
                assert_eq!(stored, u32::from(!gives_back), "{operation} {index}");
                break;
            }
            assert_fault(&answer, &format!("{operation} {index}"));
            assert!(index < 19, "it never lived long enough");
            // The program asks again, and everything is as if nothing had been.
            let again = ask(operation, &license, "MACHINE").send(&world).await;
            if gives_back && stored == 0 {
                assert_eq!(named(&again), refused(404, "TokenNotFound"), "{operation} {index}: it was given back");
            } else {
                again.done();
            }
            assert_eq!(taken(&world, &license).await, u32::from(!gives_back), "{operation} {index}");
        }
    }
}

#[tokio::test]
async fn a_lost_answer_is_the_same_seat_and_the_same_token_when_it_is_asked_again() {
    let world: World = world().await;
    let vendor = world.vendor().await;
    for (operation, mode, write) in
        [("activate", LicenseMode::Activation, "UpdateItem"), ("floating/request", LicenseMode::Floating, "TransactWriteItems")]
    {
        let license = signed(&world, &vendor, mode, 1).await;
        world.table.inject(Rule::every(Fault::DropAfter).on(write));
        assert_fault(&ask(operation, &license, "MACHINE").send(&world).await, operation);
        world.table.clear();
        assert_eq!(taken(&world, &license).await, 1, "{operation}");
        let found = ask(operation, &license, "MACHINE").send(&world).await.done();
        assert_eq!(found["activeClientCount"], 1, "{operation}");
        let valid = ask("validate", &license, "MACHINE").send(&world).await.done();
        assert_eq!(valid["licenseToken"], found["licenseToken"], "{operation}");
    }
}
