//! TLS to other people's servers: rustls on `ring`, as for AWS, and the roots that browsers believe.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::Unsent;
use crate::domain::destination::Destination;

/// Whose certificates are believed.
#[derive(Clone, Debug)]
pub enum Roots {
    /// The system's: Lambda's image has the usual ones, and keeps them up to date.
    System,
    /// These, in PEM: for tests.
    Pem(Vec<u8>),
}

/// There are no root certificates, so that nobody's certificate could be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no root certificates were found")]
pub struct NoRoots;

pub(super) fn config(roots: &Roots) -> Result<ClientConfig, NoRoots> {
    let certificates = match roots {
        Roots::System => rustls_native_certs::load_native_certs().certs,
        Roots::Pem(pem) => CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect(),
    };
    let mut store = RootCertStore::empty();
    // Systems have certificates of before today's rules among theirs: what cannot be read vouches for nobody.
    let (added, _) = store.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(NoRoots);
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let mut config = builder.map_err(|_| NoRoots)?.with_root_certificates(store).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// TLS over `stream` with whoever has a certificate for the destination's own name, whatever address the stream leads to.
pub(super) async fn shake_hands(config: Arc<ClientConfig>, to: &Destination, stream: TcpStream) -> Result<TlsStream<TcpStream>, Unsent> {
    let name = match to.address() {
        Some(address) => ServerName::from(address),
        None => ServerName::try_from(to.host().trim_end_matches('.').to_owned()).map_err(|_| Unsent::NoTls)?,
    };
    TlsConnector::from(config).connect(name, stream).await.map_err(|_| Unsent::NoTls)
}
