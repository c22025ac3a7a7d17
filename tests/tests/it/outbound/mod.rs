//! Requests to other people's servers: only to public hosts, and bounded whatever those do.

mod addresses;
mod answers;

use http::HeaderMap;
use latchkey_core::domain::destination::{Destination, Reach};
use latchkey_core::outbound::{Answer, Bytes, Outbound, Unsent};

/// Sends a small POST.
async fn post(client: &Outbound, url: &str) -> Result<Answer, Unsent> {
    let to = Destination::parse(url, Reach::Local).unwrap();
    client.post(&to, HeaderMap::new(), Bytes::from_static(b"{}")).await
}
