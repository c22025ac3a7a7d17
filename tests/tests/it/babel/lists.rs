//! Lists, by the example of API keys and users: filter, order, page, members and navigations.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::role::Role;
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::members;

async fn keys(world: &World, count: usize) -> Staff {
    let administrator = world.administrator().await;
    for number in 0..count {
        let permissions = if number % 2 == 0 { Permissions::ALL } else { Permissions::from_bits(1).unwrap() };
        world.clock.advance_seconds(1);
        world.staff_key(&administrator, permissions).await;
    }
    administrator
}

async fn list(world: &World, staff: &Staff, query: &[(&str, &str)]) -> Value {
    staff.get("/v1/api-keys", query).send(world).await.done()
}

fn ids(answer: &Value) -> Vec<i64> {
    answer["apiKeys"].as_array().unwrap().iter().map(|key| key["id"].as_i64().unwrap()).collect()
}

/// Parameters, the numbers that come, and how many fit.
type Expected<'e> = (&'e [(&'e str, &'e str)], &'e [i64], i64);

#[tokio::test]
async fn a_list_is_filtered_ordered_and_cut_and_its_total_is_what_fits() {
    let world = World::new().await;
    let administrator = keys(&world, 7).await;
    let expected: [Expected<'_>; 10] = [
        (&[], &[1, 2, 3, 4, 5, 6, 7], 7),
        (&[("take", "2"), ("skip", "1")], &[2, 3], 7),
        (&[("take", "2"), ("skip", "1"), ("sort", "Id desc")], &[6, 5], 7),
        (&[("sort", "createdDate descending"), ("take", "1")], &[7], 7),
        (&[("filter", "Permissions = 1")], &[2, 4, 6], 3),
        (&[("FILTER", "permissions == 1 && id > 2"), ("Take", "1")], &[4], 2),
        (&[("filter", "Id = 5")], &[5], 1),
        (&[("filter", "Id in (5, 2, 99)")], &[2, 5], 2),
        (&[("filter", "Id = -5")], &[], 0),
        (&[("countOnly", "true"), ("filter", "Permissions = 15")], &[], 4),
    ];
    for (query, found, total) in expected {
        let answer = list(&world, &administrator, query).await;
        assert_eq!((ids(&answer), answer["totalApiKeysCount"].as_i64().unwrap()), (found.to_vec(), total), "{query:?}");
    }
}

#[tokio::test]
async fn the_chosen_members_are_there_and_no_others() {
    let world = World::new().await;
    let administrator = keys(&world, 1).await;
    let answer = list(&world, &administrator, &[("select", "id, NAME")]).await;
    assert_eq!(members(&answer["apiKeys"][0]), ["id", "name"]);
    assert_eq!(members(&answer), ["apiKeys", "code", "message", "success", "totalApiKeysCount"]);
}

#[tokio::test]
async fn what_leads_elsewhere_is_filled_where_it_is_included() {
    let world = World::new().await;
    let administrator = keys(&world, 2).await;
    let sales = world.staff(administrator.account, Role::Sales).await;
    let setting = json!({"setting": {"name": "theme", "value": "dark"}});
    sales.post(&format!("/v1/users/{}/settings", sales.user.id), &setting).send(&world).await.done();
    let users = async |query: &[(&str, &str)]| administrator.get("/v1/users", query).send(&world).await.done();
    let plain = users(&[]).await;
    for user in plain["users"].as_array().unwrap() {
        assert_eq!((&user["apiKeys"], &user["settings"]), (&json!([]), &json!([])));
    }
    let full = users(&[("include", "ApiKeys, Settings"), ("select", "id, apiKeys, settings")]).await;
    let of = |staff: &Staff| {
        let id = staff.user.id.to_string();
        full["users"].as_array().unwrap().iter().find(|user| user["id"] == id.as_str()).unwrap()
    };
    assert_eq!(of(&administrator)["apiKeys"].as_array().unwrap().len(), 2);
    assert_eq!(of(&administrator)["apiKeys"][0]["key"], "********");
    assert_eq!(of(&sales)["apiKeys"], json!([]));
    assert_eq!(of(&sales)["settings"][0]["value"], "dark");
}

#[tokio::test]
async fn a_filter_cannot_look_at_what_is_masked() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let key = world.staff_key(&administrator, Permissions::ALL).await;
    for filter in [format!("Key = \"{key}\""), format!("Key.StartsWith(\"{}\")", &key[..8]), format!("ClientSecret = \"{key}\"")] {
        assert_eq!(list(&world, &administrator, &[("filter", &filter)]).await["totalApiKeysCount"], 0);
    }
}
