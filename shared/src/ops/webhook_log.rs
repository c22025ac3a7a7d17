//! What was sent to an endpoint, and sending it again.

use super::announce::WebhookJob;
use crate::core::Core;
use crate::domain::delivery::{Delivery, DeliveryState};
use crate::domain::event::EventId;
use crate::domain::ids::{AccountId, WebhookId};
use crate::fault::Fault;
use crate::queue::{Later, Queue};
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
    core.table.deliveries(account, webhook, before, false, limit.clamp(1, MOST_DELIVERIES)).await
}

/// The same from the earliest event on, after one of them.
pub async fn deliveries_after(
    core: &Core,
    account: AccountId,
    webhook: WebhookId,
    after: Option<&EventId>,
    limit: u16,
) -> Result<Page<Delivery, EventId>, Fault> {
    core.table.deliveries(account, webhook, after, true, limit.clamp(1, MOST_DELIVERIES)).await
}

/// One of them.
pub async fn find_delivery(core: &Core, account: AccountId, webhook: WebhookId, event: &EventId) -> Result<Option<Delivery>, Fault> {
    core.table.delivery(account, webhook, event).await
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

/// Puts what is on its way to an account's endpoints into the queue once more: after a queue was lost, or put messages aside. Gives how much
/// that is. Who is told twice does nothing the second time.
pub async fn resume_deliveries(core: &Core, queue: &Queue<WebhookJob>, account: AccountId) -> Result<usize, Fault> {
    let mut resumed = 0;
    for webhook in core.table.webhooks(account).await? {
        let mut before = None;
        loop {
            let page = core.table.deliveries(account, webhook.id, before.as_ref(), false, MOST_DELIVERIES).await?;
            let pending = page.items.into_iter().filter(|delivery| delivery.state == DeliveryState::Pending);
            let jobs: Vec<_> =
                pending.map(|Delivery { event, attempt, .. }| WebhookJob { account, webhook: webhook.id, event, attempt }).collect();
            resumed += jobs.len();
            // Each is told at once, and waits then for as long as it has to.
            queue.put_all(&jobs.into_iter().map(|job| Later { job, delay: 0 }).collect::<Vec<_>>()).await?;
            match page.next {
                Some(next) => before = Some(next),
                None => break,
            }
        }
    }
    Ok(resumed)
}
