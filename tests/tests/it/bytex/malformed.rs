//! What no endpoint can make sense of: the envelope, and never a 5xx.

use http::Method;
use latchkey_core::domain::api_key::Permission;
use latchkey_tests::exchange::{get, post};
use latchkey_tests::world::World;

use super::{
    CREATE, CREATE_TOKEN, GET, GET_PRODUCT_LICENSES, GET_PUBLIC, GET_TOKEN_VALIDITY, KEY, LIST, REDEEM, Shop, assert_recorded, refused,
    response,
};

const GETS: [&str; 5] = [GET_PRODUCT_LICENSES, GET_TOKEN_VALIDITY, GET_PUBLIC, GET, LIST];
const POSTS: [&str; 3] = [CREATE_TOKEN, CREATE, REDEEM];

#[tokio::test]
async fn missing_parameters_are_named() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    assert_recorded("missing_parameters", &shop.get(GET_PRODUCT_LICENSES, &[]).send(&world).await);
    for path in [GET_TOKEN_VALIDITY, GET_PUBLIC, GET] {
        assert_eq!(
            refused(&shop.get(path, &[("Token", " "), ("LicenseKey", "")]).send(&world).await),
            (400, "MissingParameter".to_owned())
        );
    }
    let answer = shop.post(CREATE_TOKEN, &[]).send(&world).await.json();
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_to_who_may_make_it_alone() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let deleter = world.api_key(&shop.vendor, Permission::Delete.into()).await;
    let wrong = "00000000-0000-0000-0000-000000000000";
    for path in [GET_PRODUCT_LICENSES, GET_TOKEN_VALIDITY, GET_PUBLIC, GET] {
        assert_eq!(refused(&get(path, &[]).header("authorization", wrong).send(&world).await).0, 401, "{path}");
        assert_eq!(refused(&get(path, &[]).header("authorization", deleter.expose()).send(&world).await).0, 403, "{path}");
    }
    let long = vec![b'a'; 64 * 1024 + 1];
    for (path, body) in POSTS.into_iter().flat_map(|path| [(path, &b"{"[..]), (path, &long)]) {
        let ask = || post(path, "application/json", body);
        assert_eq!(refused(&ask().header("authorization", wrong).from_address("203.0.113.7").send(&world).await).0, 401, "{path}");
        assert_eq!(refused(&ask().header("authorization", deleter.expose()).send(&world).await).0, 403, "{path}");
    }
}

#[tokio::test]
async fn parameters_of_a_get_come_from_the_query_alone() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let with_body = post(GET_PUBLIC, "application/x-www-form-urlencoded", format!("LicenseKey={KEY}").as_bytes()).method(Method::GET);
    let answer = with_body.header("authorization", &shop.api_key).send(&world).await;
    assert_eq!(refused(&answer), (400, "MissingParameter".to_owned()));
}

#[tokio::test]
async fn paths_have_any_case_below_two_spellings_of_the_prefix() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    for path in ["/API/Public/v1/licenses/R1/getpublic", "/api/public/v1/licenses/r1/getpublic", "/API/Public/v1/LICENSES/r1/GETPUBLIC"] {
        assert_eq!(response(&shop.get(path, &[("LicenseKey", KEY)]).send(&world).await)["key"], KEY, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    assert_recorded("no_route", &shop.get("/API/Public/v1/Licenses/r1/Nothing", &[]).send(&world).await);
    assert_recorded("wrong_method", &shop.get_public(KEY).method(Method::DELETE).send(&world).await);
    for path in POSTS {
        assert_eq!(refused(&get(path, &[]).send(&world).await), (405, "MethodNotAllowed".to_owned()), "{path}");
    }
    for path in GETS {
        assert_eq!(refused(&shop.post(path, &[]).send(&world).await), (405, "MethodNotAllowed".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_body_over_64_kib_and_one_that_is_no_json() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let send = async |kind: &str, body: &[u8]| post(CREATE, kind, body).header("authorization", &shop.api_key).send(&world).await;
    assert_recorded("too_large", &send("application/x-www-form-urlencoded", &vec![b'a'; 64 * 1024 + 1]).await);
    assert_recorded("invalid_body", &send("application/json", b"{\"Percentage\":").await);
    let nested = send("application/json", br#"{"percentage":[10]}"#).await;
    assert_eq!(refused(&nested), (400, "InvalidParameter".to_owned()));
}

#[tokio::test]
async fn rubbish_is_a_4xx_of_the_dialect_or_says_that_nothing_is_there() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let many = format!("{{\"Code\":[{}]}}", vec!["0"; 10_000].join(","));
    let bodies: [(&str, &[u8]); 9] = [
        ("application/json", b""),
        ("application/json", b"null"),
        ("application/json", b"\0\0\0"),
        ("application/json", b"\xff\xfe{\"key\":1}"),
        ("application/json", deep.as_bytes()),
        ("application/json", many.as_bytes()),
        ("application/json", br#"{"Code":"a","code":"b","Percentage":"c","InternalUserIdentifier":"d\u0000e","ProductSku":{}}"#),
        ("application/x-www-form-urlencoded", b"Code=%00&Percentage=%ff&ProductSku=%&InternalUserIdentifier=K"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
    ];
    for path in POSTS {
        for (kind, body) in bodies {
            let answer = post(path, kind, body).header("authorization", &shop.api_key).send(&world).await;
            assert!(answer.status.is_client_error(), "{path} {kind} {:?}: {}", &body[..body.len().min(40)], answer.status);
            assert!(answer.json()["response"].is_null());
        }
    }
    for text in ["\0", "\u{202e}", &"k".repeat(6_000), "' OR 1=1 --", "%s%n", "{{7*7}}", "../../etc/passwd"] {
        for path in GETS {
            let names = ["InternalUserIdentifier", "ProductSku", "Token", "LicenseKey", "After", "Limit"];
            let answer = shop.get(path, &names.map(|name| (name, text))).send(&world).await;
            let is_nothing = path == GET_PUBLIC && answer.json()["response"]["exists"] == false;
            assert!(answer.status.is_client_error() || is_nothing, "{path} {text:?}: {}", answer.status);
        }
    }
}
