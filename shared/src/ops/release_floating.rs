//! Giving a floating seat back.

use super::heartbeat::Beat;
use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::trace::{Act, Event};
use crate::failure::Failure;
use crate::table::seats::Release;

/// Frees the seat that the client holds, and gives the licence afterwards. Where it holds none:
/// [`NotActivatedHere`](crate::domain::refusal::Refusal), and nothing changes. A licence that was stopped or has ended takes its seats
/// back all the same.
pub async fn release_floating(core: &Core, ask: Beat<'_>) -> Result<Grant, Failure> {
    let Beat { key, product, client } = ask;
    let given_back = core.table.take_back_seat(Release { key: key.digest(), product, seat: client.digest(), now: core.now() }).await;
    core.trace(key.digest(), &given_back, |at| Event::of_client(at, Act::Release, client));
    given_back
}
