//! Requests to other people's servers: sites and endpoints, whose addresses clients and vendors gave us.
//!
//! The name is looked up by us, once, and the connection is made to an address that was judged: between the judgement and the connection
//! there is no second look-up that could answer otherwise. One address that is not a public host's is enough to refuse the name. Nothing is
//! redirected, nothing is kept open, and whatever comes back is bounded in size and in time.

mod exchange;
mod network;
mod tls;
mod turns;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CONNECTION, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Uri};
use http_body_util::Full;
pub use hyper::body::Bytes;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::rustls::ClientConfig;

pub use self::exchange::{Answer, MAX_BODY_BYTES, MAX_HEADER_BYTES};
pub use self::network::{Connecting, LookingUp, Network, SystemNetwork};
pub use self::tls::{NoRoots, Roots};
pub use self::turns::AT_ONCE_PER_HOST;
use self::turns::Turns;
use crate::domain::destination::{Destination, Reach};
use crate::domain::retry::Verdict;

/// The most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 4;

/// What this client calls itself.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Latchkey/", env!("CARGO_PKG_VERSION")));

/// How long a request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Looking up the name and connecting, all its addresses together.
    pub connect: Duration,
    /// Everything, waiting for other requests to the same host left out.
    pub total: Duration,
    /// Waiting for other requests to the same host.
    pub turn: Duration,
}

/// The client. Clones share what is bounded for each host.
#[derive(Clone, Debug)]
pub struct Outbound {
    network: Arc<dyn Network>,
    tls: Arc<ClientConfig>,
    reach: Reach,
    limits: Limits,
    turns: Turns,
}

/// Why there is no answer. Nothing of the address is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// The address may not be called: it is not HTTPS, or its name leads to no public host.
    #[error("the address is not called: {0}")]
    NotCalled(&'static str),
    /// Too many requests to the host were waiting already.
    #[error("too many requests to the host at once")]
    Busy,
    /// The name could not be looked up, or leads nowhere.
    #[error("the name was not found")]
    NotFound,
    /// No address of it took the connection.
    #[error("no connection")]
    NotConnected,
    /// The certificate is not one for this name, or TLS failed otherwise.
    #[error("no TLS")]
    NoTls,
    /// What was answered is not HTTP/1.1 within the bounds, or the connection broke.
    #[error("no valid answer")]
    Broken,
    /// It took too long.
    #[error("timed out")]
    TimedOut,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(10), turn: Duration::from_secs(10) }
    }
}

impl Unsent {
    /// A stable name, for logs and for records of deliveries.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotCalled(_) => "not_called",
            Self::Busy => "busy",
            Self::NotFound => "not_found",
            Self::NotConnected => "not_connected",
            Self::NoTls => "no_tls",
            Self::Broken => "broken",
            Self::TimedOut => "timed_out",
        }
    }

    /// What it means for the attempt: an address that is not called will not be called later.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::NotCalled(_) => Verdict::Final,
            Self::Busy | Self::NotFound | Self::NotConnected | Self::NoTls | Self::Broken | Self::TimedOut => Verdict::Again,
        }
    }
}

impl Outbound {
    /// A client that goes as far as `reach` says and believes the certificates that `roots` vouch for.
    pub fn new(reach: Reach, roots: &Roots) -> Result<Self, NoRoots> {
        let tls = Arc::new(tls::config(roots)?);
        Ok(Self { network: Arc::new(SystemNetwork), tls, reach, limits: Limits::default(), turns: Turns::default() })
    }

    /// The same over another network: for tests.
    #[must_use]
    pub fn with_network(self, network: Arc<dyn Network>) -> Self {
        Self { network, ..self }
    }

    /// The same with other limits: for tests.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// How far it goes.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Sends a POST with these headers. What the connection needs (`Host`, `Content-Length`) is added.
    pub async fn post(&self, to: &Destination, headers: HeaderMap, body: Bytes) -> Result<Answer, Unsent> {
        if !to.is_https() && self.reach != Reach::Local {
            return Err(Unsent::NotCalled("not https"));
        }
        let request = request(to, headers, body)?;
        let _turn = timeout(self.limits.turn, self.turns.take(to.host())).await.map_err(|_| Unsent::Busy)?;
        let end = Instant::now() + self.limits.total;
        let connected = timeout(self.limits.connect, self.connect(to)).await.map_err(|_| Unsent::TimedOut)??;
        if to.is_https() {
            let shaken = timeout_at(end, tls::shake_hands(Arc::clone(&self.tls), to, connected)).await;
            exchange::exchange(shaken.map_err(|_| Unsent::TimedOut)??, request, end).await
        } else {
            exchange::exchange(connected, request, end).await
        }
    }

    /// A connection to an address that was judged, and to no other.
    async fn connect(&self, to: &Destination) -> Result<TcpStream, Unsent> {
        let addresses = self.addresses(to).await?;
        // A host that hangs must not take the time of those behind it.
        let share = self.limits.connect / u32::try_from(addresses.len().max(1)).unwrap_or(1);
        for address in addresses {
            if let Ok(Ok(stream)) = timeout(share, self.network.connect(SocketAddr::new(address, to.port()))).await {
                return Ok(stream);
            }
        }
        Err(Unsent::NotConnected)
    }

    /// The addresses of a name, each of which may be called. IPv4 first: functions outside a VPC have no other.
    async fn addresses(&self, to: &Destination) -> Result<Vec<IpAddr>, Unsent> {
        let mut addresses = match to.address() {
            Some(address) => vec![address],
            None => self.network.look_up(to.host()).await.map_err(|_| Unsent::NotFound)?,
        };
        for address in &addresses {
            self.reach.admits(*address).map_err(Unsent::NotCalled)?;
        }
        addresses.sort_by_key(IpAddr::is_ipv6);
        addresses.dedup();
        addresses.truncate(MAX_ADDRESSES);
        if addresses.is_empty() { Err(Unsent::NotFound) } else { Ok(addresses) }
    }
}

fn request(to: &Destination, headers: HeaderMap, body: Bytes) -> Result<Request<Full<Bytes>>, Unsent> {
    let malformed = Unsent::NotCalled("malformed");
    let uri: Uri = to.path_and_query().parse().map_err(|_| malformed)?;
    let host = HeaderValue::try_from(to.authority()).map_err(|_| malformed)?;
    let mut request = Request::post(uri).body(Full::new(body)).map_err(|_| malformed)?;
    *request.headers_mut() = headers;
    let fixed =
        [(HOST, host), (USER_AGENT, AGENT), (ACCEPT, HeaderValue::from_static("*/*")), (CONNECTION, HeaderValue::from_static("close"))];
    request.headers_mut().extend(fixed);
    Ok(request)
}
