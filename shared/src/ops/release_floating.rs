//! Giving a floating seat back.

use super::heartbeat::Beat;
use crate::core::Core;
use crate::domain::grant::Grant;
use crate::failure::Failure;
use crate::table::seats::Release;

/// Frees the seat that the client holds, and gives the licence afterwards. Where it holds none:
/// [`NotActivatedHere`](crate::domain::refusal::Refusal), and nothing changes. A licence that was stopped or has ended takes its seats
/// back all the same.
pub async fn release_floating(core: &Core, ask: Beat<'_>) -> Result<Grant, Failure> {
    let Beat { key, product, client } = ask;
    core.table.take_back_seat(Release { key: key.digest(), product, seat: client.digest(), now: core.now() }).await
}
