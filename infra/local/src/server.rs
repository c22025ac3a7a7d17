//! A port, served until it is shut down.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::serve::ListenerExt as _;
use http::Request;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// For how long a shutdown waits for requests in flight: longer than any function may take.
const GRACE: Duration = Duration::from_secs(20);

/// A port that is being served. Dropped, it takes no more connections.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers what arrives at `listener` by `answer`.
    pub(crate) fn start<A, F>(listener: TcpListener, answer: A) -> io::Result<Self>
    where
        A: Fn(Request<Body>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let address = listener.local_addr()?;
        let listener = listener.tap_io(|stream| {
            // Without it small answers wait for the other side's acknowledgement; a connection that is gone already is no loss.
            let _ = stream.set_nodelay(true);
        });
        let (stop, stopped) = oneshot::channel();
        let service = Router::new().fallback(answer).into_make_service_with_connect_info::<SocketAddr>();
        let serve = axum::serve(listener, service);
        let serve = serve.with_graceful_shutdown(async move {
            let _ = stopped.await;
        });
        let task = tokio::spawn(async move {
            // It never ends with an error: what goes wrong with one connection ends that connection.
            let _ = serve.await;
        });
        Ok(Self { address, stop, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more connections, lets requests in flight finish, and returns when the last has, or after 20 seconds.
    pub async fn shutdown(self) {
        let Self { address: _, stop, mut task } = self;
        drop(stop);
        if timeout(GRACE, &mut task).await.is_err() {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::response::IntoResponse as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn a_request_in_flight_is_answered_before_the_end() {
        let (arrived, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (came, released) = (Arc::clone(&arrived), Arc::clone(&release));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server = Server::start(listener, move |_| {
            let (came, released) = (Arc::clone(&came), Arc::clone(&released));
            async move {
                came.notify_one();
                released.notified().await;
                "the answer".into_response()
            }
        });
        let server = server.unwrap();
        let address = server.address();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        arrived.notified().await;

        let ended = tokio::spawn(server.shutdown());
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        release.notify_one();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("the answer"), "{answer}");
        ended.await.unwrap();
    }
}
