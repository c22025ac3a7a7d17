//! More ask than there are seats: never more are let in, and whoever is let in is stored.

use std::sync::Arc;

use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_tests::world::World;
use tokio::task::JoinSet;

use super::{ask, named, signed, taken};
use crate::floating::Office;

/// All at once; gives how many were let in. A fault of ours is asked again.
async fn crowd(world: &Arc<World>, what: &'static str, license: &License, machines: std::ops::Range<usize>) -> usize {
    let mut tasks = JoinSet::new();
    for number in machines {
        let (world, license) = (Arc::clone(world), license.clone());
        tasks.spawn(async move {
            for _ in 0..50 {
                let answer = ask(what, &license, &format!("MACHINE-{number}")).send(&world).await;
                match answer.status.as_u16() {
                    200 => {
                        let answer = answer.done();
                        assert!(answer["activeClientCount"].as_u64() <= answer["maxClientCount"].as_u64(), "{answer}");
                        return 1;
                    }
                    503 => {}
                    _ => {
                        assert_eq!(named(&answer).1, "ServerReachedMaxTokenAllowed");
                        return 0;
                    }
                }
            }
            panic!("fifty faults in a row")
        });
    }
    tasks.join_all().await.into_iter().sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_of_machines_at_few_seats_is_never_oversold() {
    let world = Arc::new(World::new().await);
    let vendor = world.vendor().await;
    for (seats, callers) in [(1, 8), (5, 20), (60, 80)] {
        let license = signed(&world, &vendor, LicenseMode::Activation, seats).await;
        assert_eq!(crowd(&world, "activate", &license, 0..callers).await, seats as usize, "{callers} at {seats}");
        assert_eq!(taken(&world, &license).await, seats);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_of_programs_at_few_floating_seats_is_never_oversold_before_and_after_they_expire() {
    let world = Arc::new(World::new().await);
    let vendor = world.vendor().await;
    for (seats, callers) in [(1, 8), (5, 20)] {
        let license = signed(&world, &vendor, LicenseMode::Floating, seats).await;
        for round in 0..2 {
            let let_in = crowd(&world, "floating/request", &license, round * 100..round * 100 + callers).await;
            assert_eq!((let_in, taken(&world, &license).await), (seats as usize, seats), "{callers} at {seats}, round {round}");
            world.clock.advance_seconds(LEASE_SECONDS);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_machine_that_asks_many_times_at_once_holds_one_seat() {
    let world = Arc::new(World::new().await);
    let vendor = world.vendor().await;
    for (what, mode) in [("activate", LicenseMode::Activation), ("floating/request", LicenseMode::Floating)] {
        let license = signed(&world, &vendor, mode, 3).await;
        let mut tasks = JoinSet::new();
        for _ in 0..20 {
            let (world, license) = (Arc::clone(&world), license.clone());
            tasks.spawn(async move { ask(what, &license, "MACHINE").send(&world).await });
        }
        for answer in tasks.join_all().await {
            if answer.status.as_u16() != 503 {
                assert_eq!(answer.done()["activeClientCount"], 1, "{what}");
            }
        }
        assert_eq!(taken(&world, &license).await, 1, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_programs_hold_a_seat_each_and_the_next_one_waits_for_a_silent_one() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Floating, 1_000).await;
    let office = Office::of(world.direct(), &license);
    for first in (0..1_000).step_by(25) {
        let mut tasks = JoinSet::new();
        for number in first..first + 25 {
            let office = office.clone();
            tasks.spawn(async move { office.request(number).await.unwrap() });
        }
        tasks.join_all().await;
    }
    assert_eq!(taken(&world, &license).await, 1_000);
    assert_eq!(named(&ask("floating/request", &license, "NEXT").send(&world).await).1, "ServerReachedMaxTokenAllowed");
    world.clock.advance_seconds(LEASE_SECONDS - 1);
    office.beat(0).await.unwrap();
    world.clock.advance_seconds(1);
    let let_in = ask("floating/request", &license, "NEXT").send(&world).await.done();
    assert_eq!((&let_in["activeClientCount"], &let_in["maxClientCount"]), (&1_000.into(), &1_000.into()));
    ask("floating/heartbeat", &license, "NEXT").send(&world).await.done();
    assert_eq!(taken(&world, &license).await, 1_000);
    office.beat(0).await.unwrap();
}
