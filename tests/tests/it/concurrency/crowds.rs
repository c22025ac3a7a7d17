//! Many at once want a seat.

use latchkey_core::domain::refusal::Refusal;
use latchkey_tests::world::World;
use tokio::task::JoinSet;

use super::{Shared, sites};

/// All at once; gives who was let in.
async fn crowd(shared: &Shared, sites: &[String]) -> Vec<String> {
    let mut tasks = JoinSet::new();
    for site in sites.iter().cloned() {
        let shared = shared.clone();
        tasks.spawn(async move { (shared.activate(&site).await, site) });
    }
    let mut let_in = Vec::new();
    for (outcome, site) in tasks.join_all().await {
        match outcome {
            Ok(_) => let_in.push(site),
            Err(refusal) => assert_eq!(refusal, Refusal::NoSeatsLeft, "{site}"),
        }
    }
    let_in.sort();
    let_in
}

async fn trial(world: &World, shared: &Shared, callers: usize, limit: u32) {
    let sites = sites(callers);
    let let_in = crowd(shared, &sites).await;
    assert_eq!(let_in.len(), callers.min(limit as usize), "{callers} callers at limit {limit}");
    let mut stored = shared.stored(&sites).await;
    stored.sort();
    assert_eq!(stored, let_in, "who was told yes is who is stored");
    // Asking again changes nothing for anybody.
    if callers <= 10 {
        assert_eq!(crowd(shared, &sites).await, let_in);
    }
    let _ = world;
}

async fn trials(number: usize, callers: usize, limit: u32) {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for trial_number in 0..number {
        let license = world.license_with(&vendor, &format!("KEY-{trial_number}"), Some(limit)).await;
        trial(&world, &Shared::new(&world, &license.key), callers, limit).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_the_last_seat_six_hundred_times() {
    trials(600, 2, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_at_five_seats_three_hundred_times() {
    trials(300, 10, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_at_fifty_one_seats_ten_times() {
    trials(10, 60, 51).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_at_one_five_fifty_and_two_hundred_seats() {
    for limit in [1, 5, 50, 200] {
        trials(1, 500, limit).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_times_the_same_site_is_one_seat() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("SMALL", Some(5)), ("LARGE", Some(500)), ("UNLIMITED", None)] {
        let license = world.license_with(&vendor, key, seats).await;
        let shared = Shared::new(&world, &license.key);
        let mut tasks = JoinSet::new();
        for _ in 0..200 {
            let shared = shared.clone();
            tasks.spawn(async move { shared.activate("example.com").await });
        }
        for outcome in tasks.join_all().await {
            assert_eq!(outcome, Ok(1), "{key}");
        }
        assert_eq!(shared.stored(&["example.com".to_owned()]).await, ["example.com"]);
    }
}
