//! What comes back, within its bounds.

use std::time::Duration;

use latchkey_core::domain::retry::Verdict;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::outbound::{AT_ONCE_PER_HOST, Limits, MAX_BODY_BYTES, MAX_HEADER_BYTES, Unsent};
use latchkey_tests::sink::{Reply, Sink};

use super::post;

const URL: &str = "https://shop.example/";

fn short() -> Limits {
    Limits { connect: Duration::from_millis(500), total: Duration::from_secs(1), turn: Duration::from_secs(30) }
}

#[tokio::test]
async fn a_redirection_is_an_answer_and_is_not_followed() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    for status in [301, 302, 303, 307, 308] {
        sink.answer(move |_| Reply::With(status, vec![("location", "https://169.254.169.254/".to_owned())]));
        let answer = post(&client, URL).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.verdict()), (status, Verdict::Again));
    }
    assert_eq!((network.looked_up().len(), sink.connections()), (5, 5));
}

#[tokio::test]
async fn a_body_is_read_up_to_its_bound_and_no_further() {
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    sink.answer(move |_| Reply::Endless(head.clone(), vec![b'x'; 10_000]));
    let answer = post(&client, URL).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, MAX_BODY_BYTES));
    sink.answer(|_| Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".to_vec()));
    assert_eq!(post(&client, URL).await.unwrap().body, b"hello");
}

#[tokio::test]
async fn headers_are_bounded_in_bytes_and_in_number() {
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    sink.answer(|_| Reply::With(200, vec![("x-large", "x".repeat(MAX_HEADER_BYTES))]));
    assert_eq!(post(&client, URL).await.unwrap_err(), Unsent::Broken);
    sink.answer(|_| Reply::With(200, (0..200).map(|_| ("x", String::new())).collect()));
    assert_eq!(post(&client, URL).await.unwrap_err(), Unsent::Broken);
    sink.answer(|_| Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".repeat(100)));
    assert_eq!(post(&client, URL).await.unwrap_err(), Unsent::Broken);
    sink.answer(|_| Reply::With(200, vec![("x-large", "x".repeat(MAX_HEADER_BYTES / 2))]));
    assert_eq!(post(&client, URL).await.unwrap().status, 200);
}

#[tokio::test]
async fn what_hangs_is_left() {
    let sink = Sink::tls().await;
    let client = sink.client().0.with_limits(short());
    sink.answer(|_| Reply::ThenHang(Vec::new()));
    assert_eq!(post(&client, URL).await.unwrap_err(), Unsent::TimedOut);
    sink.answer(|_| Reply::ThenHang(b"HTTP/1.1 200 OK\r\nx: ".to_vec()));
    assert_eq!(post(&client, URL).await.unwrap_err(), Unsent::TimedOut);
    // One that says nothing to the handshake either.
    let plain = Sink::plain().await;
    let client = plain.client().0.with_limits(short());
    assert_eq!(post(&client, URL).await.unwrap_err(), Unsent::TimedOut);
}

#[tokio::test]
async fn a_status_counts_though_its_body_hangs() {
    let sink = Sink::tls().await;
    let client = sink.client().0.with_limits(short());
    sink.answer(|_| Reply::ThenHang(b"HTTP/1.1 202 OK\r\ncontent-length: 100\r\n\r\nabc".to_vec()));
    let answer = post(&client, URL).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.as_slice(), answer.verdict()), (202, b"abc".as_slice(), Verdict::Done));
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    for bytes in ["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc\r\n\r\n", "<html>"] {
        sink.answer(move |_| Reply::Raw(bytes.as_bytes().to_vec()));
        assert_eq!(post(&client, URL).await.unwrap_err(), Unsent::Broken, "{bytes:?}");
    }
}

#[tokio::test]
async fn retry_after_is_read_from_the_answer() {
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    let now = Timestamp::parse("2026-11-22T06:00:00Z").unwrap();
    sink.answer(|_| Reply::With(429, vec![("Retry-After", "17".to_owned())]));
    assert_eq!(post(&client, URL).await.unwrap().retry_after(now), Some(17));
    sink.answer(|_| Reply::With(503, vec![("Retry-After", "Sun, 22 Nov 2026 06:02:00 GMT".to_owned())]));
    assert_eq!(post(&client, URL).await.unwrap().retry_after(now), Some(120));
    sink.answer(|_| Reply::Status(503));
    assert_eq!(post(&client, URL).await.unwrap().retry_after(now), None);
}

#[tokio::test]
async fn one_host_has_no_more_than_its_turns_and_a_hanging_one_takes_none_of_the_others() {
    let sink = Sink::tls().await;
    let client = sink.client().0.with_limits(Limits { turn: Duration::from_millis(200), ..short() });
    sink.answer(|received| match received.header("host") {
        Some("hooks.example") => Reply::ThenHang(Vec::new()),
        _ => Reply::Status(200),
    });
    let mut hanging = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let client = client.clone();
        hanging.spawn(async move { post(&client, "https://hooks.example/").await });
    }
    while sink.received().len() < AT_ONCE_PER_HOST {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(post(&client, URL).await.unwrap().status, 200);
    let ends = hanging.join_all().await;
    let count = |expected: Unsent| ends.iter().filter(|end| end.as_ref().err() == Some(&expected)).count();
    assert_eq!((count(Unsent::TimedOut), count(Unsent::Busy)), (AT_ONCE_PER_HOST, 4));
}
