//! The way to the upstream and the body of what comes back.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use http::uri::{Authority, Scheme, Uri};
use http::{Method, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::call::Request;

/// A client of the upstream.
#[derive(Clone, Debug)]
pub(super) struct Upstream {
    authority: Authority,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Upstream {
    pub(super) fn new(authority: Authority) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { authority, client: Client::builder(TokioExecutor::new()).build(connector) }
    }

    /// Sends the request as it came, `Host` included because the signature covers it, and reads the answer to its end: after this
    /// the upstream has done what it was asked.
    pub(super) async fn call(&self, request: &Request) -> Result<Response<Bytes>, Box<dyn std::error::Error + Send + Sync>> {
        let mut parts = request.parts.clone();
        let mut uri = std::mem::take(&mut parts.uri).into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(self.authority.clone());
        parts.uri = Uri::from_parts(uri)?;
        let answer = self.client.request(http::Request::from_parts(parts, Full::new(request.body.clone()))).await?;
        let (mut parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        // The body goes on in one piece. An answer to HEAD keeps the length of the body that it does not have.
        parts.headers.remove(TRANSFER_ENCODING);
        if request.parts.method != Method::HEAD {
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        Ok(Response::from_parts(parts, body))
    }
}

/// An answer's body: all of it, or the first half of what its `Content-Length` announces.
#[derive(Debug)]
pub(super) struct Answer {
    data: Option<Bytes>,
    whole: bool,
    flushed: bool,
}

impl Answer {
    pub(super) fn whole(answer: Response<Bytes>) -> Response<Self> {
        answer.map(|data| Self { data: Some(data).filter(|data| !data.is_empty()), whole: true, flushed: true })
    }

    pub(super) fn half(answer: Response<Bytes>) -> Response<Self> {
        answer.map(|data| Self { data: Some(data.slice(..data.len() / 2)), whole: false, flushed: false })
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        // The server flushes when it has to wait, and throws away what it holds when a body ends too early.
        if !self.flushed {
            self.flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.whole && self.data.is_none()
    }

    // Of half a body the length is not told, or the server would refuse to announce another. It closes the connection once the
    // body ends short of what was announced.
    fn size_hint(&self) -> SizeHint {
        if self.whole { SizeHint::with_exact(self.data.as_ref().map_or(0, Bytes::len) as u64) } else { SizeHint::default() }
    }
}
