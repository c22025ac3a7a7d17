//! API keys, users, settings, roles and logins.

mod api_keys;
mod budgets;
mod isolation;
mod login;
mod settings;
mod users;

use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

/// The password of a test's user.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A user that the administrator makes, with [`PASSWORD`]; its id.
pub(crate) async fn make_user(world: &World, administrator: &Staff, name: &str, roles: &[&str]) -> String {
    world.keep_secret(PASSWORD);
    let body = json!({"user": {"userName": name, "roles": roles}, "password": PASSWORD});
    let made = administrator.post("/v1/users", &body).send(world).await.done();
    made["userId"].as_str().unwrap().to_owned()
}

/// The one user with this id, as the administrator sees it.
async fn user(world: &World, administrator: &Staff, id: &str) -> Value {
    let answer = administrator.get("/v1/users", &[("filter", &format!("Id = \"{id}\""))]).send(world).await.done();
    assert_eq!(answer["totalUsersCount"], 1);
    answer["users"][0].clone()
}

/// Every operation of this area, asked for once and more: for the test of what functions may do.
pub(crate) async fn ask_everything(world: &World) {
    let administrator = world.administrator().await;
    let id = make_user(world, &administrator, "erika", &["Sales"]).await;
    let key = json!({"apiKey": {"name": "Shop", "permissions": 15, "ownerId": id, "revoked": true}});
    let made = administrator.post("/v1/api-keys", &key).send(world).await.done();
    administrator.put("/v1/api-keys", &json!({"apiKey": {"id": made["apiKeyId"], "name": "Store"}})).send(world).await.done();
    administrator.get("/v1/users", &[("include", "ApiKeys, Settings")]).send(world).await.done();
    let settings = format!("/v1/users/{id}/settings");
    let setting = administrator.post(&settings, &json!({"setting": {"name": "theme"}})).send(world).await.done();
    administrator.put(&settings, &json!({"setting": {"id": setting["settingId"], "value": "dark"}})).send(world).await.done();
    administrator.delete(&format!("{settings}/{}", setting["settingId"])).send(world).await.done();
    let login = json!({"userName": "erika", "password": PASSWORD});
    let answer = latchkey_tests::exchange::post_json("/v1/login", &login).send(world).await.done();
    let refresh = json!({"refreshToken": answer["refreshToken"]});
    let answer = latchkey_tests::exchange::post_json("/v1/login/refresh", &refresh).send(world).await.done();
    let refresh = json!({"refreshToken": answer["refreshToken"]});
    latchkey_tests::exchange::post_json("/v1/logout", &refresh).send(world).await.done();
    administrator.delete(&format!("/v1/api-keys/{}", made["apiKeyId"])).send(world).await.done();
    administrator.delete(&format!("/v1/users/{id}")).send(world).await.done();
}
