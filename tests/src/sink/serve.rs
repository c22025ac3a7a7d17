//! The sink's side of a connection: as little HTTP/1.1 as the client needs, so that it can be broken anywhere.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::{Received, Reply, State};

/// How a sink is reached.
#[derive(Clone)]
pub(super) struct Served(Option<TlsAcceptor>);

impl Served {
    pub(super) fn plain() -> Self {
        Self(None)
    }

    pub(super) fn tls() -> Self {
        let chain = CertificateDer::pem_slice_iter(include_bytes!("certs/shop.pem")).collect::<Result<Vec<_>, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("certs/shop.key.pem")).unwrap();
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
        let config = builder.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
        Self(Some(TlsAcceptor::from(Arc::new(config))))
    }
}

pub(super) async fn accept(listener: TcpListener, served: Served, state: Arc<State>) {
    // All end with this task.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (served, state) = (served.clone(), Arc::clone(&state));
        connections.spawn(async move {
            let _busy = InUse::begin(&state);
            match served.0 {
                // A client that does not like the certificate leaves.
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => serve(stream, &state).await,
                    Err(_) => None,
                },
                None => serve(stream, &state).await,
            }
        });
    }
}

struct InUse(Arc<State>);

impl InUse {
    fn begin(state: &Arc<State>) -> Self {
        let mut busy = state.busy.lock().unwrap();
        busy.now += 1;
        busy.connections += 1;
        busy.most = busy.most.max(busy.now);
        Self(Arc::clone(state))
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.busy.lock().unwrap().now -= 1;
    }
}

/// One request, one answer; nothing where the client left.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: &State) -> Option<()> {
    let received = read(&mut stream).await?;
    state.received.lock().unwrap().push(received.clone());
    let reply = state.script.lock().unwrap()(&received);
    let status = |status: u16, headers: Vec<(&str, String)>| {
        let headers = headers.iter().fold(String::new(), |text, (name, value)| text + name + ": " + value + "\r\n");
        let length = if status == 204 { "" } else { "content-length: 0\r\n" };
        format!("HTTP/1.1 {status} Said\r\n{headers}{length}\r\n").into_bytes()
    };
    let (first, again) = match reply {
        Reply::Status(code) => (status(code, Vec::new()), None),
        Reply::With(code, headers) => (status(code, headers), None),
        Reply::Raw(bytes) => (bytes, None),
        Reply::ThenHang(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.flush().await.ok()?;
            // Until the client leaves.
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.ok()? > 0 {}
            return None;
        }
        Reply::Endless(first, again) => (first, Some(again)),
    };
    stream.write_all(&first).await.ok()?;
    stream.flush().await.ok()?;
    while let Some(again) = &again {
        stream.write_all(again).await.ok()?;
    }
    stream.shutdown().await.ok()
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let mut more = [0; 4_096];
        match stream.read(&mut more).await.ok()? {
            0 => return None,
            read => bytes.extend_from_slice(&more[..read]),
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.split("\r\n").map(str::to_owned);
    let line = lines.next().unwrap();
    let header = |line: String| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())).unwrap();
    let mut received = Received { line, headers: lines.map(header).collect(), body: bytes[head + 4..].to_vec() };
    let length = received.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut rest = vec![0; length - received.body.len()];
    stream.read_exact(&mut rest).await.ok()?;
    received.body.extend_from_slice(&rest);
    Some(received)
}
