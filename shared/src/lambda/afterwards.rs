//! What a function does after its answer was sent: traces that are on their way are written.
//!
//! Lambda stops a process as soon as the runtime, and every extension, have asked for the next event. So an extension inside the process
//! asks for its next one only when the traces of this one are written, or a second later: until then the process lives, and the client
//! has its answer already (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>). Where there are no traces it asks
//! at once.

use std::sync::Arc;
use std::time::Duration;

use lambda_extension::{Extension, LambdaEvent, NextEvent, service_fn};
use lambda_http::Error;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::traces::Traces;

/// For how long a function lives on for traces. A sink that is slower has them go on with the next event.
const LIVES_ON: Duration = Duration::from_secs(1);

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
        let written = |event: LambdaEvent| {
            let (answered, traces) = (Arc::clone(&self.0), traces.clone());
            async move {
                if let NextEvent::Invoke(_) = event.next {
                    answered.notified().await;
                    // What is not written by then is written when the process is woken again.
                    let _ = timeout(LIVES_ON, traces.settle()).await;
                }
                Ok::<_, Error>(())
            }
        };
        let extension = Extension::new().with_extension_name("latchkey-traces").with_events(&["INVOKE"]);
        match extension.with_events_processor(service_fn(written)).register().await {
            Ok(extension) => tokio::try_join!(function, extension.run()).map(|_| ()),
            Err(error) => {
                tracing::warn!(%error, "traces are written late: there is no extension");
                function.await
            }
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}
