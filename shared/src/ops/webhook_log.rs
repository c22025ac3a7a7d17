//! What was sent to an endpoint, and sending it again.

use super::announce::WebhookJob;
use crate::core::Core;
use crate::domain::delivery::Delivery;
use crate::domain::event::EventId;
use crate::domain::ids::{AccountId, WebhookId};
use crate::fault::Fault;
use crate::queue::Queue;
use crate::table::Page;

/// The most deliveries of a page.
pub const MOST_DELIVERIES: u16 = 100;

/// Why a delivery is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum NotSentAgain {
    /// The endpoint was never sent that event, or it was longer ago than the log is kept.
    #[error("there is no such delivery")]
    NotFound,
    /// It is on its way.
    #[error("it is on its way already")]
    Pending,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// At most `limit` (and [`MOST_DELIVERIES`]) of what was sent to an endpoint, the latest event first, before one of them. An endpoint that was
/// deleted still has its log.
pub async fn deliveries(
    core: &Core,
    account: AccountId,
    webhook: WebhookId,
    before: Option<&EventId>,
    limit: u16,
) -> Result<Page<Delivery, EventId>, Fault> {
    core.table.deliveries(account, webhook, before, limit.clamp(1, MOST_DELIVERIES)).await
}

/// Sends an event again, under the same name and with the same body, whatever became of it. Should this fail halfway, it can be asked for
/// again after an hour.
pub async fn redeliver(
    core: &Core,
    queue: &Queue<WebhookJob>,
    account: AccountId,
    webhook: WebhookId,
    event: &EventId,
) -> Result<Delivery, NotSentAgain> {
    let before = core.table.delivery(account, webhook, event).await?.ok_or(NotSentAgain::NotFound)?;
    let now = core.now();
    if !before.can_be_sent_again(now) {
        return Err(NotSentAgain::Pending);
    }
    let after = before.again(now);
    if core.table.replace_delivery(&before, &after, now).await?.is_err() {
        return Err(NotSentAgain::Pending);
    }
    queue.put(WebhookJob { account, webhook, event: event.clone(), attempt: after.attempt }).await?;
    Ok(after)
}
