//! What no verb can make sense of: the dialect's shapes, and never a 5xx.

use http::Method;
use latchkey_tests::exchange::{get, post, post_form, post_json};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{KEY, PRODUCT, SITE, VERBS, assert_recorded, check, one_license};

fn path(verb: &str) -> String {
    format!("/v2/licenses/{verb}")
}

#[tokio::test]
async fn what_is_missing_is_named_in_the_dialects_shape() {
    let world = World::new().await;
    one_license(&world).await;
    let all = [("product_id", PRODUCT), ("license_key", KEY), ("baseurl", SITE)];
    for verb in VERBS {
        for (missing, sentence) in [("product_id", "Product Id"), ("license_key", "icense"), ("baseurl", "Base Url")] {
            let fields: Vec<_> = all.into_iter().filter(|(name, _)| *name != missing).collect();
            let answer = post_form(&path(verb), &fields).send(&world).await;
            let json = answer.json();
            assert_eq!((answer.status.as_u16(), &json["success"]), (400, &json!(false)), "{verb} {missing}");
            let message = json["message"].as_str().unwrap();
            assert!(message.contains("Invalid or missing") && message.contains(sentence), "{verb} {missing}: {message:?}");
            assert!(!sentence.contains("icense") || message.to_lowercase().contains("license key"), "{message:?}");
            for empty in ["", "  "] {
                let fields = all.map(|(name, value)| (name, if name == missing { empty } else { value }));
                assert_eq!(post_form(&path(verb), &fields).send(&world).await.json(), json);
            }
            let mut object = json!({"product_id": PRODUCT, "license_key": KEY, "baseurl": SITE});
            object[missing] = json!([1]);
            assert_eq!(post_json(&path(verb), &object).send(&world).await.json(), json, "{verb} {missing}");
        }
        assert_recorded(&format!("missing_{verb}"), &post_form(&path(verb), &[]).send(&world).await);
    }
    let key = post_form(&path("activate_license"), &[all[0], all[2]]).send(&world).await;
    assert_recorded("missing_key_to_activate", &key);
}

#[tokio::test]
async fn a_site_that_is_none_is_as_good_as_missing() {
    let world = World::new().await;
    one_license(&world).await;
    for site in ["ftp://example.com", "http://", "//", "a b", "\u{202e}"] {
        let json = check(KEY, site).send(&world).await.json();
        assert_eq!(json["message"], "Invalid or missing Base Url, ", "{site:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_and_one_that_is_too_long() {
    let world = World::new().await;
    let path = path("check_license");
    assert_recorded("invalid_json", &post(&path, "application/json", b"{\"product_id\":").send(&world).await);
    assert_recorded("too_large", &post(&path, "application/json", &vec![b' '; 64 * 1024 + 1]).send(&world).await);
    assert_eq!(post(&path, "application/json", &vec![b' '; 64 * 1024]).send(&world).await.status, 400);
}

#[tokio::test]
async fn an_unknown_verb_and_a_wrong_method() {
    let world = World::new().await;
    assert_recorded("no_route", &post_form(&path("renew_license"), &[]).send(&world).await);
    assert_recorded("wrong_method", &check(KEY, SITE).method(Method::GET).send(&world).await);
    for target in ["/v2/x", "/v2/licenses", "/v2//", "/v2/licenses/check_license/more", "/v2/licenses/%2e%2e/check_license"] {
        let answer = post_form(target, &[]).send(&world).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["success"]), (404, &json!(false)), "{target}");
    }
    for verb in VERBS {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(get(&path(verb), &[]).method(method).send(&world).await.status, 405, "{verb}");
        }
    }
    assert_eq!(get("/push-file", &[]).method(Method::POST).send(&world).await.status, 405);
}

#[tokio::test]
async fn rubbish_is_a_4xx_of_the_dialect() {
    let world = World::new().await;
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let many = format!("{{\"license_key\":[{}]}}", vec!["0"; 10_000].join(","));
    let bodies: [(&str, &[u8]); 9] = [
        ("application/json", b""),
        ("application/json", b"null"),
        ("application/json", b"\0\0\0"),
        ("application/json", b"\xff\xfe{\"license_key\":1}"),
        ("application/json", deep.as_bytes()),
        ("application/json", many.as_bytes()),
        ("application/json", br#"{"license_key":"a","license_key":"b","product_id":"c","baseurl":"d\u0000e"}"#),
        ("application/x-www-form-urlencoded", b"license_key=%00&product_id=%ff&baseurl=%"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
    ];
    for verb in VERBS {
        for (kind, body) in bodies {
            let answer = post(&path(verb), kind, body).send(&world).await;
            assert_eq!(answer.status, 400, "{verb} {kind} {:?}", &body[..body.len().min(40)]);
            assert_eq!(answer.json()["success"], Value::Bool(false));
        }
        for text in ["\0", "\u{202e}", &"k".repeat(6_000), "' OR 1=1 --", "%s%n", "{{7*7}}", "../../etc/passwd", "CODE#jJPUX40f"] {
            let fields = [("product_id", text), ("license_key", text), ("baseurl", SITE)];
            let answer = post_form(&path(verb), &fields).send(&world).await;
            assert_eq!((answer.status.as_u16(), answer.json()["success"].as_bool()), (400, Some(false)), "{verb} {text:?}");
            let fields = [("product_id", PRODUCT), ("license_key", KEY), ("baseurl", text)];
            assert_ne!(post_form(&path(verb), &fields).send(&world).await.status.as_u16() / 100, 5, "{verb} {text:?}");
        }
    }
}
