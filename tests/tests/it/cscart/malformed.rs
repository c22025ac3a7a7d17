//! What no script would send: a 4xx of this dialect, and never a 5xx.

use http::Method;
use latchkey_tests::exchange::post;
use latchkey_tests::world::World;

use super::{AUTHORIZATION, LICENSES, ask, assert_recorded, list, message, seeds_license, show, success, vendor};

#[tokio::test]
async fn a_body_is_bounded() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let path = format!("{LICENSES}/{}", license.id);
    let put = |body: &[u8]| post(&path, "application/json", body).method(Method::PUT).header("authorization", AUTHORIZATION);
    assert_recorded("too_large", &put(&vec![b' '; 64 * 1024 + 1]).send(&world).await);
    let mut whole = b"{\"expires_at\":0}".to_vec();
    whole.resize(64 * 1024, b' ');
    success(&world, put(&whole)).await;
}

#[tokio::test]
async fn a_query_is_bounded() {
    let world = World::new().await;
    vendor(&world).await;
    let long = list(&[("email", &"a".repeat(9_000))]).send(&world).await;
    assert_eq!((long.status.as_u16(), message(&long).as_str()), (400, "Bad Request: The query is longer than 8192 bytes"));
}

#[tokio::test]
async fn rubbish_in_a_body_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let before = success(&world, show(license.id)).await;
    let path = format!("{LICENSES}/{}", license.id);
    let deep = format!("{{\"domain_name\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let many = format!("{{\"domain_name\":[{}]}}", vec!["0"; 10_000].join(","));
    let bodies: [&[u8]; 12] = [
        b"{",
        b"null",
        b"[]",
        b"\"\"",
        b"\0\0\0",
        b"{}{}",
        b"\xff\xfe{\"expires_at\":1}",
        b"{\"expires_at\":\"\xff\"}",
        b"{\"expires_at\":1e999}",
        b"expires_at=0&domain_name=a.com",
        deep.as_bytes(),
        many.as_bytes(),
    ];
    for body in bodies {
        let answer = post(&path, "application/json", body).method(Method::PUT).header("authorization", AUTHORIZATION).send(&world).await;
        assert_eq!(answer.status, 400, "{:?}", String::from_utf8_lossy(&body[..body.len().min(40)]));
        message(&answer);
    }
    assert_recorded(
        "not_json",
        &post(&path, "application/json", b"{\"expires_at\": 0,}")
            .method(Method::PUT)
            .header("authorization", AUTHORIZATION)
            .send(&world)
            .await,
    );
    assert_eq!(success(&world, show(license.id)).await, before);
}

#[tokio::test]
async fn rubbish_in_an_address_finds_nothing_or_is_refused() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    seeds_license(&world, &vendor).await;
    for text in ["\0", "\u{202e}", &"9".repeat(400), "' OR 1=1 --", "%s%n", "{{7*7}}", "../../etc/passwd", "é", "-0", "1e3", "٣"] {
        for name in ["user_id", "product_id", "order_id", "license_number", "email", "domain_name"] {
            let answer = list(&[(name, text)]).send(&world).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (200, &b"[]"[..]), "{name}={text:?}");
        }
        for name in ["page", "items_per_page"] {
            assert_eq!(list(&[(name, text)]).send(&world).await.status, 400, "{name}={text:?}");
        }
    }
    for target in ["/api/4.0/licenses?%", "/api/4.0/licenses?&&=&=x&%00=%ff", "/api.php?%&_d=4.0/licenses&&"] {
        assert_eq!(ask(target, &[]).send(&world).await.status, 200, "{target}");
    }
    for target in ["/api/4.0/licenses/%00", "/api/4.0/licenses/..", "/api/4.0/licenses/%2e%2e%2f1", "/api/%ff", "/api.php?_d=%ff%fe"] {
        assert_eq!(ask(target, &[]).send(&world).await.status, 404, "{target}");
    }
}
