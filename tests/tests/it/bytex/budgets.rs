//! Round trips and capacity of the endpoints, as counts.

use latchkey_tests::exchange::Ask;
use latchkey_tests::world::World;

use super::{API_KEY, CODE, CREATE, LIST, Shop};

/// Sends, and compares the status, the round trips and the capacity units.
async fn assert_cost(world: &World, what: &str, ask: Ask, status: u16, round_trips: usize, units: f64) {
    world.table.reset_calls();
    let answer = ask.send(world).await;
    assert_eq!(answer.status, status, "{what}: {}", String::from_utf8_lossy(&answer.body));
    assert_eq!(world.table.round_trips(), round_trips, "{what}: round trips");
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= units, "{what}: {spent} units, and at most {units} are allowed");
    }
}

/// Authentication is a unit, always.
const AUTHENTICATION: f64 = 1.0;

#[tokio::test]
async fn with_a_key_of_ours_data_is_read_beside_authentication() {
    let world = World::new().await;
    let shop = Shop::with_key(&world, "the-product", None).await;
    let license = shop.license(&world, |_| {}).await;
    world.publish(&shop.vendor, "1.0.0").await;
    let key = license.key.expose();
    assert_cost(&world, "GetProductLicenses", shop.licenses(), 200, 1, AUTHENTICATION + 1.0).await;
    assert_cost(&world, "GetPublic, cold", shop.get_public(key), 200, 2, AUTHENTICATION + 1.0).await;
    assert_cost(&world, "GetPublic, warm", shop.get_public(key), 200, 1, AUTHENTICATION + 0.5).await;
    assert_cost(&world, "Get", shop.get_license(key), 200, 2, AUTHENTICATION + 1.5).await;
    assert_cost(&world, "CreateToken", shop.create_token(), 200, 2, AUTHENTICATION + 1.5).await;
    let token = shop.token(&world).await;
    assert_cost(&world, "GetTokenValidity", shop.redeem_token(&token), 200, 2, AUTHENTICATION + 2.0).await;
    assert_cost(&world, "GetTokenValidity, again", shop.redeem_token(&token), 403, 2, AUTHENTICATION + 2.0).await;
    assert_cost(&world, "GetTokenValidity of nonsense", shop.redeem_token("nonsense"), 403, 1, AUTHENTICATION).await;
    assert_cost(&world, "Create, for a product", shop.create_discount(CODE), 200, 3, AUTHENTICATION + 1.5).await;
    assert_cost(&world, "Create, for all", shop.post(CREATE, &[("Percentage", "5")]), 200, 2, AUTHENTICATION + 1.0).await;
    assert_cost(&world, "List", shop.get(LIST, &[]), 200, 2, AUTHENTICATION + 1.0).await;
    assert_cost(&world, "Redeem", shop.redeem(CODE, "1"), 200, 3, AUTHENTICATION + 5.5).await;
}

#[tokio::test]
async fn with_a_key_that_was_brought_along_the_account_is_found_first_where_it_is_needed() {
    let world = World::new().await;
    let shop = Shop::with_key(&world, "the-product", Some(API_KEY)).await;
    let license = shop.license(&world, |_| {}).await;
    world.publish(&shop.vendor, "1.0.0").await;
    let key = license.key.expose();
    assert_cost(&world, "GetProductLicenses", shop.licenses(), 200, 2, AUTHENTICATION + 1.0).await;
    assert_cost(&world, "GetPublic, cold", shop.get_public(key), 200, 2, AUTHENTICATION + 1.0).await;
    assert_cost(&world, "GetPublic, warm", shop.get_public(key), 200, 1, AUTHENTICATION + 0.5).await;
    assert_cost(&world, "Get", shop.get_license(key), 200, 2, AUTHENTICATION + 1.5).await;
    let token = shop.token(&world).await;
    assert_cost(&world, "GetTokenValidity", shop.redeem_token(&token), 200, 3, AUTHENTICATION + 2.0).await;
}

#[tokio::test]
async fn a_negative_is_confirmed_by_one_strongly_consistent_read() {
    let world = World::new().await;
    let shop = Shop::with_key(&world, "the-product", None).await;
    for (what, ask, status) in [("an unknown key", shop.get_public("no-such-key"), 200), ("the same", shop.get_license("no-such-key"), 404)]
    {
        assert_cost(&world, what, ask, status, 2, AUTHENTICATION + 1.5).await;
        let strong = world.table.calls().iter().filter(|call| call.json()["ConsistentRead"] == true).count();
        assert_eq!(strong, 1, "{what}");
    }
}

#[tokio::test]
async fn who_is_not_authenticated_makes_us_read_little() {
    let world = World::new().await;
    let mut shop = Shop::with_key(&world, "the-product", None).await;
    for _ in 0..60 {
        shop.license(&world, |_| {}).await;
    }
    // Says that it is the account's, and is not.
    shop.api_key.replace_range(8.., &"0".repeat(20));
    world.table.reset_calls();
    assert_eq!(shop.licenses().send(&world).await.status, 401);
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= 8.0, "{spent} units");
    }
}
