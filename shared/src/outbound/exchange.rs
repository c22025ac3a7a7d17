//! One request and its answer over a connection that is used once.

use http::header::RETRY_AFTER;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::Unsent;
use crate::domain::retry::{self, Verdict};
use crate::domain::time::Timestamp;

/// The most that is read of an answer's status line and headers, in bytes.
pub const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The most that is read of an answer's body, in bytes. What is behind that is not waited for.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status, whatever it is: redirections are answers, too.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it came within the bounds.
    pub body: Vec<u8>,
}

impl Answer {
    /// What it means for the attempt.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.status.as_u16())
    }

    /// For how many seconds we are asked to wait.
    pub fn retry_after(&self, now: Timestamp) -> Option<i64> {
        retry::retry_after(self.headers.get(RETRY_AFTER)?.to_str().ok()?, now)
    }
}

/// Sends `request` and reads the answer. Once there is a status it counts, even where the body breaks off or lasts until `end`.
pub(super) async fn exchange<S>(stream: S, request: Request<Full<Bytes>>, end: Instant) -> Result<Answer, Unsent>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MAX_HEADER_BYTES).max_header_size(MAX_HEADER_BYTES);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|_| Unsent::Broken)?;
    // Ends with this call, however that ends.
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let answer = timeout_at(end, sender.send_request(request)).await.map_err(|_| Unsent::TimedOut)?;
    let (head, body) = answer.map_err(|_| Unsent::Broken)?.into_parts();
    Ok(Answer { status: head.status, headers: head.headers, body: read(body, end).await })
}

async fn read(mut body: Incoming, end: Instant) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_BODY_BYTES {
        let Ok(Some(Ok(frame))) = timeout_at(end, body.frame()).await else { break };
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(&data[..data.len().min(MAX_BODY_BYTES - bytes.len())]);
        }
    }
    bytes
}
