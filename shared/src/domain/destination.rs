//! Addresses that we call, which clients and vendors gave us: HTTPS, a host, a path, and nothing that could smuggle.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::domain::address::Reserved;

/// The longest address that is accepted, in bytes.
pub const MAX_BYTES: usize = 2_048;

/// Where requests of ours may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Public hosts, by HTTPS.
    #[default]
    Public,
    /// The same, and this machine itself, by HTTP too: for the local stack, and only where it was told so.
    Local,
}

/// An address that a request may be made to, as far as its text tells: what its name leads to is judged when it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(Url);

/// Why an address is none that we call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCalled {
    /// It is longer than [`MAX_BYTES`].
    #[error("the address is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// It is no absolute address with a host.
    #[error("it is not an address of the form https://host/path")]
    Malformed,
    /// It is not HTTPS.
    #[error("the address must begin with https://")]
    Scheme,
    /// It has a user name or a password in it.
    #[error("the address must not hold a user name or a password")]
    Credentials,
    /// It is no public host's.
    #[error("the address leads to no public host: {0}")]
    Reserved(&'static str),
}

impl Reach {
    /// Whether a connection may be made to `address`; otherwise what it is reserved for.
    pub fn admits(self, address: IpAddr) -> Result<(), &'static str> {
        match Reserved::of(address) {
            None => Ok(()),
            Some(block) if block.is_loopback() && self == Self::Local => Ok(()),
            Some(block) => Err(block.purpose),
        }
    }
}

impl Destination {
    /// Reads an address. A fragment is dropped; all else stays, the path and its case included.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, NotCalled> {
        if text.len() > MAX_BYTES {
            return Err(NotCalled::TooLong);
        }
        let mut url = Url::parse(text).map_err(|_| NotCalled::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if reach == Reach::Local => {}
            _ => return Err(NotCalled::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotCalled::Credentials);
        }
        url.set_fragment(None);
        let address = match url.host() {
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            None => return Err(NotCalled::Malformed),
        };
        if let Some(address) = address {
            reach.admits(address).map_err(NotCalled::Reserved)?;
        }
        Ok(Self(url))
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is called by HTTPS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host as it stands in the address: a name in ASCII, or an address, an IPv6 one in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host where it is an address itself.
    pub fn address(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        }
    }

    /// The port, the scheme's own where none is named.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// `host` or `host:port`, as a request's `Host` has it.
    pub fn authority(&self) -> String {
        match self.0.port() {
            Some(port) => format!("{}:{port}", self.host()),
            None => self.host().to_owned(),
        }
    }

    /// Path and query, as a request's first line has them.
    pub fn path_and_query(&self) -> String {
        match self.0.query() {
            Some(query) => format!("{}?{query}", self.0.path()),
            None => self.0.path().to_owned(),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(text: &str) -> Result<Destination, NotCalled> {
        Destination::parse(text, Reach::Public)
    }

    #[test]
    fn an_address_is_taken_apart_as_a_request_needs_it() {
        let destination = public("https://Shop.Example:8443/Blog/wp-json/x?y=1#z").unwrap();
        assert_eq!(destination.as_str(), "https://shop.example:8443/Blog/wp-json/x?y=1");
        assert_eq!((destination.host(), destination.port()), ("shop.example", 8443));
        assert_eq!(destination.authority(), "shop.example:8443");
        assert_eq!(destination.path_and_query(), "/Blog/wp-json/x?y=1");
        assert_eq!(public("https://shop.example").unwrap().authority(), "shop.example");
        assert_eq!(public("https://[2606:4700::1111]/").unwrap().authority(), "[2606:4700::1111]");
    }

    #[test]
    fn only_https_is_called_but_on_the_local_stack() {
        for text in ["http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "gopher://shop.example/"] {
            assert_eq!(public(text), Err(NotCalled::Scheme), "{text}");
        }
        assert!(!Destination::parse("http://127.0.0.1:1/x", Reach::Local).unwrap().is_https());
        assert_eq!(Destination::parse("ftp://127.0.0.1/", Reach::Local), Err(NotCalled::Scheme));
    }

    #[test]
    fn addresses_in_disguise_are_known() {
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://①②⑦.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[fd00:ec2::254]/",
            "https://10.0.0.1:8080/",
            "https://0/",
        ] {
            assert!(matches!(public(text), Err(NotCalled::Reserved(_))), "{text}: {:?}", public(text));
        }
    }

    #[test]
    fn the_local_stack_reaches_its_own_machine_and_nothing_else_inside() {
        assert!(Destination::parse("https://[::1]:9/", Reach::Local).is_ok());
        for text in ["http://10.0.0.1/", "http://169.254.169.254/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/"] {
            assert!(matches!(Destination::parse(text, Reach::Local), Err(NotCalled::Reserved(_))), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_host_is_refused() {
        for text in ["", "shop.example", "https://", "//shop.example/", "https://a b/"] {
            assert!(matches!(public(text), Err(NotCalled::Malformed | NotCalled::Scheme)), "{text}: {:?}", public(text));
        }
        assert_eq!(public("https://user@shop.example/"), Err(NotCalled::Credentials));
        assert_eq!(public("https://:secret@shop.example/"), Err(NotCalled::Credentials));
        assert_eq!(public(&format!("https://shop.example/{}", "x".repeat(MAX_BYTES))), Err(NotCalled::TooLong));
    }

    proptest! {
        #[test]
        fn nothing_that_is_accepted_can_break_out_of_a_request(text in "https://[ -~\r\n\t]{1,40}") {
            if let Ok(destination) = public(&text) {
                let line = format!("{} {}", destination.path_and_query(), destination.authority());
                prop_assert!(line.chars().all(|c| c.is_ascii_graphic() || c == ' '), "{line:?}");
                prop_assert_eq!(line.matches(' ').count(), 1);
                prop_assert!(destination.path_and_query().starts_with('/'));
            }
        }
    }
}
