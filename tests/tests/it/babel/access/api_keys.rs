//! API keys: shown once, masked afterwards, bounded by who makes them, and gone at once.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::role::Role;
use latchkey_tests::exchange::get;
use latchkey_tests::world::World;
use serde_json::json;

use crate::babel::{code, members};

const MEMBERS: [&str; 10] =
    ["clientSecret", "createdDate", "description", "expireDate", "id", "key", "name", "ownerId", "permissions", "revoked"];

#[tokio::test]
async fn a_key_is_shown_once_and_masked_afterwards() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let body = json!({"apiKey": {"name": "Shop", "permissions": 3, "description": "two\nlines", "expireDate": "2027-01-01T00:00:00.5Z"}});
    let answer = administrator.post("/v1/api-keys", &body).send(&world).await;
    let made = answer.done();
    assert_eq!(members(&made), ["apiKey", "apiKeyId", "code", "message", "success"]);
    let text = made["apiKey"].as_str().unwrap();
    let client_secret = answer.header("x-client-secret").unwrap();
    world.keep_secret(text);
    world.keep_secret(client_secret);
    assert!(text.starts_with("api_") && text.len() == 28 && client_secret.len() >= 24 && client_secret != text);
    let listed = administrator.get("/v1/api-keys", &[]).send(&world).await.done();
    let key = &listed["apiKeys"][0];
    assert_eq!(members(key), MEMBERS);
    let expected = json!({
        "id": 1, "name": "Shop", "key": "********", "clientSecret": "********", "createdDate": "2026-11-22T06:00:00Z",
        "expireDate": "2027-01-01T00:00:00Z", "ownerId": administrator.user.id.to_string(), "revoked": false, "permissions": 3,
        "description": "two\nlines",
    });
    assert_eq!(*key, expected);
    assert!(!listed.to_string().contains(text) && !listed.to_string().contains(client_secret));
    get("/v1/users", &[]).keyed(text).send(&world).await.done();
    assert_eq!(code(&administrator.get("/v1/users", &[]).keyed(client_secret).send(&world).await), 40101);
}

#[tokio::test]
async fn a_put_changes_what_is_there_and_keeps_the_rest() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let key = world.staff_key(&administrator, Permissions::ALL).await;
    let before = administrator.get("/v1/api-keys", &[]).send(&world).await.done()["apiKeys"][0].clone();
    let put = async |said: serde_json::Value| administrator.put("/v1/api-keys", &json!({"apiKey": said})).send(&world).await;
    let now = async || administrator.get("/v1/api-keys", &[]).send(&world).await.done()["apiKeys"][0].clone();
    put(json!({"id": 1})).await.done();
    assert_eq!(now().await, before);
    put(json!({"id": 1, "name": "Store", "key": "another-key-0123456789", "expireDate": "2026-11-22T07:00:00Z"})).await.done();
    let after = now().await;
    assert_eq!(
        (&after["name"], &after["expireDate"], &after["permissions"]),
        (&json!("Store"), &json!("2026-11-22T07:00:00Z"), &json!(15))
    );
    get("/v1/users", &[]).keyed(&key).send(&world).await.done();
    put(json!({"id": 1, "expireDate": null, "permissions": 1})).await.done();
    assert_eq!(now().await["expireDate"], json!(null));
    world.clock.advance_seconds(60);
    let create = get("/v1/users", &[]).method(http::Method::POST).keyed(&key).send(&world).await;
    assert_eq!(code(&create), 40301, "what it may do holds at once");
    put(json!({"id": 1, "revoked": true})).await.done();
    assert_eq!(code(&get("/v1/users", &[]).keyed(&key).send(&world).await), 40101);
    assert_eq!(
        put(json!({"id": 1, "revoked": false})).await.refused(),
        (409, 40904, "A revoked API key stays revoked: make another.".into())
    );
    put(json!({"id": 1, "name": "Gone"})).await.done();
    for (said, expected) in [
        (json!({}), 40002),
        (json!({"id": 2}), 40402),
        (json!({"id": 0}), 40402),
        (json!({"id": 1, "name": ""}), 40002),
        (json!({"id": 1, "permissions": 0}), 40002),
        (json!({"id": 1, "permissions": 16}), 40002),
        (json!({"id": 1, "ownerId": "nobody"}), 40402),
        (json!({"id": 1, "roles": "Root"}), 40002),
    ] {
        assert_eq!(code(&put(said.clone()).await), expected, "{said}");
    }
}

#[tokio::test]
async fn a_deleted_key_opens_nothing_and_its_text_stays_taken() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let brought = "brought-along-0123456789";
    world.keep_secret(brought);
    let body = json!({"apiKey": {"name": "Shop", "permissions": 15, "key": brought}});
    let made = administrator.post("/v1/api-keys", &body).send(&world).await.done();
    assert_eq!(made["apiKey"], brought);
    get("/v1/users", &[]).keyed(brought).send(&world).await.done();
    administrator.delete("/v1/api-keys/1").send(&world).await.done();
    assert_eq!(code(&get("/v1/users", &[]).keyed(brought).send(&world).await), 40101);
    assert_eq!(code(&administrator.delete("/v1/api-keys/1").send(&world).await), 40402);
    assert_eq!(code(&administrator.post("/v1/api-keys", &body).send(&world).await), 40901);
    assert_eq!(administrator.get("/v1/api-keys", &[]).send(&world).await.done()["totalApiKeysCount"], 0);
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let sales = world.staff(administrator.account, Role::Sales).await;
    let creating = world.staff_key(&administrator, Permissions::from_bits(9).unwrap()).await;
    let make = |permissions: u8, owner: &str| {
        let body = json!({"apiKey": {"name": "More", "permissions": permissions, "ownerId": owner}});
        latchkey_tests::exchange::post_json("/v1/api-keys", &body).keyed(&creating)
    };
    make(9, "").send(&world).await.done();
    assert_eq!(code(&make(11, "").send(&world).await), 40301);
    // A key for another user has that user's roles, and no more, whoever made it.
    let sold = make(9, &sales.user.id.to_string()).send(&world).await.done();
    let key = sold["apiKey"].as_str().unwrap();
    world.keep_secret(key);
    assert_eq!(code(&get("/v1/api-keys", &[]).keyed(key).send(&world).await), 40301);
    let beyond = json!({"apiKey": {"name": "x", "permissions": 1, "ownerId": sales.user.id.to_string(), "roles": "Administrator"}});
    assert_eq!(code(&administrator.post("/v1/api-keys", &beyond).send(&world).await), 40301);
    let program = json!({"apiKey": {"name": "x", "permissions": 1, "ownerId": sales.user.id.to_string(), "roles": "Application"}});
    administrator.post("/v1/api-keys", &program).send(&world).await.done();
    // Who lets somebody in, or into a role, could do everything as that user.
    let user = |user| latchkey_tests::exchange::post_json("/v1/users", &user).keyed(&creating);
    assert_eq!(code(&user(json!({"user": {"userName": "a", "roles": ["Administrator"]}})).send(&world).await), 40301);
    assert_eq!(code(&user(json!({"user": {"userName": "b"}, "password": "a password of mine"})).send(&world).await), 40301);
    user(json!({"user": {"userName": "c"}})).send(&world).await.done();
    let path = format!("/v1/users/{}/roles", sales.user.id);
    let promoted = latchkey_tests::exchange::post_json(&path, &json!({"roles": "Administrator"})).keyed(&creating).send(&world).await;
    assert_eq!(code(&promoted), 40301);
}

#[tokio::test]
async fn a_key_that_could_never_be_used_is_not_made() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    for (said, expected) in [
        (json!({"permissions": 1}), 40002),
        (json!({"name": "x"}), 40002),
        (json!({"name": "x", "permissions": 1, "expireDate": "2019-08-24T14:15:22Z"}), 40002),
        (json!({"name": "x", "permissions": 1, "key": "short"}), 40002),
        (json!({"name": "x", "permissions": 1, "ownerId": "0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e"}), 40402),
    ] {
        let answer = administrator.post("/v1/api-keys", &json!({"apiKey": said})).send(&world).await;
        assert_eq!(code(&answer), expected, "{said}: {}", answer.json());
    }
}
