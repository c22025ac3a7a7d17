//! Floating seats while the store is broken (reliability F1, F5, F6, F8, F9; I1, I3, I6, I7).

use std::collections::BTreeSet;

use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::failure::Failure;
use latchkey_core::ops::heartbeat::{Beat, heartbeat};
use latchkey_core::ops::release_floating::release_floating;
use latchkey_core::ops::request_floating::{RequestFloating, request_floating};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;

use super::{Office, client, floating, name};
use crate::faults::{passing, staying, world};
use crate::woosa::stop;

/// One attempt of a client, without a second try.
async fn once(office: &Office, what: &str, number: usize) -> Result<(), Failure> {
    let client = client(number);
    let beat = Beat { key: &office.key, product: ProductClaim::Any, client: &client };
    match what {
        "request" => {
            let ask = RequestFloating { key: &office.key, product: ProductClaim::Any, client: &client, name: None, address: None };
            request_floating(&office.core, ask).await.map(|_| ())
        }
        "heartbeat" => heartbeat(&office.core, beat).await.map(|_| ()),
        _ => release_floating(&office.core, beat).await.map(|_| ()),
    }
}

/// A licence of two seats of which client 0 holds one.
async fn office(world: &World, key: &str) -> Office {
    let vendor = world.vendor().await;
    let office = Office::of(world.core.clone(), &floating(world, &vendor, key, Some(2)).await);
    office.request(0).await.unwrap();
    office
}

#[tokio::test]
async fn what_passes_is_not_noticed() {
    let world = world().await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        let office = office(&world, &format!("KEY-{number}")).await;
        let struck = async |ask: &str, client: usize| {
            world.table.inject(rule.clone());
            let outcome = once(&office, ask, client).await;
            world.table.clear();
            outcome
        };
        struck("request", 1).await.unwrap_or_else(|failure| panic!("{what}: a new seat: {failure}"));
        struck("request", 1).await.unwrap_or_else(|failure| panic!("{what}: one's own seat: {failure}"));
        assert_eq!(office.stored().await, BTreeSet::from([name(0), name(1)]), "{what}");
        assert!(matches!(struck("request", 2).await, Err(Failure::Refused(Refusal::NoSeatsLeft))), "{what}");
        struck("heartbeat", 1).await.unwrap_or_else(|failure| panic!("{what}: a heartbeat: {failure}"));
        world.clock.advance_seconds(LEASE_SECONDS);
        struck("request", 2).await.unwrap_or_else(|failure| panic!("{what}: a seat whose time is over: {failure}"));
        let stored = office.stored().await;
        assert!(stored.contains(&name(2)) && stored.len() == 2, "{what}: {stored:?}");
        struck("release", 2).await.unwrap_or_else(|failure| panic!("{what}: giving back: {failure}"));
        assert_eq!(office.stored().await.len(), 1, "{what}");
        assert!(matches!(struck("release", 2).await, Err(Failure::Refused(Refusal::NotActivatedHere))), "{what}");
    }
}

#[tokio::test]
async fn what_stays_is_a_fault_of_ours_and_never_a_refusal() {
    let world = world().await;
    for (number, (what, fault)) in staying().into_iter().enumerate() {
        let office = office(&world, &format!("KEY-{number}")).await;
        world.table.inject(Rule::every(fault));
        for (ask, client) in [("request", 0), ("request", 1), ("heartbeat", 0), ("heartbeat", 1), ("release", 0)] {
            assert!(matches!(once(&office, ask, client).await, Err(Failure::Fault(_))), "{what}: {ask}");
        }
        world.table.clear();
        assert_eq!(office.stored().await, BTreeSet::from([name(0)]), "{what}");
        assert!(once(&office, "request", 1).await.is_ok(), "{what}: and then it works again");
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_for_good_leaves_what_a_retry_finds() {
    let world = world().await;
    let office = office(&world, "KEY").await;
    world.table.inject(Rule::every(Fault::DropAfter));
    assert!(matches!(once(&office, "request", 1).await, Err(Failure::Fault(_))));
    world.table.clear();
    assert_eq!(office.request(1).await.unwrap().grant.seats.taken(), 2);
    assert_eq!(office.stored().await, BTreeSet::from([name(0), name(1)]));
}

#[tokio::test]
async fn a_process_that_dies_between_two_calls_leaves_nothing_half_done() {
    // F17: by the index of the call at which it dies, until it lives long enough.
    let world = world().await;
    for (what, ready) in [("request", 0), ("request of a seat that is over", 0), ("release", 2)] {
        for index in 0..20 {
            let office = office(&world, &format!("{what} {index}").replace(' ', "-")).await;
            office.request(1).await.unwrap();
            if what.ends_with("over") {
                world.clock.advance_seconds(LEASE_SECONDS);
            } else if what == "request" {
                office.release(1).await.unwrap();
            } else {
                assert_eq!(ready, office.stored().await.len());
            }
            world.table.reset_calls();
            world.table.kill_at(index);
            let done = once(&office, what.split(' ').next().unwrap(), 1 + usize::from(what != "release")).await;
            world.table.revive();
            let stored = office.stored().await;
            if done.is_ok() {
                assert_eq!(stored.contains(&name(2)), what != "release", "{what} {index}: {stored:?}");
                break;
            }
            assert!(matches!(done, Err(Failure::Fault(_))), "{what} {index}: {done:?}");
            assert!(stored.len() <= 2, "{what} {index}: {stored:?}");
            match what {
                "release" => assert!(matches!(office.release(1).await, Ok(1) | Err(Refusal::NotActivatedHere))),
                _ => assert!(office.request(2).await.unwrap().grant.seats.taken() <= 2),
            }
            assert!(index < 19, "it never lived long enough");
        }
    }
}

#[tokio::test]
async fn a_licence_that_is_stopped_between_a_lost_answer_and_its_retry_makes_no_refusal_that_holds_a_seat() {
    let world = world().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", Some(2)).await;
    let office = Office::of(world.core.clone(), &license);
    world.table.inject(Rule::first(1, Fault::DropAfter).on("TransactWriteItems"));
    world.table.inject(Rule::first(2, Fault::Delay(std::time::Duration::from_millis(300))).on("TransactWriteItems"));
    let stopped = async {
        let direct = world.direct();
        while direct.table.lease(license.key.digest(), client(1).digest()).await.unwrap().is_none() {}
        stop(&world, &license, "suspended").await;
    };
    let (asked, ()) = tokio::join!(once(&office, "request", 1), stopped);
    world.table.clear();
    assert!(asked.is_ok(), "{asked:?}");
    assert_eq!(office.stored().await, BTreeSet::from([name(1)]));
}
