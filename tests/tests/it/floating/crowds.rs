//! Many at once want a floating seat.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use latchkey_core::clock::{Clock, ManualClock};
use latchkey_core::core::Core;
use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::license::License;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::table::Freshness;
use latchkey_tests::world::World;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use tokio::task::JoinSet;

use super::{Office, floating, name};

/// A product without the proxy in between, with a clock of its own that stands where the world's does.
fn direct(world: &World) -> (Core, ManualClock) {
    let clock = ManualClock::at(world.core.now());
    let Core { table, random, public_url, .. } = world.direct();
    (Core::new(table, Clock::Manual(clock.clone()), random, public_url), clock)
}

/// All at once; gives who was let in.
async fn crowd(office: &Office, clients: std::ops::Range<usize>) -> BTreeSet<String> {
    let mut tasks = JoinSet::new();
    for number in clients {
        let office = office.clone();
        tasks.spawn(async move { (number, office.request(number).await) });
    }
    let mut let_in = BTreeSet::new();
    for (number, outcome) in tasks.join_all().await {
        match outcome {
            Ok(_) => {
                let_in.insert(name(number));
            }
            Err(refusal) => assert_eq!(refusal, Refusal::NoSeatsLeft, "{number}"),
        }
    }
    let_in
}

/// A crowd at free seats, and a later one at the same seats after their time is over.
async fn trial(world: &World, license: &License, limit: usize, callers: usize) {
    let (core, clock) = direct(world);
    let office = Office::of(core, license);
    for round in 0..2 {
        let let_in = crowd(&office, round * 10_000..round * 10_000 + callers).await;
        assert_eq!(let_in.len(), callers.min(limit), "{callers} callers at limit {limit}, round {round}");
        let stored = office.stored().await;
        assert!(let_in.is_subset(&stored), "who was told yes is stored");
        assert!(stored.len() <= limit);
        clock.advance_seconds(LEASE_SECONDS);
    }
}

async fn trials(number: usize, limit: u32, callers: usize) {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for trial_number in 0..number {
        let license = floating(&world, &vendor, &format!("KEY-{trial_number}"), Some(limit)).await;
        trial(&world, &license, limit as usize, callers).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_the_last_seat_a_hundred_times() {
    trials(100, 1, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_at_five_seats_thirty_times() {
    trials(30, 5, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_hundred_at_two_hundred_seats() {
    trials(1, 200, 300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_seats_on_one_licence() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", Some(1_000)).await;
    let (core, clock) = direct(&world);
    let office = Office::of(core, &license);
    let mut let_in = BTreeSet::new();
    // In groups: what is compared is who gets a seat, and not how a thousand conflicts at once are sorted out.
    for first in (0..1_050).step_by(25) {
        let_in.extend(crowd(&office, first..first + 25).await);
    }
    assert_eq!((let_in.len(), office.stored().await == let_in), (1_000, true));
    // Half of them are heard, and the seats of the others go to whoever comes.
    clock.advance_seconds(LEASE_SECONDS - 1);
    let holders: Vec<usize> = (0..1_050).filter(|number| let_in.contains(&name(*number))).collect();
    let mut tasks = JoinSet::new();
    for number in holders.iter().copied().take(500) {
        let office = office.clone();
        tasks.spawn(async move { office.beat(number).await.map(|_| ()) });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    clock.advance_seconds(1);
    let later = crowd(&office, 2_000..2_030).await;
    assert_eq!(later.len(), 30);
    let stored = office.stored().await;
    assert_eq!(stored.len(), 1_000);
    assert!(holders.iter().take(500).all(|number| stored.contains(&name(*number))), "whoever was heard keeps its seat");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_requests_of_one_client_are_one_seat() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("ONE", Some(1)), ("MANY", Some(100)), ("UNLIMITED", None)] {
        let license = floating(&world, &vendor, key, seats).await;
        let office = Office::of(world.direct(), &license);
        let mut tasks = JoinSet::new();
        for _ in 0..100 {
            let office = office.clone();
            tasks.spawn(async move { office.request(7).await.map(|lent| lent.grant.seats.taken()) });
        }
        assert!(tasks.join_all().await.iter().all(|outcome| *outcome == Ok(1)), "{key}");
        assert_eq!(office.stored().await, BTreeSet::from([name(7)]), "{key}");
    }
}

/// One client's day: it asks, is heard, gives back, or is silent. Gives whether it holds a seat by what it was told.
async fn client_day(office: Office, clock: ManualClock, number: usize, seed: u64) -> (usize, bool) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut holds = false;
    for _ in 0..8 {
        match rng.random_range(0..6) {
            0..3 => match office.request(number).await {
                Ok(_) => holds = true,
                // Its seat may have gone to somebody else in the meantime.
                Err(Refusal::NoSeatsLeft) => holds = false,
                Err(other) => panic!("{other:?}"),
            },
            3 => match office.beat(number).await {
                Ok(_) => assert!(holds, "a heartbeat kept a seat that was never lent"),
                Err(Refusal::SeatExpired | Refusal::NotActivatedHere) => holds = false,
                Err(other) => panic!("{other:?}"),
            },
            4 => {
                match office.release(number).await {
                    Ok(_) | Err(Refusal::NotActivatedHere) => {}
                    Err(other) => panic!("{other:?}"),
                }
                holds = false;
            }
            _ => clock.advance_seconds(100),
        }
    }
    (number, holds)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clients_come_and_go_while_time_passes_and_the_limit_changes_and_it_is_never_oversold() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for seed in 0..25_u64 {
        let license = floating(&world, &vendor, &format!("KEY-{seed}"), Some(3)).await;
        let (core, clock) = direct(&world);
        let office = Office::of(core, &license);
        let stop = Arc::new(AtomicBool::new(false));
        let watcher = tokio::spawn({
            let (office, stop) = (office.clone(), Arc::clone(&stop));
            async move {
                while !stop.load(Ordering::SeqCst) {
                    let grant = office.core.table.grant(office.key.digest(), Freshness::Strong).await.unwrap().unwrap();
                    assert!(grant.seat_limit.number().is_none_or(|limit| grant.seats.taken() <= limit), "oversold");
                    tokio::task::yield_now().await;
                }
            }
        });
        let vendor_day = tokio::spawn({
            let (core, license) = (Arc::clone(&office.core), license.clone());
            async move {
                let mut rng = StdRng::seed_from_u64(seed);
                let edit = Edit { account: license.account, license: license.id, seen: None };
                for _ in 0..6 {
                    let limits = [SeatLimit::Limited(1), SeatLimit::Limited(4), SeatLimit::Limited(60), SeatLimit::Unlimited];
                    match change_seat_limit(&core, edit, *limits.choose(&mut rng).unwrap()).await {
                        Ok(_) | Err(Rejected::SeatsInUse { .. } | Rejected::Fault(_)) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        });
        let mut tasks = JoinSet::new();
        for number in 0..6 {
            tasks.spawn(client_day(office.clone(), clock.clone(), number, seed * 100 + number as u64));
        }
        let told = tasks.join_all().await;
        vendor_day.await.unwrap();
        stop.store(true, Ordering::SeqCst);
        watcher.await.unwrap();
        // Whoever was told that its seat is gone, or gave it back, has none; and all others that are stored were told yes.
        let stored = office.stored().await;
        for (number, holds) in told {
            let holds_by_table = stored.contains(&name(number));
            if holds_by_table && !holds {
                let lease = office.core.table.lease(office.key.digest(), super::client(number).digest()).await.unwrap().unwrap();
                assert!(lease.is_over(office.core.now()), "seed {seed}: client {number} was told that it has no seat, and has one");
            }
        }
    }
}
