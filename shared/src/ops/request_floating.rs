//! Requesting a floating seat: a program takes one for as long as it says that it is there.

use std::net::IpAddr;

use crate::core::Core;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::ProductClaim;
use crate::domain::lease::Client;
use crate::domain::text::Line;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::table::seats::{Borrow, Lent};

/// Who asks for a floating seat of what.
#[derive(Clone, Copy, Debug)]
pub struct RequestFloating<'a> {
    /// The licence key.
    pub key: &'a LicenseKey,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// The program and its machine.
    pub client: &'a Client,
    /// What the client calls itself.
    pub name: Option<&'a Line<64>>,
    /// Where it asks from.
    pub address: Option<IpAddr>,
}

/// Lends a seat for [`LEASE_SECONDS`](crate::domain::lease::LEASE_SECONDS), or renews the one that the client holds: repeating it
/// takes no other one (reliability I6). A seat whose holder has not been heard for so long goes to whoever asks first.
///
/// A transaction of four write units, with the grant read beside it (1 read unit). Where the client holds a seat already, or all seats
/// are taken, a second one follows.
pub async fn request_floating(core: &Core, ask: RequestFloating<'_>) -> Result<Lent, Failure> {
    let RequestFloating { key, product, client, name, address } = ask;
    let lent = core.table.lend_seat(Borrow { key: key.digest(), product, client, name, address, now: core.now() }).await;
    core.trace(key.digest(), &lent, |at| Event { name: name.cloned(), ..Event::of_client(at, Act::Request, client) });
    lent
}
