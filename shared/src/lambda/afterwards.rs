//! What a function does after its answer was sent: traces and log entries that are on their way are written.
//!
//! Lambda stops a process as soon as the runtime, and every extension, have asked for the next event. So an extension inside the process
//! asks for its next one only when what was noted in this one is written, or a second later: until then the process lives, and the client
//! has its answer already (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>). Where nothing was noted it asks
//! at once. Two calls of that interface are all it takes; `lambda-extension` would bring an HTTP server into every function. Where the extension cannot be had, the answer waits for what was noted instead, as
//! long at most: a change that was made is in the log all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Method;
use http_body_util::BodyExt as _;
use lambda_http::Error;
use lambda_runtime_api_client::body::Body;
use lambda_runtime_api_client::{PooledClient, build_request};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::sink::Sink;

/// For how long a function lives on for what was noted. A sink that is slower has it go on with the next event.
const LIVES_ON: Duration = Duration::from_secs(1);

/// By what Lambda knows the extension, in its answer and in all later calls.
const IDENTIFIER: &str = "lambda-extension-identifier";

/// Says that a request was answered, when it is dropped: whatever came of it.
pub(super) struct Answering(Arc<Inner>);

/// Tells the extension which requests were answered. Clones tell the same one.
#[derive(Clone, Default)]
pub(super) struct Afterwards(Arc<Inner>);

#[derive(Default)]
struct Inner {
    answered: Notify,
    /// Whether nobody keeps the process alive after an answer.
    is_alone: AtomicBool,
}

impl Afterwards {
    /// To be kept until the answer is there.
    pub(super) fn answering(&self) -> Answering {
        Answering(Arc::clone(&self.0))
    }

    /// To be awaited before the answer is sent: it is a matter of a moment, but where there is no extension.
    pub(super) async fn before(&self, sink: &Sink) {
        if self.0.is_alone.load(Ordering::Relaxed) {
            settle(sink).await;
        }
    }

    /// Runs `function` with the extension beside it.
    pub(super) async fn beside(self, sink: Sink, function: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
        let client = PooledClient::builder().build();
        match register(&client).await {
            Ok(identifier) => tokio::try_join!(function, self.live_on(&client, &identifier, &sink)).map(|((), never)| never),
            Err(error) => {
                tracing::warn!(%error, "answers wait for what was noted: there is no extension");
                self.0.is_alone.store(true, Ordering::Relaxed);
                function.await
            }
        }
    }

    /// One event after the other, as long as the process lives.
    async fn live_on(&self, client: &PooledClient, identifier: &str, sink: &Sink) -> Result<(), Error> {
        loop {
            let next = request(Method::GET, "event/next").header(IDENTIFIER, identifier).body(Body::empty())?;
            client.call(next).await?.into_body().collect().await?;
            self.0.answered.notified().await;
            settle(sink).await;
        }
    }
}

/// Waits until what was noted is written, for a second at most. What is not written by then is when the process is woken again.
pub(super) async fn settle(sink: &Sink) {
    let _ = timeout(LIVES_ON, sink.settle()).await;
}

/// Has Lambda wait for the extension at every invocation. Gives by what Lambda knows it.
async fn register(client: &PooledClient) -> Result<String, Error> {
    let register = request(Method::POST, "register")
        .header("lambda-extension-name", "latchkey-traces")
        .header("content-type", "application/json")
        .body(Body::from(r#"{"events":["INVOKE"]}"#))?;
    let answer = client.call(register).await?;
    let (status, identifier) = (answer.status(), answer.headers().get(IDENTIFIER).cloned());
    answer.into_body().collect().await?;
    match identifier {
        Some(identifier) if status.is_success() => Ok(identifier.to_str()?.to_owned()),
        Some(_) | None => Err(format!("the extension was not registered: {status}").into()),
    }
}

fn request(method: Method, path: &str) -> http::request::Builder {
    let request: http::request::Builder = build_request();
    request.method(method).uri(format!("/2020-01-01/extension/{path}"))
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered.notify_one();
    }
}
