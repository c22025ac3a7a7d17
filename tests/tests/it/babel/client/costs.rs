//! What licensed programs cost, as counts: round trips, and units of the table.

use latchkey_core::domain::license::LicenseMode;
use latchkey_tests::exchange::Ask;
use latchkey_tests::world::World;

use super::{ask, signed};

/// Sends, and compares the cost: round trips, and write and read units at most.
async fn assert_cost(world: &World, what: &str, ask: Ask, round_trips: usize, writes: f64, reads: f64) {
    world.table.reset_calls();
    ask.send(world).await.done();
    assert_eq!(world.table.round_trips(), round_trips, "{what}: {:?}", world.table.calls());
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= writes + reads, "{what}: {spent}");
    }
}

#[tokio::test]
async fn a_heartbeat_is_one_write_unit_and_one_round_trip() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Floating, 1_000).await;
    for machine in ["ONE", "TWO"] {
        ask("floating/request", &license, machine).send(&world).await.done();
    }
    ask("floating/heartbeat", &license, "ONE").send(&world).await.done();
    for machine in ["ONE", "TWO", "ONE"] {
        assert_cost(&world, "a heartbeat", ask("floating/heartbeat", &license, machine), 1, 1.0, 0.0).await;
    }
    // Once a minute a process reads the licence beside it, and the account's settings after it.
    world.clock.advance_seconds(61);
    assert_cost(&world, "a heartbeat, cold", ask("floating/heartbeat", &license, "ONE"), 2, 1.0, 1.0).await;
    assert_cost(&world, "a heartbeat, warm again", ask("floating/heartbeat", &license, "TWO"), 1, 1.0, 0.0).await;
}

#[tokio::test]
async fn an_activation_is_one_write_unit_beside_what_its_answer_shows() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 10).await;
    // The signature key is opened, which notes that it has signed; and the account's settings are read.
    ask("activate", &license, "MACHINE").send(&world).await.done();
    // A look at the licence, then the seat beside the record.
    for machine in ["MACHINE", "ANOTHER"] {
        assert_cost(&world, "an activation", ask("activate", &license, machine), 2, 1.0, 1.5).await;
    }
    assert_cost(&world, "a validation", ask("validate", &license, "MACHINE"), 2, 0.0, 1.5).await;
    assert_cost(&world, "a deactivation", ask("deactivate", &license, "MACHINE"), 2, 1.0, 1.5).await;
    let floats = signed(&world, &vendor, LicenseMode::Floating, 10).await;
    ask("floating/request", &floats, "MACHINE").send(&world).await.done();
    // Where seats are items the licence is remembered.
    assert_cost(&world, "a request", ask("floating/request", &floats, "ANOTHER"), 1, 4.0, 2.0).await;
    assert_cost(&world, "a release", ask("floating/release", &floats, "ANOTHER"), 1, 4.0, 2.0).await;
}
