//! The stack as its users meet it: one port, a data folder, clear refusals.

#![expect(clippy::unwrap_used, reason = "what stands beside the tests is part of them")]

use std::path::Path;

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use axum::body::Body;
use base64::Engine as _;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use latchkey_core::aws;
use latchkey_core::clock::Clock;
use latchkey_core::config::BucketConfig;
use latchkey_core::domain::destination::Reach;
use latchkey_core::local::{BUCKET, TABLE};
use latchkey_core::ops::find_by_site::{Host, licenses_at};
use latchkey_core::random::Random;
use latchkey_local::seed::{Demo, DemoApiKey, PLUGIN, Variant, seed};
use latchkey_local::{Options, Stack, StackError, Storage};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn in_folder(folder: &Path) -> Options {
    Options {
        port: 0,
        storage: Storage::Folder(folder.to_owned()),
        clock: Clock::System,
        random: Random::System,
        reach: Reach::Public,
        smtp: None,
    }
}

async fn send(request: Request<Body>) -> Response<Vec<u8>> {
    let response = Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn get(url: &str) -> Response<Vec<u8>> {
    send(Request::get(url).body(Body::empty()).unwrap()).await
}

/// The licence's part of the answer to an activation.
async fn activate(stack: &Stack, key: &str, site: &str) -> Value {
    let body = json!({ "key": key, "package": PLUGIN, "site_url": site }).to_string();
    let request = Request::post(format!("{}/wp-json/lmn/v1/license/activate", stack.url()));
    let response = send(request.header("content-type", "application/json").body(Body::from(body)).unwrap()).await;
    serde_json::from_slice::<Value>(response.body()).unwrap()["license"].take()
}

fn keys(demo: &Demo) -> Vec<&str> {
    demo.products.iter().flat_map(|product| &product.licenses).map(|license| license.key.as_str()).collect()
}

/// `functions/babel/README.md` and the guide say so.
#[tokio::test]
async fn a_quotation_mark_in_an_address_has_to_be_percent_encoded() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    let status = async |query: &str| {
        let mut stream = TcpStream::connect(stack.url().trim_start_matches("http://")).await.unwrap();
        let request = format!("GET /v1/log?{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status("filter=Level=\"Warning\"").await, "400");
    assert_eq!(status("filter=Level%3D%22Warning%22").await, "401", "it is asked who that is");
    stack.shutdown().await;
}

#[tokio::test]
async fn dynamodb_and_s3_answer_on_the_one_port() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    let (access_key, secret_key) = (latchkey_core::local::ACCESS_KEY, latchkey_core::local::SECRET_KEY);
    let sdk = aws::local(&stack.url(), access_key, secret_key);

    let tables = aws::dynamodb(&sdk).list_tables().send().await.unwrap();
    assert_eq!(tables.table_names(), [TABLE]);

    let s3 = aws::s3(&sdk, &BucketConfig { name: BUCKET.to_owned(), path_style: true });
    let buckets = s3.list_buckets().send().await.unwrap();
    assert_eq!(buckets.buckets().iter().filter_map(|bucket| bucket.name()).collect::<Vec<_>>(), [BUCKET]);
    s3.put_object().bucket(BUCKET).key("a/b").body(ByteStream::from_static(b"bytes")).send().await.unwrap();
    let in_a_minute = PresigningConfig::expires_in(std::time::Duration::from_mins(1)).unwrap();
    let presigned = s3.get_object().bucket(BUCKET).key("a/b").presigned(in_a_minute).await.unwrap();
    assert!(presigned.uri().starts_with(&stack.url()));
    assert_eq!(get(presigned.uri()).await.body(), b"bytes");
    assert_eq!(get(&format!("{}/{BUCKET}/a/b", stack.url())).await.status(), StatusCode::FORBIDDEN);
    stack.shutdown().await;
}

#[tokio::test]
async fn the_top_says_what_this_is_and_other_paths_are_api_gateways() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    let page = get(&stack.url()).await;
    assert_eq!((page.status(), page.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "text/plain; charset=utf-8"));
    let nothing = get(&format!("{}/nothing/here", stack.url())).await;
    assert_eq!((nothing.status(), nothing.body().as_slice()), (StatusCode::NOT_FOUND, br#"{"message":"Not Found"}"#.as_slice()));
    stack.shutdown().await;
}

#[tokio::test]
async fn what_was_done_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::start(in_folder(folder.path())).await.unwrap();
    let before = seed(&stack).await.unwrap();
    let key = before.plugin_key(Variant::Active).unwrap();
    assert_eq!(activate(&stack, key, "https://one.example.com").await["activations"], 1);
    stack.shutdown().await;

    let stack = Stack::start(in_folder(folder.path())).await.unwrap();
    let after = seed(&stack).await.unwrap();
    assert_eq!(keys(&before), keys(&after));
    assert_eq!(activate(&stack, key, "https://two.example.com").await["activations"], 2);
    stack.shutdown().await;
}

#[tokio::test]
async fn the_demo_vendor_has_a_licence_of_every_format_in_every_state() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    let demo = seed(&stack).await.unwrap();
    assert_eq!(keys(&demo).len(), 32);
    for (variant, status, code) in [
        (Variant::Active, StatusCode::OK, Value::Null),
        (Variant::OneSeat, StatusCode::OK, Value::Null),
        (Variant::Unlimited, StatusCode::OK, Value::Null),
        (Variant::Expired, StatusCode::FORBIDDEN, json!("license_expired")),
        (Variant::Suspended, StatusCode::FORBIDDEN, json!("license_suspended")),
        (Variant::Revoked, StatusCode::FORBIDDEN, json!("license_revoked")),
        (Variant::Refunded, StatusCode::FORBIDDEN, json!("license_refunded")),
        (Variant::NotYetValid, StatusCode::FORBIDDEN, json!("license_not_yet_valid")),
    ] {
        for product in &demo.products {
            let license = product.licenses.iter().find(|license| license.variant == variant).unwrap();
            let url = format!("{}/wp-json/lmn/v1/license/info?key={}&package={}", stack.url(), license.key, product.slug);
            let response = get(&url).await;
            let json: Value = serde_json::from_slice(response.body()).unwrap();
            assert_eq!((response.status(), &json["code"]), (status, &code), "{variant} {}", product.slug);
        }
    }
    stack.shutdown().await;
}

/// Posts a form to a verb of the API that asks by product id.
async fn verb(stack: &Stack, path: &str, product: &str, key: &str) -> (StatusCode, Value) {
    let form = [("product_id", product), ("license_key", key), ("baseurl", "https://shop.example.com")];
    let form = serde_urlencoded::to_string(form).unwrap();
    let request = Request::post(format!("{}{path}", stack.url())).header("content-type", "application/x-www-form-urlencoded");
    let response = send(request.body(Body::from(form)).unwrap()).await;
    (response.status(), serde_json::from_slice(response.body()).unwrap())
}

#[tokio::test]
async fn every_state_has_its_word_where_licences_are_asked_for_by_product_id() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    let demo = seed(&stack).await.unwrap();
    assert_eq!(demo.plugin_code(), Some(demo.products[0].code.as_str()));
    for (variant, word) in [
        (Variant::Active, "site_inactive"),
        (Variant::OneSeat, "site_inactive"),
        (Variant::Unlimited, "site_inactive"),
        (Variant::Expired, "expired"),
        (Variant::Suspended, "revoked"),
        (Variant::Revoked, "revoked"),
        (Variant::Refunded, "revoked"),
        (Variant::NotYetValid, "inactive"),
    ] {
        for product in &demo.products {
            let license = product.licenses.iter().find(|license| license.variant == variant).unwrap();
            let (status, json) = verb(&stack, "/v2/licenses/check_license", &product.code, &license.key).await;
            assert_eq!((status, &json["license"]), (StatusCode::OK, &json!(word)), "{variant} {}", product.slug);
        }
    }
    stack.shutdown().await;
}

#[tokio::test]
async fn a_doubled_slash_and_an_older_name_arrive_over_the_wire() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    let demo = seed(&stack).await.unwrap();
    let (key, code) = (demo.plugin_key(Variant::OneSeat).unwrap(), demo.plugin_code().unwrap());
    for path in ["/v2/licenses//activate", "/v2/licenses/activate", "/v2/licenses//activate_license"] {
        let (status, json) = verb(&stack, path, code, key).await;
        assert_eq!((status, &json["Activation_ok"], &json["Activation_count"]), (StatusCode::OK, &json!(true), &json!("1")), "{path}");
    }
    assert_eq!(verb(&stack, "/v2/licenses//deactivate", code, key).await.1["license"], "deactivated");
    stack.shutdown().await;
}

#[tokio::test]
async fn the_demo_vendors_api_key_opens_its_licences_after_a_restart_too() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let stack = Stack::start(in_folder(folder.path())).await.unwrap();
        let demo = seed(&stack).await.unwrap();
        let DemoApiKey { user, key } = demo.api_key.unwrap();
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{key}")));
        let url = format!("{}/api.php?_d=4.0/licenses&items_per_page=250", stack.url());
        let response = send(Request::get(&url).header("authorization", basic).body(Body::empty()).unwrap()).await;
        let json: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!((response.status(), json.as_array().unwrap().len()), (StatusCode::OK, 32));
        assert_eq!(get(&url).await.status(), StatusCode::UNAUTHORIZED);
        stack.shutdown().await;
    }
}

#[tokio::test]
async fn a_folder_in_use_is_told_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::start(in_folder(folder.path())).await.unwrap();
    let refused = Stack::start(in_folder(folder.path())).await.unwrap_err();
    assert!(matches!(refused, StackError::Locked(_)), "{refused}");
    assert!(refused.to_string().contains("--data"), "{refused}");
    stack.shutdown().await;
}

#[tokio::test]
async fn a_port_in_use_is_told_with_the_way_out() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let refused = Stack::start(Options { port, ..Options::ephemeral() }).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains(&port.to_string()) && text.contains("--port"), "{text}");
}

/// Waits until a search by site finds this many licences.
async fn found(stack: &Stack, account: latchkey_core::domain::ids::AccountId, site: &str, count: usize) -> bool {
    let host = Host::parse(site).unwrap();
    for _ in 0..500 {
        if licenses_at(stack.core(), account, &host, None, 10).await.unwrap().licenses.len() == count {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn a_site_is_found_soon_after_it_was_activated_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::start(in_folder(folder.path())).await.unwrap();
    let demo = seed(&stack).await.unwrap();
    let key = demo.plugin_key(Variant::Active).unwrap().to_owned();
    let account = demo.account;
    activate(&stack, &key, "https://shop.example.com").await;
    assert!(found(&stack, account, "https://www.shop.example.com/cart", 1).await);
    // A deployment from before the index: nothing of it is there.
    forget_the_index(&stack).await;
    assert!(found(&stack, account, "shop.example.com", 0).await);
    stack.shutdown().await;

    let stack = Stack::start(in_folder(folder.path())).await.unwrap();
    assert!(found(&stack, account, "shop.example.com", 1).await);
    stack.shutdown().await;
}

/// Deletes every entry and every memory of one, past the feed.
async fn forget_the_index(stack: &Stack) {
    let client = aws::dynamodb(&aws::local(&stack.engine_url(), latchkey_core::local::ACCESS_KEY, latchkey_core::local::SECRET_KEY));
    let items = client.scan().table_name(TABLE).send().await.unwrap();
    for item in items.items() {
        let of = |name: &str| item[name].as_s().unwrap().as_str();
        if of("pk").starts_with("SITE#") || of("sk").starts_with("SITE#") {
            let (pk, sk) = (item["pk"].clone(), item["sk"].clone());
            client.delete_item().table_name(TABLE).key("pk", pk).key("sk", sk).send().await.unwrap();
        }
    }
}
