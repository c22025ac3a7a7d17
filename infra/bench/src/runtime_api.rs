//! The part of the Lambda Runtime API that a function needs
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>): the next event, the answer, and the two error reports; and beside it the
//! Extensions API ([`Extension`]).
//!
//! Every step of the function becomes a [`Step`] that holds it until the measurement lets it go: what the function has used is read
//! while it waits.

use crate::extension::Extension;
use crate::failure::Failure;
use crate::server::{Answer, Server, reply};
use http::{HeaderValue, Method, Request, StatusCode};
use hyper::body::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// Milliseconds since 1970 by which an answer is due: far away, since a throttled function is slow and that is what is measured.
const DEADLINE_MS: &str = "4102444800000";

/// What the function did.
#[derive(Debug)]
pub(crate) enum Step {
    /// It asked for an event, and so did its extension where it has one: INIT, or the request before, is over.
    Asked(Held),
    /// It answered the event with this body.
    Answered(Held, Bytes),
    /// It reported that its start or a request had failed, with this body.
    Failed(String),
}

/// A function that waits: [`Held::release`] lets it go on.
#[derive(Debug)]
pub(crate) struct Held {
    /// When its request had arrived; where an extension's was still missing, when that had.
    pub(crate) at: Instant,
    go: oneshot::Sender<()>,
}

impl Held {
    /// Answers the request of the function.
    pub(crate) fn release(self) {
        // Nobody waits any more when the function has ended, and then the next step never comes, which is an error of its own.
        let _ = self.go.send(());
    }
}

/// One sandbox's Runtime API; a new one for every start, so that no earlier function can be mistaken for this one.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    server: Server,
    steps: mpsc::UnboundedReceiver<Step>,
}

impl RuntimeApi {
    /// Starts answering on a free port of the loopback address; every event that the function asks for is `event`.
    pub(crate) async fn start(event: Bytes) -> Result<Self, Failure> {
        let (sender, steps) = mpsc::unbounded_channel();
        let (number, extension) = (Arc::new(AtomicU32::new(0)), Extension::default());
        let server =
            Server::start(move |request| handle(request, event.clone(), sender.clone(), Arc::clone(&number), extension.clone())).await?;
        Ok(Self { server, steps })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> String {
        self.server.address().to_string()
    }

    /// Waits for the function's next step; nothing when the server is gone.
    pub(crate) async fn step(&mut self) -> Option<Step> {
        self.steps.recv().await
    }
}

async fn handle(
    request: Request<Bytes>,
    event: Bytes,
    steps: mpsc::UnboundedSender<Step>,
    number: Arc<AtomicU32>,
    extension: Extension,
) -> Answer {
    if let Some(path) = request.uri().path().strip_prefix("/2020-01-01/extension/") {
        return extension.answer(request.method(), path).await;
    }
    let at = Instant::now();
    let path = request.uri().path().strip_prefix("/2018-06-01/runtime/").unwrap_or_default();
    let (step, released) = match (request.method(), path) {
        (&Method::GET, "invocation/next") => {
            let (go, released) = oneshot::channel();
            let at = extension.asked().await.map_or(at, |asked| asked.max(at));
            (Step::Asked(Held { at, go }), Some(released))
        }
        (&Method::POST, path) if path.starts_with("invocation/") && path.ends_with("/response") => {
            let (go, released) = oneshot::channel();
            (Step::Answered(Held { at, go }, request.body().clone()), Some(released))
        }
        (&Method::POST, path) if path == "init/error" || (path.starts_with("invocation/") && path.ends_with("/error")) => {
            (Step::Failed(String::from_utf8_lossy(request.body()).into_owned()), None)
        }
        _ => return reply(StatusCode::NOT_FOUND, ""),
    };
    let asked = matches!(step, Step::Asked(_));
    // Whoever measures may already have enough, and dropped the other end of either channel.
    let _ = steps.send(step);
    if let Some(released) = released {
        let _ = released.await;
    }
    if !asked {
        return reply(StatusCode::ACCEPTED, r#"{"status":"OK"}"#);
    }
    extension.invoke();
    invocation(event, number.fetch_add(1, Ordering::Relaxed))
}

fn invocation(event: Bytes, number: u32) -> Answer {
    let mut answer = reply(StatusCode::OK, event);
    let headers = answer.headers_mut();
    let id = format!("00000000-0000-4000-8000-{number:012}");
    headers.insert("lambda-runtime-aws-request-id", HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("0")));
    headers.insert("lambda-runtime-deadline-ms", HeaderValue::from_static(DEADLINE_MS));
    headers
        .insert("lambda-runtime-invoked-function-arn", HeaderValue::from_static("arn:aws:lambda:eu-central-1:123456789012:function:bench"));
    headers.insert("lambda-runtime-trace-id", HeaderValue::from_static("Root=1-5e9f0c65-1de4d666d4dd26aced652b6c;Sampled=0"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    /// Sends one request as a function would, and gives the answer's text.
    async fn say(address: String, request: String) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    fn get(path: &str) -> String {
        format!("GET /2018-06-01/runtime/{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    }

    fn post(path: &str, body: &str) -> String {
        format!("POST /2018-06-01/runtime/{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn a_function_gets_its_event_only_when_it_is_released() {
        let mut api = RuntimeApi::start(Bytes::from_static(b"{\"a\":1}")).await.unwrap();
        let asking = tokio::spawn(say(api.address(), get("invocation/next")));
        let Some(Step::Asked(held)) = api.step().await else { panic!("it asked") };
        assert!(!asking.is_finished());
        held.release();
        let answer = asking.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("lambda-runtime-aws-request-id: 00000000-0000-4000-8000-000000000000"), "{answer}");
        assert!(answer.ends_with("{\"a\":1}"), "{answer}");
    }

    #[tokio::test]
    async fn an_answer_is_handed_over_and_accepted() {
        let mut api = RuntimeApi::start(Bytes::new()).await.unwrap();
        let answering = tokio::spawn(say(api.address(), post("invocation/7/response", "done")));
        let Some(Step::Answered(held, body)) = api.step().await else { panic!("it answered") };
        assert_eq!(body, "done");
        held.release();
        assert!(answering.await.unwrap().starts_with("HTTP/1.1 202"));
    }

    #[tokio::test]
    async fn both_error_reports_are_failures() {
        let mut api = RuntimeApi::start(Bytes::new()).await.unwrap();
        for path in ["init/error", "invocation/7/error"] {
            let reporting = tokio::spawn(say(api.address(), post(path, "no table")));
            let Some(Step::Failed(report)) = api.step().await else { panic!("{path} is a failure") };
            assert_eq!(report, "no table");
            assert!(reporting.await.unwrap().starts_with("HTTP/1.1 202"));
        }
    }

    #[tokio::test]
    async fn a_function_with_an_extension_has_asked_when_both_have() {
        let mut api = RuntimeApi::start(Bytes::from_static(b"{}")).await.unwrap();
        let extension = |method: &str, path: &str| {
            format!("{method} /2020-01-01/extension/{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        };
        let registered = say(api.address(), extension("POST", "register")).await;
        assert!(registered.starts_with("HTTP/1.1 200") && registered.contains("lambda-extension-identifier: "), "{registered}");
        for _ in 0..2 {
            let asking = tokio::spawn(say(api.address(), get("invocation/next")));
            let early = tokio::time::timeout(std::time::Duration::from_millis(50), api.step()).await;
            assert!(early.is_err(), "the extension is not ready: {early:?}");
            let waiting = tokio::spawn(say(api.address(), extension("GET", "event/next")));
            let Some(Step::Asked(held)) = api.step().await else { panic!("both asked") };
            assert!(!waiting.is_finished() && !asking.is_finished());
            held.release();
            assert!(asking.await.unwrap().ends_with("{}"));
            assert!(waiting.await.unwrap().contains("\"INVOKE\""), "the extension is told of the same event");
        }
    }

    #[tokio::test]
    async fn other_paths_do_not_exist() {
        let api = RuntimeApi::start(Bytes::new()).await.unwrap();
        assert!(say(api.address(), get("restore/next")).await.starts_with("HTTP/1.1 404"));
        let telemetry = "POST /2020-01-01/extension/telemetry HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assert!(say(api.address(), telemetry.to_owned()).await.starts_with("HTTP/1.1 404"));
    }
}
