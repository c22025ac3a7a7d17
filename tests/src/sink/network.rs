//! A network in which names lead where a test says, a different place each time if it likes.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;

use latchkey_core::outbound::{Connecting, LookingUp, Network};
use tokio::net::TcpStream;

/// The address that names have for which a test says nothing.
const PUBLIC: &str = "93.184.216.34";

/// A network behind whose every address is one server.
#[derive(Debug)]
pub struct FakeNetwork {
    server: SocketAddr,
    names: Mutex<HashMap<String, VecDeque<Vec<IpAddr>>>>,
    looked_up: Mutex<Vec<String>>,
    connected: Mutex<Vec<SocketAddr>>,
    unreachable: Mutex<Vec<IpAddr>>,
}

impl FakeNetwork {
    /// A network before this server.
    pub fn before(server: SocketAddr) -> Self {
        let (names, looked_up) = (Mutex::default(), Mutex::default());
        Self { server, names, looked_up, connected: Mutex::default(), unreachable: Mutex::default() }
    }

    /// The name leads to these addresses when it is asked for next; what was said last holds on.
    pub fn leads_to(&self, name: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.names.lock().unwrap().entry(name.to_owned()).or_default().push_back(addresses);
    }

    /// Nobody listens there.
    pub fn is_unreachable(&self, address: &str) {
        self.unreachable.lock().unwrap().push(address.parse().unwrap());
    }

    /// The names that were asked for.
    pub fn looked_up(&self) -> Vec<String> {
        self.looked_up.lock().unwrap().clone()
    }

    /// The addresses that a connection was asked for.
    pub fn connected(&self) -> Vec<SocketAddr> {
        self.connected.lock().unwrap().clone()
    }
}

impl Network for FakeNetwork {
    fn look_up<'a>(&'a self, host: &'a str) -> LookingUp<'a> {
        Box::pin(async move {
            self.looked_up.lock().unwrap().push(host.to_owned());
            let mut names = self.names.lock().unwrap();
            let Some(answers) = names.get_mut(host) else { return Ok(vec![PUBLIC.parse().unwrap()]) };
            let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
            Ok(next.unwrap_or_default())
        })
    }

    fn connect(&self, address: SocketAddr) -> Connecting<'_> {
        Box::pin(async move {
            self.connected.lock().unwrap().push(address);
            if self.unreachable.lock().unwrap().contains(&address.ip()) {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            TcpStream::connect(self.server).await
        })
    }
}
