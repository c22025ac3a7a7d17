//! Nothing of an account is seen, changed or deleted from another one, whatever is asked for.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::role::Role;
use latchkey_tests::world::World;
use serde_json::json;

use crate::babel::code;

#[tokio::test]
async fn another_accounts_users_and_keys_are_not_there() {
    let world = World::new().await;
    let (one, other) = (world.administrator().await, world.administrator().await);
    let erika = world.staff(one.account, Role::Sales).await;
    world.staff_key(&erika, Permissions::ALL).await;
    let (id, settings) = (erika.user.id.to_string(), format!("/v1/users/{}/settings", erika.user.id));
    one.post(&settings, &json!({"setting": {"name": "theme"}})).send(&world).await.done();
    let before = one.get("/v1/users", &[("include", "ApiKeys,Settings")]).send(&world).await.done();
    let name = erika.user.profile.user_name.as_str();
    for filter in [format!("Id = \"{id}\""), format!("UserName = \"{name}\""), format!("Email = \"{name}@example.com\"")] {
        assert_eq!(other.get("/v1/users", &[("filter", &filter)]).send(&world).await.done()["totalUsersCount"], 0, "{filter}");
    }
    assert_eq!(other.get("/v1/users", &[]).send(&world).await.done()["totalUsersCount"], 1);
    assert_eq!(other.get("/v1/api-keys", &[]).send(&world).await.done()["totalApiKeysCount"], 0);
    assert_eq!(other.get("/v1/api-keys", &[("filter", "Id = 1")]).send(&world).await.done()["totalApiKeysCount"], 0);
    let asks = [
        other.put("/v1/users", &json!({"user": {"id": id, "city": "Bonn"}})),
        other.put("/v1/users", &json!({"user": {"id": id}, "newPassword": "a password of theirs"})),
        other.delete(&format!("/v1/users/{id}")),
        other.get(&settings, &[]),
        other.post(&settings, &json!({"setting": {"name": "x"}})),
        other.put(&settings, &json!({"setting": {"id": 1, "value": "x"}})),
        other.delete(&format!("{settings}/1")),
        other.get(&format!("/v1/users/{id}/roles"), &[]),
        other.post(&format!("/v1/users/{id}/roles"), &json!({"roles": "Administrator"})),
        other.put("/v1/api-keys", &json!({"apiKey": {"id": 1, "name": "x"}})),
        other.delete("/v1/api-keys/1"),
        other.post("/v1/api-keys", &json!({"apiKey": {"name": "x", "permissions": 1, "ownerId": id}})),
    ];
    for ask in asks {
        let what = format!("{ask:?}");
        assert_eq!(code(&ask.send(&world).await), 40402, "{what}");
    }
    assert_eq!(one.get("/v1/users", &[("include", "ApiKeys,Settings")]).send(&world).await.done(), before);
}
