//! Round trips and capacity, as counts.

use latchkey_core::domain::api_key::Permissions;
use latchkey_tests::exchange::{Ask, get};
use latchkey_tests::world::World;
use serde_json::json;

/// Sends, and compares round trips and capacity units.
async fn assert_cost(world: &World, what: &str, ask: Ask, round_trips: usize, units: f64) {
    world.table.reset_calls();
    ask.send(world).await.done();
    assert_eq!(world.table.round_trips(), round_trips, "{what}: round trips");
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= units, "{what}: {spent} units, and at most {units} are allowed");
    }
}

/// Half a unit says that a Bearer's user is still there.
const BEARER: f64 = 0.5;

#[tokio::test]
async fn who_asks_costs_little_and_one_thing_costs_a_unit() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let key = world.staff_key(&administrator, Permissions::ALL).await;
    let name = administrator.user.profile.user_name.as_str();
    let by_id = [("filter", "Id = 1")];
    assert_cost(&world, "roles, with a Bearer", administrator.get("/v1/roles", &[]), 1, BEARER).await;
    // The key and the asker's failures side by side, then whose the key is.
    assert_cost(&world, "roles, with a key", get("/v1/roles", &[]).keyed(&key), 2, 1.5).await;
    assert_cost(&world, "a key by id", administrator.get("/v1/api-keys", &by_id), 2, BEARER + 1.0).await;
    let filter = format!("Id = \"{}\"", administrator.user.id);
    assert_cost(&world, "a user by id", administrator.get("/v1/users", &[("filter", &filter)]), 2, BEARER + 0.5).await;
    let filter = format!("UserName = \"{name}\"");
    assert_cost(&world, "a user by name", administrator.get("/v1/users", &[("filter", &filter)]), 3, BEARER + 1.5).await;
    let settings = format!("/v1/users/{}/settings", administrator.user.id);
    administrator.post(&settings, &json!({"setting": {"name": "theme"}})).send(&world).await.done();
    let put = administrator.put(&settings, &json!({"setting": {"id": 1, "value": "dark"}}));
    assert_cost(&world, "a setting's change", put, 2, BEARER + 2.0).await;
}
