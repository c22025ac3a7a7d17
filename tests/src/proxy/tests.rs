//! The proxy before a tiny upstream that keeps what reaches it: what does the client see, and did the upstream see the request?

mod through_the_sdk;

use std::convert::Infallible;
use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// Long enough for anything on loopback; only a broken proxy takes so long.
const BOUND: Duration = Duration::from_secs(20);

async fn bounded<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, future).await.expect("an end within the bound")
}

async fn until(done: impl Fn() -> bool) {
    bounded(async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

type Seen = Arc<Mutex<Vec<Request<Bytes>>>>;

/// DynamoDB calls are answered with consumed capacity, HEAD with a length only and all others with ten bytes.
async fn upstream() -> (SocketAddr, Seen) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let keep = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let keep = Arc::clone(&keep);
            let service = service_fn(move |request: Request<Incoming>| {
                let keep = Arc::clone(&keep);
                async move {
                    let (parts, body) = request.into_parts();
                    let answer: Full<Bytes> = if parts.headers.contains_key("x-amz-target") {
                        Full::from(r#"{"ConsumedCapacity":{"CapacityUnits":1.5,"Table":{"CapacityUnits":1.0}}}"#)
                    } else if parts.method == Method::HEAD {
                        Full::default()
                    } else {
                        Full::from("0123456789")
                    };
                    let length = if parts.method == Method::HEAD { Some(10) } else { None };
                    let body = body.collect().await.unwrap().to_bytes();
                    keep.lock().unwrap().push(Request::from_parts(parts, body));
                    let mut answer = Response::new(answer);
                    answer.headers_mut().insert("etag", "\"real\"".parse().unwrap());
                    if let Some(length) = length {
                        answer.headers_mut().insert("content-length", length.into());
                    }
                    Ok::<_, Infallible>(answer)
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (address, seen)
}

/// A proxy, a client of it and what reached the upstream behind it.
struct Stand {
    proxy: Proxy,
    client: Client<HttpConnector, Full<Bytes>>,
    seen: Seen,
}

/// What a client got: a status and a body.
type Got = Result<(u16, Bytes), Box<dyn std::error::Error>>;

impl Stand {
    async fn new() -> Self {
        let (address, seen) = upstream().await;
        let proxy = Proxy::start(address).await.unwrap();
        Self { proxy, client: Client::builder(TokioExecutor::new()).build_http(), seen }
    }

    async fn with(rule: Rule) -> Self {
        let stand = Self::new().await;
        stand.proxy.inject(rule);
        stand
    }

    async fn send(&self, request: http::request::Builder, body: &str) -> Got {
        let answer = bounded(self.client.request(request.body(Full::from(body.to_owned()))?)).await?;
        let status = answer.status().as_u16();
        Ok((status, bounded(answer.into_body().collect()).await?.to_bytes()))
    }

    async fn dynamodb(&self, operation: &str, body: &Value) -> Got {
        let request = Request::post(self.proxy.url()).header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
        self.send(request, &body.to_string()).await
    }

    async fn get(&self) -> Got {
        self.send(Request::get(format!("{}/bucket/key", self.proxy.url())), "").await
    }

    /// A DynamoDB call's status and error name, without the namespace.
    async fn refusal(&self, operation: &str, body: &Value) -> (u16, String) {
        let (status, body) = self.dynamodb(operation, body).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        (status, body["__type"].as_str().unwrap().rsplit('#').next().unwrap().to_owned())
    }

    fn reached(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

#[tokio::test]
async fn a_request_passes_unchanged_with_the_host_that_was_signed() {
    let stand = Stand::new().await;
    let request = Request::put(format!("{}/bucket/a%20b?partNumber=1&x=%2F", stand.proxy.url()))
        .header("host", "bucket.s3.example")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=a");
    let (status, body) = stand.send(request, "the body").await.unwrap();
    assert_eq!((status, &body[..]), (200, &b"0123456789"[..]));

    let seen = stand.seen.lock().unwrap();
    assert_eq!((seen[0].method(), seen[0].uri().to_string().as_str()), (&Method::PUT, "/bucket/a%20b?partNumber=1&x=%2F"));
    assert_eq!(seen[0].headers()["host"], "bucket.s3.example");
    assert_eq!(seen[0].headers()["authorization"], "AWS4-HMAC-SHA256 Credential=a");
    assert_eq!(&seen[0].body()[..], b"the body");
}

#[tokio::test]
async fn an_answer_to_head_keeps_its_length() {
    let stand = Stand::new().await;
    let request = Request::head(format!("{}/bucket/key", stand.proxy.url())).body(Full::default()).unwrap();
    let answer = bounded(stand.client.request(request)).await.unwrap();
    assert_eq!((answer.headers()["content-length"].to_str().unwrap(), &answer.headers()["etag"]), ("10", &"\"real\"".parse().unwrap()));
}

#[tokio::test]
async fn calls_are_recorded_with_their_cost() {
    let stand = Stand::new().await;
    stand.dynamodb("UpdateItem", &json!({ "TableName": "t" })).await.unwrap();
    stand.get().await.unwrap();
    stand.dynamodb("GetItem", &json!({})).await.unwrap();

    let calls = stand.proxy.calls();
    let listed: Vec<_> = calls.iter().map(|call| (call.index, call.operation.as_str(), call.status, call.upstream_status)).collect();
    assert_eq!(
        listed,
        [(0, "UpdateItem", Some(200), Some(200)), (1, "S3.GET", Some(200), Some(200)), (2, "GetItem", Some(200), Some(200))]
    );
    assert_eq!((calls[0].json(), calls[0].capacity.total), (json!({ "TableName": "t" }), 1.5));
    assert_eq!((stand.proxy.calls().len(), stand.proxy.capacity().total, stand.proxy.capacity().table), (3, 3.0, 2.0));

    stand.proxy.reset_calls();
    assert_eq!((stand.proxy.calls().len(), stand.proxy.capacity()), (0, Capacity::default()));
    stand.get().await.unwrap();
    assert_eq!(stand.proxy.calls()[0].index, 0);
}

#[tokio::test]
async fn an_error_is_answered_by_name_and_reaches_no_upstream() {
    let transaction = json!({ "TransactItems": [{}, {}] });
    for (fault, operation, status, name) in [
        (Fault::Throttle, "UpdateItem", 400, "ProvisionedThroughputExceededException"),
        (Fault::ThrottleRequests, "UpdateItem", 400, "ThrottlingException"),
        (Fault::TransactionConflict, "UpdateItem", 400, "TransactionConflictException"),
        (Fault::TransactionConflict, "TransactWriteItems", 400, "TransactionCanceledException"),
        (Fault::ConditionFailed { position: 0 }, "UpdateItem", 400, "ConditionalCheckFailedException"),
        (Fault::ConditionFailed { position: 1 }, "TransactWriteItems", 400, "TransactionCanceledException"),
        (Fault::ConditionFailed { position: 2 }, "TransactWriteItems", 400, "ValidationException"),
        (Fault::Cancelled { position: 0, code: "ThrottlingError" }, "TransactWriteItems", 400, "TransactionCanceledException"),
        (Fault::Cancelled { position: 0, code: "ThrottlingError" }, "UpdateItem", 400, "ValidationException"),
        (Fault::Status(500), "UpdateItem", 500, "InternalServerError"),
        (Fault::Status(503), "UpdateItem", 503, "ServiceUnavailable"),
        (Fault::AccessDenied, "UpdateItem", 400, "AccessDeniedException"),
        (Fault::Expired, "UpdateItem", 400, "ExpiredTokenException"),
        (Fault::Error { status: 400, code: "TransactionInProgressException" }, "UpdateItem", 400, "TransactionInProgressException"),
        (Fault::Unprocessed, "UpdateItem", 400, "ValidationException"),
    ] {
        let stand = Stand::with(Rule::once(fault.clone())).await;
        let body = if operation == "UpdateItem" { json!({}) } else { transaction.clone() };
        assert_eq!(stand.refusal(operation, &body).await, (status, name.to_owned()), "{fault:?} on {operation}");
        assert_eq!(stand.reached(), 0, "{fault:?} on {operation}");
        let call = &stand.proxy.calls()[0];
        assert_eq!((call.fault.as_ref(), call.status, call.upstream_status), (Some(&fault), Some(status), None));
        assert_eq!(stand.dynamodb(operation, &body).await.unwrap().0, 200, "the rule is used up: {fault:?}");
    }
}

#[tokio::test]
async fn s3_gets_its_own_errors() {
    for (fault, status, code) in [
        (Fault::Throttle, 503, "SlowDown"),
        (Fault::Status(503), 503, "SlowDown"),
        (Fault::Status(500), 500, "InternalError"),
        (Fault::AccessDenied, 403, "AccessDenied"),
        (Fault::Expired, 400, "ExpiredToken"),
        (Fault::ConditionFailed { position: 0 }, 412, "PreconditionFailed"),
    ] {
        let stand = Stand::with(Rule::once(fault.clone()).on("S3.GET")).await;
        let (got, body) = stand.get().await.unwrap();
        assert_eq!(got, status, "{fault:?}");
        assert!(std::str::from_utf8(&body).unwrap().contains(&format!("<Code>{code}</Code>")), "{fault:?}: {body:?}");
        assert_eq!(stand.reached(), 0);
    }
}

#[tokio::test]
async fn an_unprocessed_batch_comes_back_whole_and_reaches_no_upstream() {
    let stand = Stand::with(Rule::first(2, Fault::Unprocessed)).await;
    let batch = json!({ "RequestItems": { "t": [{ "PutRequest": { "Item": {} } }] } });
    for _ in 0..2 {
        let (status, body) = stand.dynamodb("BatchWriteItem", &batch).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, &body["UnprocessedItems"]), (200, &batch["RequestItems"]));
    }
    assert_eq!(stand.reached(), 0);
    stand.dynamodb("BatchWriteItem", &batch).await.unwrap();
    assert_eq!(stand.reached(), 1);
}

#[tokio::test]
async fn a_call_dropped_before_is_not_done_and_one_dropped_after_is() {
    for (fault, reached, upstream_status) in [(Fault::DropBefore, 0, None), (Fault::DropAfter, 1, Some(200))] {
        let stand = Stand::with(Rule::once(fault.clone())).await;
        stand.dynamodb("UpdateItem", &json!({})).await.unwrap_err();
        assert_eq!(stand.reached(), reached, "{fault:?}");
        let call = &stand.proxy.calls()[0];
        assert_eq!((call.status, call.upstream_status), (None, upstream_status), "{fault:?}");
        assert_eq!(stand.dynamodb("UpdateItem", &json!({})).await.unwrap().0, 200, "the next connection works: {fault:?}");
    }
}

#[tokio::test]
async fn a_drop_ends_a_kept_alive_connection_without_a_byte() {
    let stand = Stand::with(Rule::nth(1, Fault::DropAfter)).await;
    let mut stream = TcpStream::connect(stand.proxy.address).await.unwrap();
    stream.write_all(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"0123456789") {
        assert_ne!(bounded(stream.read_buf(&mut answer)).await.unwrap(), 0, "the first call is answered");
    }
    stream.write_all(b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    // A reset is an error here and a close is not: both are an end.
    let _ = bounded(stream.read_to_end(&mut rest)).await;
    assert_eq!((rest.len(), stand.reached()), (0, 2));
}

#[tokio::test]
async fn a_truncated_answer_announces_all_and_brings_half() {
    let stand = Stand::with(Rule::once(Fault::TruncateBody)).await;
    let mut stream = TcpStream::connect(stand.proxy.address).await.unwrap();
    stream.write_all(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = bounded(stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8(answer).unwrap().to_lowercase();
    assert!(answer.contains("content-length: 10\r\n") && answer.ends_with("\r\n\r\n01234"), "{answer}");
    assert_eq!(stand.reached(), 1);
}

#[tokio::test]
async fn a_client_tells_a_truncated_answer_from_a_whole_one() {
    let stand = Stand::with(Rule::once(Fault::TruncateBody)).await;
    stand.get().await.unwrap_err();
    assert_eq!(&stand.get().await.unwrap().1[..], b"0123456789");
}

#[tokio::test]
async fn a_wrong_etag_replaces_the_right_one() {
    let stand = Stand::with(Rule::once(Fault::WrongEtag)).await;
    let request = Request::get(format!("{}/bucket/key", stand.proxy.url())).body(Full::default()).unwrap();
    let answer = bounded(stand.client.request(request)).await.unwrap();
    assert_eq!(answer.headers()["etag"], "\"00000000000000000000000000000000\"");
    assert_eq!(stand.reached(), 1);
}

#[tokio::test]
async fn a_delayed_call_is_done_although_its_client_has_gone() {
    let stand = Stand::with(Rule::once(Fault::Delay(Duration::from_millis(300)))).await;
    let request = Request::get(stand.proxy.url()).body(Full::default()).unwrap();
    let client = tokio::spawn(stand.client.request(request));
    until(|| stand.proxy.calls().len() == 1).await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    until(|| stand.reached() == 1).await;
}

#[tokio::test]
async fn a_call_whose_answer_is_late_is_done_before() {
    let stand = Stand::with(Rule::once(Fault::DelayAnswer(Duration::from_millis(300)))).await;
    let answer = stand.get();
    let done = until(|| stand.reached() == 1);
    tokio::pin!(answer);
    tokio::select! {
        biased;
        _ = &mut answer => panic!("answered before it was done"),
        () = done => {}
    }
    assert_eq!(stand.proxy.calls()[0].status, None, "done, and not answered yet");
    assert_eq!(answer.await.unwrap().0, 200);
}

#[tokio::test]
async fn a_hanging_call_ends_with_the_proxy() {
    let Stand { proxy, client, seen } = Stand::with(Rule::once(Fault::Hang)).await;
    let request = Request::get(proxy.url()).body(Full::default()).unwrap();
    let hanging = tokio::spawn(async move { client.request(request).await });
    until(|| proxy.calls().len() == 1).await;
    assert!(!hanging.is_finished());
    assert_eq!((proxy.calls()[0].status, seen.lock().unwrap().len()), (None, 0));
    drop(proxy);
    bounded(hanging).await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_killed_process_reaches_nothing_until_it_is_revived() {
    let stand = Stand::new().await;
    stand.proxy.kill_at(1);
    stand.get().await.unwrap();
    stand.get().await.unwrap_err();
    stand.dynamodb("UpdateItem", &json!({})).await.unwrap_err();
    assert_eq!(stand.reached(), 1);
    stand.proxy.revive();
    stand.get().await.unwrap();
    assert_eq!((stand.reached(), stand.proxy.calls().len()), (2, 4));
}

#[tokio::test]
async fn only_a_plain_base_url_or_an_address_is_an_upstream() {
    for wrong in ["https://127.0.0.1:1", "http://127.0.0.1:1/path", "http://127.0.0.1:1/?q", ""] {
        assert_eq!(Proxy::start(wrong).await.unwrap_err().kind(), io::ErrorKind::InvalidInput, "{wrong}");
    }
    for right in ["http://127.0.0.1:1", "http://localhost:1/", "127.0.0.1:1"] {
        Proxy::start(right).await.unwrap();
    }
}
