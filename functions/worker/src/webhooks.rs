//! Sending events to vendors' endpoints, as the queue's messages say.

use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue};
use latchkey_core::core::Core;
use latchkey_core::domain::delivery::DeliveryState;
use latchkey_core::domain::destination::Destination;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::lambda::{MessagesAnswer, MessagesEvent, ToldMessage};
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::deliver_event::{self, Delivered, Delivering};
use latchkey_core::ops::webhooks::Sealing;
use latchkey_core::outbound::{Answer, Outbound, Unsent};
use latchkey_core::queue::Queue;
use tokio::task::JoinSet;

/// The function that sends events to vendors' endpoints.
pub const WEBHOOKS: &str = "worker-webhooks";

/// Does what a batch of messages asks for, side by side. What failed for a fault of ours is told again; so is what is no job at all,
/// until the queue puts it aside.
pub async fn deliver_events(
    core: Core,
    sealing: Sealing,
    queue: Queue<WebhookJob>,
    client: Outbound,
    event: MessagesEvent,
) -> MessagesAnswer {
    let count = event.messages.len();
    let mut tasks = JoinSet::new();
    for message in event.messages {
        let (core, sealing, queue, client) = (core.clone(), sealing.clone(), queue.clone(), client.clone());
        tasks.spawn(async move {
            let done = work(&core, &sealing, &queue, &client, &message).await;
            (message.id, done)
        });
    }
    let (mut delivered, mut failed) = (0, Vec::new());
    for (id, done) in tasks.join_all().await {
        match done {
            Ok(Some(DeliveryState::Delivered)) => delivered += 1,
            Ok(_) => {}
            Err(fault) => {
                tracing::error!(function = WEBHOOKS, message = id, %fault);
                failed.push(id);
            }
        }
    }
    tracing::info!(function = WEBHOOKS, messages = count, delivered, failed = failed.len());
    MessagesAnswer::failed(failed)
}

/// What came of a delivery, where one was made.
async fn work(
    core: &Core,
    sealing: &Sealing,
    queue: &Queue<WebhookJob>,
    client: &Outbound,
    message: &ToldMessage,
) -> Result<Option<DeliveryState>, Fault> {
    let job = message.job().map_err(|error| Fault::caused(FaultKind::Corrupt, "reading a message", error))?;
    let Some(delivering) = deliver_event::begin(core, sealing, queue, job).await? else { return Ok(None) };
    let delivered = match send(client, &delivering).await {
        Ok(answer) => Delivered::Answered { status: answer.status.as_u16(), retry_after: answer.retry_after(core.now()) },
        Err(unsent @ Unsent::NotCalled(_)) => Delivered::NotCalled(unsent.name()),
        Err(unsent) => Delivered::Unanswered(unsent.name()),
    };
    deliver_event::end(core, queue, delivering, delivered).await.map(Some)
}

async fn send(client: &Outbound, delivering: &Delivering) -> Result<Answer, Unsent> {
    let malformed = Unsent::NotCalled("malformed");
    // Addresses were checked when they were given; a stricter rule may have come since.
    let to = Destination::parse(&delivering.url, client.reach()).map_err(|_| malformed)?;
    let headers = headers(delivering).ok_or(malformed)?;
    client.post(&to, headers, delivering.body.clone().into()).await
}

/// As Standard Webhooks has them
/// (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#webhook-headers-sending-metadata-to-consumers>).
fn headers(delivering: &Delivering) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HeaderName::from_static("webhook-id"), HeaderValue::try_from(&delivering.id).ok()?);
    headers.insert(HeaderName::from_static("webhook-timestamp"), HeaderValue::from(delivering.timestamp));
    headers.insert(HeaderName::from_static("webhook-signature"), HeaderValue::try_from(&delivering.signature).ok()?);
    Some(headers)
}
