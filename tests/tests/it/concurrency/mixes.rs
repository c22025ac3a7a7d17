//! Sites come and go while the vendor changes the limit and stops and resumes the licence.
//!
//! Each site asks one thing after the other and remembers what it was told; at the end the table must hold exactly what the
//! last answers say. A watcher reads all the while that no more seats are taken than the limit that stands beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use latchkey_core::domain::license::License;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::ops::resume_license::resume_license;
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_core::table::Freshness;
use latchkey_tests::world::World;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use tokio::task::JoinSet;

use super::{Shared, sites};

/// One site's day: `steps` times it activates or deactivates. Gives whether it holds a seat by what it was told.
async fn site_day(shared: Shared, site: String, steps: usize, seed: u64) -> (String, bool) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut holds = false;
    for _ in 0..steps {
        if rng.random_ratio(3, 5) {
            match shared.activate(&site).await {
                Ok(_) => holds = true,
                Err(Refusal::NoSeatsLeft) => assert!(!holds, "{site} holds a seat and is told that none is left"),
                Err(Refusal::Suspended) => {}
                Err(other) => panic!("{site}: {other:?}"),
            }
        } else {
            match shared.deactivate(&site).await {
                Ok(_) => {
                    assert!(holds, "{site} was told that it gave up a seat that it did not hold");
                    holds = false;
                }
                Err(Refusal::NotActivatedHere) => assert!(!holds, "{site} holds a seat and is told that it does not"),
                Err(other) => panic!("{site}: {other:?}"),
            }
        }
    }
    (site, holds)
}

/// The vendor's day: the limit goes up and down, across 50 and back, and the licence is stopped and resumed.
async fn vendor_day(shared: Shared, license: License, limits: Vec<SeatLimit>, steps: usize, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let edit = Edit { account: license.account, license: license.id, seen: None };
    for _ in 0..steps {
        if rng.random_ratio(1, 4) {
            // Where a fault comes in between, the licence is stopped or resumed already.
            let _ = suspend_license(&shared.core, edit, None).await;
            tokio::task::yield_now().await;
            while resume_license(&shared.core, edit).await.is_err_and(|rejected| matches!(rejected, Rejected::Fault(_))) {}
        } else {
            match change_seat_limit(&shared.core, edit, *limits.choose(&mut rng).unwrap()).await {
                Ok(_) | Err(Rejected::SeatsInUse { .. } | Rejected::Fault(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }
}

/// Reads, until it is told to stop, that the licence is not oversold.
async fn watch(shared: Shared, stop: Arc<AtomicBool>) -> usize {
    let mut looks = 0;
    while !stop.load(Ordering::SeqCst) {
        let grant = shared.core.table.grant(shared.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        if let Some(limit) = grant.seat_limit.number() {
            assert!(grant.seats.taken() <= limit, "oversold: {} of {limit}", grant.seats.taken());
        }
        looks += 1;
        tokio::task::yield_now().await;
    }
    looks
}

async fn day(world: &World, license: License, site_count: usize, limits: Vec<SeatLimit>, steps: usize, seed: u64) {
    let shared = Shared::new(world, &license.key);
    let stop = Arc::new(AtomicBool::new(false));
    let watcher = tokio::spawn(watch(shared.clone(), Arc::clone(&stop)));
    let vendor = tokio::spawn(vendor_day(shared.clone(), license, limits, steps, seed));
    let sites = sites(site_count);
    let mut tasks = JoinSet::new();
    for (number, site) in sites.iter().cloned().enumerate() {
        tasks.spawn(site_day(shared.clone(), site, steps, seed * 1_000 + number as u64));
    }
    let mut told: Vec<String> = tasks.join_all().await.into_iter().filter(|(_, holds)| *holds).map(|(site, _)| site).collect();
    vendor.await.unwrap();
    stop.store(true, Ordering::SeqCst);
    assert!(watcher.await.unwrap() > 0);
    let mut stored = shared.stored(&sites).await;
    stored.sort();
    told.sort();
    assert_eq!(stored, told, "seed {seed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn small_mixes_a_hundred_times() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let limits = vec![SeatLimit::Limited(1), SeatLimit::Limited(2), SeatLimit::Limited(4), SeatLimit::Limited(60), SeatLimit::Unlimited];
    for seed in 0..100 {
        let license = world.license_with(&vendor, &format!("KEY-{seed}"), Some(2)).await;
        day(&world, license, 4, limits.clone(), 5, seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_large_mix_across_both_layouts() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let limits = vec![SeatLimit::Limited(20), SeatLimit::Limited(50), SeatLimit::Limited(51), SeatLimit::Limited(70), SeatLimit::Unlimited];
    for seed in [1, 2, 3] {
        let license = world.license_with(&vendor, &format!("KEY-{seed}"), Some(50)).await;
        day(&world, license, 60, limits.clone(), 6, seed).await;
    }
}
