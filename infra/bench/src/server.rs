//! A plain HTTP/1 server on the loopback address, for the two services that a function talks to here.

use crate::failure::Failure;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The answer of a handler: whole, since nothing here is large.
pub(crate) type Answer = Response<Full<Bytes>>;

/// Listens on a free port until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts answering with `handle`, which gets every request with its body already read.
    pub(crate) async fn start<H, F>(handle: H) -> Result<Self, Failure>
    where
        H: Fn(Request<Bytes>) -> F + Clone + Send + 'static,
        F: Future<Output = Answer> + Send,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Failure::Listen)?;
        let address = listener.local_addr().map_err(Failure::Listen)?;
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A late segment would be counted as the function's time.
                let _ = stream.set_nodelay(true);
                let handle = handle.clone();
                let service = service_fn(move |request| answer(handle.clone(), request));
                // A connection that breaks is the function's end, which is noticed elsewhere.
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Self { address, accepting })
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn answer<H, F>(handle: H, request: Request<Incoming>) -> Result<Answer, Infallible>
where
    H: Fn(Request<Bytes>) -> F,
    F: Future<Output = Answer>,
{
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Ok(handle(Request::from_parts(head, body)).await)
}

/// An answer with a status and a body.
pub(crate) fn reply(status: http::StatusCode, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    answer
}
