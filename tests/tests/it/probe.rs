//! Trying a deployment out leaves nothing behind, whatever goes wrong in between.

use std::time::Duration;

use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::probe::{Active, ProbeError, Probed, probe};
use latchkey_core::table::Patience;
use latchkey_tests::world::World;

/// Never waits long: what dies is dead.
const HASTY: Patience = Patience { attempt: Duration::from_secs(30), call: Duration::ZERO, attempts: 1 };

/// After this, nobody can be at a probe any more.
const OVER_SECONDS: i64 = 601;

async fn tried(world: &World) -> Probed {
    probe(&world.core, async |_: &Active| Ok(())).await
}

#[tokio::test]
async fn a_probe_goes_through_and_is_gone() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let before = world.items().await;
    let done = tried(&world).await;
    assert!(done.outcome.unwrap().is_ok() && done.swept.is_ok());
    assert_eq!(world.items().await, before);
    assert_eq!(vendor.account.get(), 1);
}

#[tokio::test]
async fn what_fails_while_the_licence_is_in_use_is_told_and_the_licence_is_gone_all_the_same() {
    let world = World::new().await;
    let broken =
        async |_: &Active| Err(ProbeError { step: "looking from outside", fault: Fault::new(FaultKind::Unavailable, "nobody there") });
    let done = probe(&world.core, broken).await;
    assert_eq!(done.outcome.unwrap().unwrap_err().step, "looking from outside");
    assert!(done.swept.is_ok() && world.items().await.is_empty());
}

#[tokio::test]
async fn the_indexes_that_a_worker_made_meanwhile_go_with_it() {
    let world = World::new().await;
    let done = probe(&world.core, async |_: &Active| {
        world.follow_changes().await;
        assert!(world.items().await.keys().any(|(pk, _)| pk.starts_with("SITE#")));
        Ok(())
    });
    assert!(done.await.outcome.unwrap().is_ok());
    assert!(world.items().await.is_empty());
}

#[tokio::test]
async fn while_one_is_at_work_another_does_nothing() {
    let world = World::new().await;
    let other = world.another_process();
    let done = probe(&world.core, async |_: &Active| {
        let second = probe(&other, async |_: &Active| Ok(())).await;
        assert!(second.outcome.is_none() && second.swept.is_ok());
        Ok(())
    });
    assert!(done.await.outcome.unwrap().is_ok());
}

#[tokio::test]
async fn a_probe_that_dies_between_any_two_calls_is_swept_by_the_next() {
    let mut deaths = 0;
    for call in 0.. {
        let world = World::with_patience(HASTY).await;
        world.table.kill_at(call);
        let first = tried(&world).await;
        world.table.revive();
        if first.outcome.is_some_and(|outcome| outcome.is_ok()) && first.swept.is_ok() {
            break;
        }
        deaths += 1;
        world.clock.advance_seconds(OVER_SECONDS);
        let next = tried(&world).await;
        assert!(next.outcome.unwrap().is_ok() && next.swept.is_ok(), "{call}");
        assert!(world.items().await.is_empty(), "{call}");
    }
    assert!(deaths > 15, "{deaths}");
}
