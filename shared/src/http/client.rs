//! Where a request came from.

use std::net::IpAddr;

use http::Extensions;

/// The address that a request came from, as the gateway saw it: an extension of the request, which no client can set.
///
/// Headers such as `x-forwarded-for` say whatever a client likes, and are not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address in a request's extensions.
    pub fn of(extensions: &Extensions) -> Option<IpAddr> {
        extensions.get::<Self>().map(|address| address.0)
    }
}
