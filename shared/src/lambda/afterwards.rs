//! What a function does after its answer was sent: traces that are on their way are written.
//!
//! Lambda stops a process as soon as the runtime, and every extension, have asked for the next event. So an extension inside the process
//! asks for its next one only when the traces of this one are written, or a second later: until then the process lives, and the client
//! has its answer already (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>). Where there are no traces it asks
//! at once. Two calls of that interface are all it takes; `lambda-extension` would bring an HTTP server into every function.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use http_body_util::BodyExt as _;
use lambda_http::Error;
use lambda_runtime_api_client::body::Body;
use lambda_runtime_api_client::{PooledClient, build_request};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::traces::Traces;

/// For how long a function lives on for traces. A sink that is slower has them go on with the next event.
const LIVES_ON: Duration = Duration::from_secs(1);

/// By what Lambda knows the extension, in its answer and in all later calls.
const IDENTIFIER: &str = "lambda-extension-identifier";

/// Says that a request was answered, when it is dropped: whatever came of it.
pub(super) struct Answering(Arc<Notify>);

/// Tells the extension which requests were answered. Clones tell the same one.
#[derive(Clone, Default)]
pub(super) struct Afterwards(Arc<Notify>);

impl Afterwards {
    /// To be kept until the answer is there.
    pub(super) fn answering(&self) -> Answering {
        Answering(Arc::clone(&self.0))
    }

    /// Runs `function` with the extension beside it. Where that cannot be had, traces are written when the process is woken again.
    pub(super) async fn beside(self, traces: Traces, function: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
        let client = PooledClient::builder().build();
        match register(&client).await {
            Ok(identifier) => tokio::try_join!(function, self.live_on(&client, &identifier, &traces)).map(|((), never)| never),
            Err(error) => {
                tracing::warn!(%error, "traces are written late: there is no extension");
                function.await
            }
        }
    }

    /// One event after the other, as long as the process lives.
    async fn live_on(&self, client: &PooledClient, identifier: &str, traces: &Traces) -> Result<(), Error> {
        loop {
            let next = request(Method::GET, "event/next").header(IDENTIFIER, identifier).body(Body::empty())?;
            client.call(next).await?.into_body().collect().await?;
            self.0.notified().await;
            // What is not written by then is written when the process is woken again.
            let _ = timeout(LIVES_ON, traces.settle()).await;
        }
    }
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
        self.0.notify_one();
    }
}
