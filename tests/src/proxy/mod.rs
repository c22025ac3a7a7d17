//! A fault-injecting HTTP proxy between the AWS clients and a DynamoDB or S3 endpoint.
//!
//! It forwards requests as they are, until a [`Rule`] says otherwise, and records all of them. Adding a fault takes a variant of
//! [`Fault`] and its arm in `serve.rs`.
//!
//! Architecture Invariant: the proxy keeps no data of its own and knows no table. What it answers in the upstream's place follows
//! from the request alone.

mod call;
mod fault;
mod forward;
mod record;
mod refuse;
mod schedule;
mod serve;
mod trips;
mod versions;

#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::uri::{Scheme, Uri};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub use self::call::Call;
pub use self::fault::Fault;
pub use self::record::{Capacity, Recorded};
pub use self::schedule::Rule;
pub use self::trips::Trips;

use self::forward::Upstream;
use self::serve::State;

/// A running proxy on a free loopback port. Dropping it closes the port and every connection.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    trips: Trips,
    // Closing this channel is what tells all tasks to end.
    _alive: watch::Sender<()>,
}

impl Proxy {
    /// Starts a proxy before `upstream`, an address (`127.0.0.1:8000`) or a base URL without a path (`http://127.0.0.1:8000`).
    ///
    /// # Errors
    /// Where `upstream` is neither, or speaks TLS, or no port is free.
    pub async fn start(upstream: impl Display) -> io::Result<Self> {
        let state = Arc::new(State::new(Upstream::new(authority(&upstream.to_string())?)));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (alive, ended) = watch::channel(());
        tokio::spawn(accept(listener, Arc::clone(&state), ended));
        Ok(Self { address, state, trips: Trips::default(), _alive: alive })
    }

    /// The base URL to give to a client as its endpoint.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts a rule behind those in force. The first rule that strikes a call decides its fault.
    pub fn inject(&self, rule: Rule) {
        self.state.lock().schedule.inject(rule);
    }

    /// Takes all rules out of force. A kill stays.
    pub fn clear(&self) {
        self.state.lock().schedule.clear();
    }

    /// Plays a process that dies between two calls: from the call with this [index](Call::index) on, every connection is closed
    /// before anything is forwarded, until [`revive`](Self::revive). It goes before all rules.
    pub fn kill_at(&self, index: u64) {
        self.state.lock().schedule.kill_at(Some(index));
    }

    /// Ends what [`kill_at`](Self::kill_at) began, or takes it back.
    pub fn revive(&self) {
        self.state.lock().schedule.kill_at(None);
    }

    /// The calls in the order of their arrival, those that faults struck included, but for those that write accounts' logs: nobody
    /// knows whether these come before a test looks or after.
    pub fn calls(&self) -> Vec<Recorded> {
        self.all_calls().into_iter().filter(|call| !call.is_of_log()).collect()
    }

    /// The same with those that write accounts' logs.
    pub fn all_calls(&self) -> Vec<Recorded> {
        self.state.lock().log.calls().to_vec()
    }

    /// What a client of this proxy's is to be watched by, so that its round trips are known.
    pub fn trips(&self) -> Trips {
        self.trips.clone()
    }

    /// How often a client waited: the most calls of which each began after the one before it had ended. Calls that went out side by
    /// side are one. How many calls there were says [`calls`](Self::calls).
    ///
    /// # Panics
    /// Where calls arrived from a client that is not watched by [`trips`](Self::trips): nobody knows how often that one waited.
    pub fn round_trips(&self) -> usize {
        assert!(self.calls().len() <= self.trips.begun(), "calls arrived from a client that is not watched");
        self.trips.longest_chain()
    }

    /// What the upstream says the calls consumed together, but for those that write accounts' logs.
    pub fn capacity(&self) -> Capacity {
        self.calls().iter().map(|call| &call.capacity).sum()
    }

    /// The same with those that write accounts' logs.
    pub fn all_capacity(&self) -> Capacity {
        self.all_calls().iter().map(|call| &call.capacity).sum()
    }

    /// Writes since the start that make items without the version of their form, resets of the calls or not.
    pub fn unversioned(&self) -> Vec<String> {
        self.state.lock().log.unversioned().to_vec()
    }

    /// Forgets the calls so far and numbers the next one 0. Rules go on counting where they are.
    pub fn reset_calls(&self) {
        self.state.lock().log.reset();
        self.trips.reset();
    }
}

fn authority(upstream: &str) -> io::Result<http::uri::Authority> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidInput, format!("not a plain HTTP base URL: {upstream}"));
    let uri: Uri =
        if upstream.contains("://") { upstream.to_owned() } else { format!("http://{upstream}") }.parse().map_err(|_| wrong())?;
    if uri.scheme() != Some(&Scheme::HTTP) || uri.path_and_query().is_some_and(|path| path != "/") {
        return Err(wrong());
    }
    uri.into_parts().authority.ok_or_else(wrong)
}

async fn accept(listener: TcpListener, state: Arc<State>, mut ended: watch::Receiver<()>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ended.changed() => return,
        };
        if let Ok((stream, _)) = accepted {
            tokio::spawn(connection(stream, Arc::clone(&state), ended.clone()));
        }
    }
}

/// Serves one connection until either side or the proxy ends it. A dropped call ends it without an answer.
async fn connection(stream: TcpStream, state: Arc<State>, mut ended: watch::Receiver<()>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers may wait for the client's acknowledgement");
    }
    let handlers = ended.clone();
    let service = service_fn(move |request| Arc::clone(&state).serve(handlers.clone(), request));
    let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        served = serving => {
            if let Err(error) = served {
                tracing::debug!(%error, "a connection ended early");
            }
        }
        _ = ended.changed() => {}
    }
}
