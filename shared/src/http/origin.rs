//! That a request came through the front: a distribution with a firewall, before a gateway that anybody can call.
//!
//! The front puts a secret into a header of each request. API Gateway's HTTP APIs cannot look at headers, so functions do. Who calls the
//! gateway directly is answered as if the service were away (503), by each dialect in its own words, and not with a no: after a mistake with
//! the secret that is what every customer's software would be told, and no licence may end by that (reliability I7). Nor with 429, which no alarm
//! counts: that mistake has to wake somebody, and strangers who ring the alarm are told apart by the log (infra/README.md, `ServerErrors`).

use std::net::{IpAddr, SocketAddr};

use hmac::Mac as _;
use http::{HeaderMap, Request};

use super::client::ClientAddress;
use crate::config::{OriginSecrets, Secret};
use crate::fault::{Fault, FaultKind};
use crate::tokens::mac::{feed, key};

/// The header that the front puts its secret into.
pub const ORIGIN: &str = "x-latchkey-origin";

/// The header that the front says in who asks it: an address, with a port or without. Believed beside the secret alone.
pub const VIEWER: &str = "x-latchkey-viewer";

const PURPOSE: &str = "origin";

/// What the front proves itself with: an extension of the request, where one is needed.
#[derive(Clone, Debug)]
pub struct Origin {
    current: [u8; 32],
    previous: Option<[u8; 32]>,
}

impl Origin {
    /// The front that has one of these secrets.
    pub fn new(secrets: &OriginSecrets) -> Self {
        let of = |secret: &Secret| feed(key(secret), PURPOSE, &[]).finalize().into_bytes().into();
        Self { current: of(&secrets.current), previous: secrets.previous.as_ref().map(of) }
    }

    /// Whether the front sent a request with these headers. Takes the same time for every wrong secret of one length.
    fn sent(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(ORIGIN).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return false };
        let presented = value.to_str().ok().and_then(|text| Secret::parse("the header", text).ok());
        let Some(presented) = presented.map(|presented| feed(key(&presented), PURPOSE, &[])) else { return false };
        let current = presented.clone().verify_slice(&self.current).is_ok();
        let previous = self.previous.as_ref().is_some_and(|previous| presented.verify_slice(previous).is_ok());
        current | previous
    }
}

/// Lets a request in that came through the front, where one is needed, as from whom the front says. Nobody sees the front's headers further on.
pub(super) fn admit<B>(request: &mut Request<B>) -> Result<(), Fault> {
    let origin = request.extensions_mut().remove::<Origin>();
    let viewer = origin.as_ref().map(|origin| origin.sent(request.headers()).then(|| viewer(request.headers())));
    request.headers_mut().remove(ORIGIN);
    request.headers_mut().remove(VIEWER);
    match viewer {
        None => Ok(()),
        Some(None) => Err(Fault::new(FaultKind::Unavailable, "the request did not come through the front")),
        Some(Some(address)) => {
            // The gateway saw the front, which is not who asks.
            request.extensions_mut().remove::<ClientAddress>();
            if let Some(address) = address {
                request.extensions_mut().insert(ClientAddress(address));
            }
            Ok(())
        }
    }
}

fn viewer(headers: &HeaderMap) -> Option<IpAddr> {
    let text = headers.get(VIEWER)?.to_str().ok()?;
    text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: &str = "0123456789abcdef0123456789abcdef";
    const PREVIOUS: &str = "fedcba9876543210fedcba9876543210";

    fn asked(needed: bool, headers: &[(&'static str, &'static str)]) -> (bool, Request<()>) {
        let mut request = Request::new(());
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let secret = |text| Secret::parse("LATCHKEY_ORIGIN_SECRET", text).unwrap();
        if needed {
            let secrets = OriginSecrets { current: secret(CURRENT), previous: Some(secret(PREVIOUS)) };
            request.extensions_mut().insert(Origin::new(&secrets));
        }
        request.extensions_mut().insert(ClientAddress([10, 0, 0, 1].into()));
        let admitted = admit(&mut request).is_ok();
        assert!(!request.headers().contains_key(ORIGIN) && !request.headers().contains_key(VIEWER));
        (admitted, request)
    }

    #[test]
    fn either_secret_opens_and_nothing_else_does() {
        for secret in [CURRENT, PREVIOUS] {
            assert!(asked(true, &[(ORIGIN, secret)]).0, "{secret}");
        }
        assert!(!asked(true, &[]).0);
        assert!(!asked(true, &[(ORIGIN, "")]).0);
        assert!(!asked(true, &[(ORIGIN, "0123456789abcdef0123456789abcdeg")]).0);
        assert!(!asked(true, &[(ORIGIN, CURRENT), (ORIGIN, CURRENT)]).0);
        assert!(asked(false, &[]).0);
    }

    #[test]
    fn the_front_says_who_asks_and_nobody_else_can() {
        let of = |request: &Request<()>| ClientAddress::of(request.extensions());
        let (_, request) = asked(true, &[(ORIGIN, CURRENT), (VIEWER, "203.0.113.7")]);
        assert_eq!(of(&request), Some([203, 0, 113, 7].into()));
        let (_, request) = asked(true, &[(ORIGIN, CURRENT), (VIEWER, "[2001:db8::7]:443")]);
        assert_eq!(of(&request), Some("2001:db8::7".parse().unwrap()));
        let (_, request) = asked(true, &[(ORIGIN, CURRENT), (VIEWER, "somebody")]);
        assert_eq!(of(&request), None);
        let (_, request) = asked(false, &[(ORIGIN, CURRENT), (VIEWER, "203.0.113.7")]);
        assert_eq!(of(&request), Some([10, 0, 0, 1].into()));
    }
}
