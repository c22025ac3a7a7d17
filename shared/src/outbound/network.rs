//! Names and connections, apart from the client so that tests can have names lead elsewhere the second time.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use tokio::net::TcpStream;

/// A look-up under way.
pub type LookingUp<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// A connection under way.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send + 'a>>;

/// Where names lead, and how connections are made.
pub trait Network: fmt::Debug + Send + Sync {
    /// All addresses of a name.
    fn look_up<'a>(&'a self, host: &'a str) -> LookingUp<'a>;

    /// A connection to exactly this address.
    fn connect(&self, address: SocketAddr) -> Connecting<'_>;
}

/// The machine's resolver and its network.
#[derive(Clone, Copy, Debug)]
pub struct SystemNetwork;

impl Network for SystemNetwork {
    fn look_up<'a>(&'a self, host: &'a str) -> LookingUp<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }

    fn connect(&self, address: SocketAddr) -> Connecting<'_> {
        Box::pin(TcpStream::connect(address))
    }
}
