//! Somebody else's server: it takes what is sent to it, and answers as a test wants, be it badly.

mod network;
mod serve;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use latchkey_core::domain::destination::Reach;
use latchkey_core::outbound::{Outbound, Roots};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use self::network::FakeNetwork;
use self::serve::Served;

/// The root that vouches for the sinks' certificate.
pub const ROOT: &[u8] = include_bytes!("certs/root.pem");

/// What a sink was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The request's first line.
    pub line: String,
    /// The headers, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a sink answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A status without a body.
    Status(u16),
    /// A status with headers.
    With(u16, Vec<(&'static str, String)>),
    /// These bytes, whatever they are, and the connection's end.
    Raw(Vec<u8>),
    /// These bytes, and then nothing for ever.
    ThenHang(Vec<u8>),
    /// These bytes, and then these again and again.
    Endless(Vec<u8>, Vec<u8>),
}

type Script = dyn FnMut(&Received) -> Reply + Send;

/// A running sink on a free loopback port. Dropping it closes everything.
pub struct Sink {
    address: SocketAddr,
    state: Arc<State>,
    _tasks: JoinSet<()>,
}

struct State {
    received: Mutex<Vec<Received>>,
    script: Mutex<Box<Script>>,
    busy: Mutex<Busy>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Busy {
    now: usize,
    most: usize,
    connections: usize,
}

impl Received {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path and query that were asked for.
    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }
}

impl Sink {
    /// A sink without TLS that answers 204.
    pub async fn plain() -> Self {
        Self::start(Served::plain()).await
    }

    /// A sink with TLS that answers 204, with a certificate for `shop.example`, what is below it, and `hooks.example`.
    pub async fn tls() -> Self {
        Self::start(Served::tls()).await
    }

    async fn start(served: Served) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let script: Box<Script> = Box::new(|_| Reply::Status(204));
        let state = Arc::new(State { received: Mutex::default(), script: Mutex::new(script), busy: Mutex::default() });
        let mut tasks = JoinSet::new();
        tasks.spawn(serve::accept(listener, served, Arc::clone(&state)));
        Self { address, state, _tasks: tasks }
    }

    /// Its port on 127.0.0.1.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address, for clients that reach this machine.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers so from now on.
    pub fn answer(&self, script: impl FnMut(&Received) -> Reply + Send + 'static) {
        *self.state.script.lock().unwrap() = Box::new(script);
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// The most connections that were open at once.
    pub fn most_at_once(&self) -> usize {
        self.state.busy.lock().unwrap().most
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.state.busy.lock().unwrap().connections
    }

    /// A client to which every public name and address leads here, and the network that it sees.
    pub fn client(&self) -> (Outbound, Arc<FakeNetwork>) {
        let network = Arc::new(FakeNetwork::before(self.address));
        let client = Outbound::new(Reach::Public, &Roots::Pem(ROOT.to_vec())).unwrap();
        (client.with_network(Arc::clone(&network) as _), network)
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("address", &self.address).finish_non_exhaustive()
    }
}
