//! What no endpoint can make sense of: WordPress core's shapes, and never a 5xx.

use http::Method;
use latchkey_tests::exchange::{get, post, post_json};
use latchkey_tests::world::World;
use serde_json::json;

use super::{KEY, SITE, assert_recorded, info, one_license};

const POSTS: [&str; 3] =
    ["/wp-json/lmn/v1/license/activate", "/wp-json/lmn/v1/license/deactivate", "/wp-json/lmn/v1/software/update/prepare"];
const GETS: [&str; 3] = ["/wp-json/lmn/v1/license/info", "/wp-json/lmn/v1/software/info", "/wp-json/lmn/v1/software/update/download"];

#[tokio::test]
async fn missing_parameters_are_named() {
    let world = World::new().await;
    assert_recorded("missing_parameters", &get(GETS[0], &[]).send(&world).await);
    assert_recorded("missing_parameter", &post_json(POSTS[0], &json!({"key": KEY, "package": "test-plugin"})).send(&world).await);
    for path in GETS {
        assert_eq!(get(path, &[]).send(&world).await.code().unwrap(), "rest_missing_callback_param", "{path}");
    }
    for path in POSTS {
        assert_eq!(post_json(path, &json!({})).send(&world).await.code().unwrap(), "rest_missing_callback_param", "{path}");
        assert_eq!(post(path, "application/json", b"").send(&world).await.code().unwrap(), "rest_missing_callback_param", "{path}");
    }
}

#[tokio::test]
async fn a_site_that_is_none_is_an_invalid_parameter() {
    let world = World::new().await;
    one_license(&world).await;
    let body = json!({"key": KEY, "package": "test-plugin", "site_url": "ftp://example.com"});
    assert_recorded("invalid_site", &post_json(POSTS[0], &body).send(&world).await);
    let body = json!({"key": [KEY], "package": "test-plugin", "site_url": SITE});
    assert_recorded("invalid_type", &post_json(POSTS[0], &body).send(&world).await);
}

#[tokio::test]
async fn a_body_that_is_no_json() {
    let world = World::new().await;
    assert_recorded("invalid_json", &post(POSTS[0], "application/json", b"{\"key\":").send(&world).await);
}

#[tokio::test]
async fn a_body_over_64_kib() {
    let world = World::new().await;
    assert_recorded("too_large", &post(POSTS[0], "application/json", &vec![b' '; 64 * 1024 + 1]).send(&world).await);
    assert_eq!(post(POSTS[0], "application/json", &vec![b' '; 64 * 1024]).send(&world).await.status, 400);
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method() {
    let world = World::new().await;
    assert_recorded("no_route", &get("/wp-json/lmn/v1/nothing", &[]).send(&world).await);
    assert_recorded("wrong_method", &info(KEY).method(Method::DELETE).send(&world).await);
    for path in POSTS {
        assert_eq!(get(path, &[]).send(&world).await.code().unwrap(), "rest_no_route", "{path}");
    }
    for path in GETS {
        assert_eq!(post_json(path, &json!({})).send(&world).await.code().unwrap(), "rest_no_route", "{path}");
    }
}

#[tokio::test]
async fn a_slash_behind_a_route_is_no_other_route() {
    let world = World::new().await;
    for path in POSTS {
        let (with, without) =
            (post_json(&format!("{path}/"), &json!({})).send(&world).await, post_json(path, &json!({})).send(&world).await);
        assert_eq!((with.status, with.json()), (without.status, without.json()), "{path}");
    }
    for path in GETS {
        let (with, without) = (get(&format!("{path}/"), &[]).send(&world).await, get(path, &[]).send(&world).await);
        assert_eq!((with.status, with.json()), (without.status, without.json()), "{path}");
    }
}

#[tokio::test]
async fn rubbish_is_a_4xx_of_the_dialect() {
    let world = World::new().await;
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let many = format!("{{\"key\":[{}]}}", vec!["0"; 10_000].join(","));
    let bodies: [(&str, &[u8]); 9] = [
        ("application/json", b""),
        ("application/json", b"null"),
        ("application/json", b"\0\0\0"),
        ("application/json", b"\xff\xfe{\"key\":1}"),
        ("application/json", deep.as_bytes()),
        ("application/json", many.as_bytes()),
        ("application/json", br#"{"key":"a","key":"b","package":"c","site_url":"d\u0000e"}"#),
        ("application/x-www-form-urlencoded", b"key=%00&package=%ff&site_url=%"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
    ];
    for path in POSTS {
        for (kind, body) in bodies {
            let answer = post(path, kind, body).send(&world).await;
            assert!(answer.status.is_client_error(), "{path} {kind} {:?}: {}", &body[..body.len().min(40)], answer.status);
            assert!(answer.code().is_some());
        }
    }
    for text in ["\0", "\u{202e}", &"k".repeat(6_000), "' OR 1=1 --", "%s%n", "{{7*7}}", "../../etc/passwd"] {
        let answer = get(GETS[1], &[("key", text), ("package", text), ("site_url", text)]).send(&world).await;
        assert!(answer.status.is_client_error(), "{text:?}: {}", answer.status);
    }
}
