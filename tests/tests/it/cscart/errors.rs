//! Who is not let in, what is not there, and what is not understood: each in exactly one shape.

use http::Method;
use latchkey_core::domain::api_key::{Permission, Permissions};
use latchkey_core::domain::failure_window::MOST_FAILURES;
use latchkey_core::ops::revoke_api_key::revoke_api_key;
use latchkey_tests::exchange::{Ask, basic, get, post, post_json};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::new_api_key;
use latchkey_tests::world::World;
use serde_json::json;

use super::{
    API_KEY, AUTHORIZATION, LICENSES, USER, api_key, ask, assert_recorded, list, message, put, seeds_license, show, success, vendor,
};
use crate::faults;

/// Every route, with a credential that is still missing.
fn routes() -> [Ask; 5] {
    let update = |path: &str| post_json(path, &json!({"expires_at": 0})).method(Method::PUT);
    [
        get(LICENSES, &[]),
        get("/api.php?_d=4.0/licenses", &[]),
        get(&format!("{LICENSES}/1"), &[]),
        update(&format!("{LICENSES}/1")),
        update("/api.php?_d=4.0/licenses/1"),
    ]
}

#[tokio::test]
async fn without_a_good_credential_nobody_is_let_in() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    seeds_license(&world, &vendor).await;
    let revoked = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    revoke_api_key(&world.core, vendor.account, revoked.key.id, None).await.unwrap();
    assert_recorded("unauthorized", &get(LICENSES, &[]).send(&world).await);
    assert_recorded("unauthorized_update", &routes()[3].clone().send(&world).await);
    for route in routes() {
        for (number, credential) in [
            String::new(),
            "Basic".to_owned(),
            "Basic !!!".to_owned(),
            format!("Bearer {API_KEY}"),
            AUTHORIZATION.replace("Basic ", ""),
            basic(USER, ""),
            basic("", API_KEY),
            basic(USER, "wrong-key"),
            basic("other@cs-cart.com", API_KEY),
            basic(revoked.key.email.as_str(), revoked.secret.expose()),
        ]
        .into_iter()
        .enumerate()
        {
            // Each from a place of its own: who fails too often is kept waiting.
            let ask = route.clone().header("authorization", &credential).from_address(&format!("203.0.113.{number}"));
            let answer = ask.send(&world).await;
            assert_eq!((answer.status.as_u16(), message(&answer).as_str()), (401, "Unauthorized"), "{number}");
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"User email/API key\""));
        }
    }
    let twice = list(&[]).header("authorization", AUTHORIZATION).send(&world).await;
    assert_eq!(twice.status, 401, "nobody could say which of two is meant");
}

#[tokio::test]
async fn the_user_is_compared_without_case() {
    let world = World::new().await;
    vendor(&world).await;
    let ask = get(LICENSES, &[]).basic(&USER.to_uppercase(), API_KEY);
    success(&world, ask).await;
}

#[tokio::test]
async fn who_fails_too_often_waits() {
    let world = World::new().await;
    vendor(&world).await;
    for _ in 0..MOST_FAILURES {
        let wrong = get(LICENSES, &[]).basic(USER, "a-wrong-key").from_address("203.0.113.7");
        assert_eq!(wrong.send(&world).await.status, 401);
    }
    let blocked = list(&[]).from_address("203.0.113.7").send(&world).await;
    assert_recorded("rate_limited", &blocked);
    assert_eq!(blocked.header("retry-after").unwrap().parse::<i64>().unwrap(), 300);
    assert_eq!(list(&[]).from_address("203.0.113.8").send(&world).await.status, 200);
}

#[tokio::test]
async fn a_key_does_what_it_allows_and_no_more() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = seeds_license(&world, &vendor).await;
    api_key(&world, &vendor, Permissions::from(Permission::Read)).await;
    let writer = world.create_api_key(&vendor, new_api_key(Permissions::from(Permission::Write))).await;
    let as_writer = |ask: Ask| ask.basic(writer.key.email.as_str(), writer.secret.expose());
    success(&world, list(&[])).await;
    success(&world, show(license.id)).await;
    assert_recorded("forbidden", &put(license.id, &json!({"expires_at": 0})).send(&world).await);
    assert_eq!(put(999, &json!({"expires_at": 0})).send(&world).await.status, 403, "whether it is there or not");
    let path = format!("{LICENSES}/{}", license.id);
    for ask in [get(LICENSES, &[]), get(&path, &[]), get(&format!("{LICENSES}/999"), &[]), get(LICENSES, &[("page", "0")])] {
        let answer = as_writer(ask).send(&world).await;
        assert_eq!((answer.status.as_u16(), message(&answer).as_str()), (403, "Forbidden"));
    }
    success(&world, as_writer(post_json(&path, &json!({"expires_at": 0})).method(Method::PUT))).await;
}

#[tokio::test]
async fn an_unknown_entity_is_not_found() {
    let world = World::new().await;
    vendor(&world).await;
    assert_recorded("unknown_entity", &ask("/api/4.0/products", &[]).send(&world).await);
    for target in [
        "/api.php",
        "/api.php?_d=",
        "/api.php?_d=4.0",
        "/api.php?_d=licenses",
        "/api.php?_d=4.0/products/3",
        "/api.php?_d=4.0/licenses/3/users",
        "/api.php?_d=../../etc/passwd",
        "/api.php?_d=4.0/licenses%00",
        "/api/4.0/licenses/3/users",
        "/api/2.0/licenses",
        "/api/4.0/Licenses",
    ] {
        let answer = ask(target, &[]).send(&world).await;
        assert_eq!((answer.status.as_u16(), message(&answer).as_str()), (404, "Not Found"), "{target}");
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    assert_recorded("wrong_method", &show(license.id).method(Method::DELETE).send(&world).await);
    let one = format!("{LICENSES}/{}", license.id);
    let body = json!({"expires_at": 0});
    for (method, target) in [
        (Method::PUT, LICENSES),
        (Method::PUT, "/api/4.0/licenses/"),
        (Method::PUT, "/api.php?_d=4.0/licenses"),
        (Method::POST, LICENSES),
        (Method::POST, &one),
        (Method::DELETE, LICENSES),
        (Method::PATCH, &one),
        (Method::HEAD, LICENSES),
        (Method::HEAD, &one),
        (Method::OPTIONS, LICENSES),
        (Method::OPTIONS, &one),
        (Method::POST, "/index.php?dispatch=product_packages.get_package"),
        (Method::HEAD, "/index.php?dispatch=product_packages.get_package"),
    ] {
        let answer = put(1, &body).to(target).method(method.clone()).send(&world).await;
        assert_eq!(answer.status, 405, "{method} {target}");
        assert_eq!(answer.header("allow"), Some(if target == one { "GET, PUT" } else { "GET" }), "{method} {target}");
        if method != Method::HEAD {
            assert_eq!(message(&answer), "Method Not Allowed", "{method} {target}");
        }
    }
    for empty in [&b""[..], b" \r\n\t"] {
        let answer = post(&one, "application/json", empty).method(Method::PUT).header("authorization", AUTHORIZATION).send(&world).await;
        assert_eq!((answer.status.as_u16(), message(&answer).as_str()), (405, "Method Not Allowed"), "an update without a body");
    }
}

#[tokio::test]
async fn a_get_must_take_what_is_written_here() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let with =
        |accept: &str, id: &str| get(&format!("{LICENSES}{id}"), &[]).header("authorization", AUTHORIZATION).header("accept", accept);
    assert_recorded("not_acceptable", &with("text/html", "").send(&world).await);
    for id in [String::new(), format!("/{}", license.id)] {
        for accept in ["application/json", "text/plain", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"] {
            success(&world, with(accept, &id)).await;
        }
        for accept in ["text/html", "application/xml;q=0.9, image/png", "application/json;q=0"] {
            assert_eq!(message(&with(accept, &id).send(&world).await), "Not Acceptable", "{accept}");
        }
    }
    let update = put(license.id, &json!({"expires_at": 0})).header("accept", "text/html");
    success(&world, update).await;
}

#[tokio::test]
async fn an_update_must_say_that_it_is_json() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let path = format!("{LICENSES}/{}", license.id);
    let with = |kind: &str| post(&path, kind, b"{\"expires_at\": 0}").method(Method::PUT).header("authorization", AUTHORIZATION);
    assert_recorded("unsupported_media_type", &with("application/x-www-form-urlencoded").send(&world).await);
    for kind in ["", "text/html", "application/xml", "multipart/form-data; boundary=x"] {
        assert_eq!(message(&with(kind).send(&world).await), "Unsupported Media Type", "{kind}");
    }
    for kind in ["application/json", "application/json; charset=utf-8", "text/plain", "Application/JSON"] {
        success(&world, with(kind)).await;
    }
}

#[tokio::test]
async fn a_stranger_is_told_nothing_but_that() {
    let world = World::new().await;
    vendor(&world).await;
    let stranger = |ask: Ask, number: u8| ask.basic(USER, "a-wrong-key").from_address(&format!("203.0.113.{number}"));
    let path = format!("{LICENSES}/1");
    for (number, ask) in (0..).zip([
        get(LICENSES, &[]).header("accept", "text/html"),
        get(LICENSES, &[("page", "x")]),
        get(LICENSES, &[("user_id", "x")]),
        get(&path, &[]),
        post(&path, "text/html", b"x").method(Method::PUT),
        post(&path, "application/json", b"").method(Method::PUT),
        post(&path, "application/json", b"{").method(Method::PUT),
    ]) {
        assert_eq!(stranger(ask, number).send(&world).await.status, 401, "{number}");
    }
}

#[tokio::test]
async fn a_fault_is_never_an_answer_about_a_licence() {
    let world = faults::world().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let asks = || [list(&[]), show(license.id), put(license.id, &json!({"domain_name": "a.com"})), show(999_999)];
    for (fault, status) in [(Fault::AccessDenied, 500), (Fault::Throttle, 503)] {
        world.table.inject(Rule::every(fault));
        for ask in asks() {
            let answer = ask.send(&world).await;
            assert_eq!(answer.status, status);
            message(&answer);
            assert_eq!(answer.header("retry-after"), Some("30"));
        }
        if status == 503 {
            assert_recorded("fault", &list(&[]).send(&world).await);
        }
        world.table.clear();
    }
}
