//! The envelope: what every answer has, whatever became of the request.

use http::Method;
use latchkey_core::domain::api_key::{ApiKeyId, Permissions};
use latchkey_core::domain::role::Role;
use latchkey_core::ops::revoke_api_key::revoke_api_key;
use latchkey_core::tokens::BEARER_SECONDS;
use latchkey_tests::exchange::{Ask, get, post, post_json};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use serde_json::json;

use super::members;
use crate::faults::{passing, staying, world};

#[tokio::test]
async fn an_answer_has_the_envelope_and_nobody_may_keep_it() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let answer = administrator.get("/v1/roles", &[]).send(&world).await;
    assert_eq!(members(&answer.done()), ["code", "message", "roles", "success", "totalRolesCount"]);
    assert_eq!((answer.header("cache-control"), answer.header("content-type")), (Some("no-store"), Some("application/json")));
    let refused = administrator.get("/v1/no-such-thing", &[]).send(&world).await;
    assert_eq!(members(&refused.json()), ["code", "error", "message", "success"]);
}

#[tokio::test]
async fn every_error_has_its_status_its_code_and_a_sentence() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let sales = world.staff(administrator.account, Role::Sales).await;
    let user = json!({"user": {"userName": "erika", "roles": ["Sales"]}});
    administrator.post("/v1/users", &user).send(&world).await.done();
    let text = |body: &[u8]| post("/v1/users", "application/json", body).bearer(&administrator.bearer);
    let long = format!(r#"{{"user":{{"userName":"{}"}}}}"#, "x".repeat(70_000));
    let cases: Vec<(&str, Ask, u16, u64, &str)> = vec![
        ("no JSON", text(b"{"), 400, 40001, "The body has to be one JSON object."),
        ("no body", text(b""), 400, 40001, "The body has to be one JSON object."),
        ("a list", text(b"[{}]"), 400, 40001, "The body has to be one JSON object."),
        ("no member", text(b"{}"), 400, 40002, "The member user is missing."),
        (
            "a wrong type",
            administrator.post("/v1/users", &json!({"user": {"rank": "high"}})),
            400,
            40002,
            "The member user.rank is not valid: expected a whole number of 32 bits.",
        ),
        (
            "a short password",
            administrator.post("/v1/users", &json!({"user": {"userName": "max"}, "password": "short"})),
            400,
            40002,
            "The member password is not valid: a password has 8 to 128 characters.",
        ),
        (
            "no number in the path",
            administrator.delete("/v1/api-keys/one"),
            400,
            40003,
            "The parameter in the path is not valid: an id there has to be a whole number of 32 bits.",
        ),
        (
            "no number that fits",
            administrator.delete("/v1/api-keys/2147483648"),
            400,
            40003,
            "The parameter in the path is not valid: an id there has to be a whole number of 32 bits.",
        ),
        (
            "an unknown name",
            administrator.get("/v1/users", &[("filter", "Rank > 1 and Nmae = \"x\"")]),
            400,
            40004,
            "filter, position 14: 'Nmae' is no property of User.",
        ),
        (
            "a wrong take",
            administrator.get("/v1/users", &[("take", "1001")]),
            400,
            40004,
            "take: this has to be a whole number up to 1000; 0 means 100.",
        ),
        (
            "nobody",
            get("/v1/users", &[]),
            401,
            40101,
            "An API key in x-api-key or a Bearer in Authorization is needed, and one that counts.",
        ),
        ("another role", sales.get("/v1/api-keys", &[]), 403, 40301, "None of your roles may do this."),
        ("another address", administrator.get("/v1/licences", &[]), 404, 40401, "There is no operation at this address."),
        ("another key", administrator.delete("/v1/api-keys/77"), 404, 40402, "There is no such API key."),
        ("a negative key", administrator.delete("/v1/api-keys/-1"), 404, 40402, "There is no such API key."),
        (
            "another method",
            administrator.get("/v1/api-keys", &[]).method(Method::PATCH),
            405,
            40501,
            "The operations of this address have other methods.",
        ),
        (
            "a name that is taken",
            administrator.post("/v1/users", &json!({"user": {"userName": "ERIKA"}})),
            409,
            40901,
            "The user name is in use already.",
        ),
        ("a long body", text(long.as_bytes()), 413, 41301, "The body is longer than 64 KiB."),
        (
            "a form",
            post("/v1/users", "application/x-www-form-urlencoded", b"{}").bearer(&administrator.bearer),
            415,
            41501,
            "The body has to be application/json or application/json-patch+json.",
        ),
    ];
    for (what, ask, status, code, message) in cases {
        let answer = ask.send(&world).await;
        assert_eq!(answer.refused(), (status, code, message.to_owned()), "{what}");
    }
}

#[tokio::test]
async fn what_counts_for_nothing_is_answered_as_nothing_is() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let key = world.staff_key(&administrator, Permissions::ALL).await;
    let ask = || get("/v1/roles", &[]);
    ask().keyed(&key).send(&world).await.done();
    ask().header("authorization", &format!("bEARER  {}", administrator.bearer)).send(&world).await.done();
    let forged = format!("{}x", administrator.bearer);
    let cases = [
        ("an unknown key", ask().keyed("api_0123456789abcdefghijklmn")),
        ("no key", ask().keyed("")),
        ("two keys", ask().keyed(&key).keyed(&key)),
        ("a wrong key beside a Bearer", ask().keyed("nonsense").bearer(&administrator.bearer)),
        ("a key as a Bearer", ask().bearer(&key)),
        ("a Bearer as a key", ask().keyed(&administrator.bearer)),
        ("a forged Bearer", ask().bearer(&forged)),
        ("another scheme", ask().basic("erika", "password")),
        ("a Bearer without a scheme", ask().header("authorization", &administrator.bearer)),
    ];
    for (what, ask) in cases {
        assert_eq!(ask.send(&world).await.refused().1, 40101, "{what}");
    }
    revoke_api_key(&world.core, administrator.account, ApiKeyId::new(1).unwrap(), None).await.unwrap();
    assert_eq!(ask().keyed(&key).send(&world).await.refused().1, 40101, "a revoked key stops with the next request");
    world.clock.advance_seconds(BEARER_SECONDS);
    assert_eq!(ask().bearer(&administrator.bearer).send(&world).await.refused().1, 40101, "a Bearer lives half an hour");
}

#[tokio::test]
async fn wrong_keys_are_limited_as_everywhere() {
    let world = World::new().await;
    let ask = || get("/v1/roles", &[]).keyed("api_0123456789abcdefghijklmn").from_address("203.0.113.9");
    for _ in 0..10 {
        assert_eq!(ask().send(&world).await.refused().1, 40101);
    }
    let limited = ask().send(&world).await;
    assert_eq!(limited.refused().1, 42901);
    assert!((1..=300).contains(&limited.header("retry-after").unwrap().parse::<u32>().unwrap()));
}

#[tokio::test]
async fn a_fault_of_ours_is_one_and_what_passes_is_not_noticed() {
    let world = world().await;
    let administrator = world.administrator().await;
    let key = world.staff_key(&administrator, Permissions::ALL).await;
    let list = |query: &[(&str, &str)]| administrator.get("/v1/api-keys", query);
    for (what, rule) in passing() {
        world.table.inject(rule.on("Query"));
        let answer = list(&[]).send(&world).await;
        world.table.clear();
        assert_eq!(answer.done()["totalApiKeysCount"], 1, "{what}");
    }
    for (what, fault) in staying() {
        for (ask, operation) in [(list(&[]), "Query"), (list(&[]), "GetItem"), (get("/v1/roles", &[]).keyed(&key), "GetItem")] {
            world.table.inject(Rule::every(fault.clone()).on(operation));
            let answer = ask.send(&world).await;
            world.table.clear();
            let (status, code, message) = answer.refused();
            assert!([(503, 50301), (500, 50001)].contains(&(status, code)), "{what} on {operation}: {status} {code}");
            assert_eq!(answer.header("retry-after"), Some("30"), "{what} on {operation}");
            assert!(!message.to_lowercase().contains("table"), "{message}");
        }
    }
    world.table.inject(Rule::every(Fault::Throttle).on("TransactWriteItems"));
    let answer = administrator.post("/v1/users", &json!({"user": {"userName": "erika"}})).send(&world).await;
    world.table.clear();
    assert_eq!(answer.refused().1, 50301);
}

#[tokio::test]
async fn no_rubbish_makes_it_stumble() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let id = administrator.user.id.to_string();
    let values =
        [json!(null), json!(-1), json!(1e300), json!("\u{0}"), json!([[]]), json!({"a": {}}), json!("x".repeat(9_000)), json!(true)];
    let bodies: [(&str, Method, &str, &[&str]); 5] = [
        (
            "/v1/api-keys",
            Method::POST,
            "apiKey",
            &["name", "key", "expireDate", "ownerId", "revoked", "permissions", "description", "roles"],
        ),
        ("/v1/api-keys", Method::PUT, "apiKey", &["id", "name", "expireDate", "ownerId", "revoked", "permissions"]),
        ("/v1/users", Method::POST, "user", &["userName", "email", "birthDate", "rank", "customerId", "roles", "image", "notes"]),
        ("/v1/users", Method::PUT, "user", &["id", "userName", "email", "rank", "customerId", "roles"]),
        (&format!("/v1/users/{id}/settings"), Method::POST, "setting", &["category", "value", "type", "readOnly"]),
    ];
    for (path, method, name, members) in &bodies {
        for member in *members {
            for value in &values {
                let body = json!({*name: {"id": 1, "userName": "max", "name": "x", "permissions": 1, *member: value}});
                let answer = post_json(path, &body).method(method.clone()).bearer(&administrator.bearer).send(&world).await;
                assert!(answer.status.as_u16() < 500, "{method} {path} {member} {value}: {}", answer.status);
                assert!(answer.json()["code"].is_u64());
            }
        }
    }
    for path in ["/v1/users/%00/settings", "/v1/users/%FF/roles", "/v1/users//roles", "/v1/login/x", "/v1/api-keys/%2e%2e"] {
        let answer = administrator.get(path, &[]).send(&world).await;
        assert!(answer.refused().0 < 500, "{path}");
    }
}
