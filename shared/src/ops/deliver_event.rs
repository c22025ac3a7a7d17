//! Delivering an event to an endpoint: what has to be known for it, and what comes of it.
//!
//! [`begin`] takes the delivery, the caller makes the call, [`end`] writes what came of it. A delivery is in one's hands for
//! [`HELD_SECONDS`]: whoever comes meanwhile waits. A process that dies in between has told the endpoint or not, nobody knows; it is told
//! again then, under the same name.
//!
//! What failed is put into the queue for its next attempt before that is written, so an attempt that was written has its next job; a job
//! of an attempt that is over does nothing.

use super::announce::WebhookJob;
use super::webhooks::Sealing;
use crate::core::Core;
use crate::domain::delivery::{Delivery, DeliveryState, LastAttempt};
use crate::domain::notification::Turn;
use crate::domain::retry::{self, Verdict};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Disabled, Webhook, WebhookState, sign};
use crate::fault::Fault;
use crate::queue::{Later, Queue};
use crate::table::TakenDelivery;

/// For how long a delivery is in the hands of whoever took it, in seconds: longer than a function runs, shorter than a message that was
/// not answered for stays hidden.
pub const HELD_SECONDS: i64 = 90;

/// How often an endpoint may be changed by others while it is being disabled.
const ROUNDS: usize = 6;

/// An event that is to be sent now.
#[derive(Debug)]
pub struct Delivering {
    /// Where to.
    pub url: String,
    /// `webhook-id`: the same whenever this event is sent to this endpoint.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`: one for each secret that is valid.
    pub signature: String,
    /// The body, byte for byte what was signed.
    pub body: String,
    webhook: Webhook,
    taken: TakenDelivery,
}

/// What came of calling an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It answered.
    Answered {
        /// With this HTTP status.
        status: u16,
        /// And asked to be left alone for so many seconds.
        retry_after: Option<i64>,
    },
    /// It did not answer, for this reason.
    Unanswered(&'static str),
    /// It must not be called: its address is none of a public host.
    NotCalled(&'static str),
}

/// Takes a delivery to make it now; nothing where there is nothing to do, or not yet: then the message is done with.
pub async fn begin(core: &Core, sealing: &Sealing, queue: &Queue<WebhookJob>, job: WebhookJob) -> Result<Option<Delivering>, Fault> {
    let (delivery, webhook) =
        tokio::join!(core.table.delivery(job.account, job.webhook, &job.event), core.table.webhook(job.account, job.webhook));
    let (Some(delivery), webhook) = (delivery?, webhook?) else { return Ok(None) };
    let now = core.now();
    match delivery.turn(job.attempt, now) {
        Turn::Over => return Ok(None),
        Turn::Wait(delay) => return put(queue, job, delay).await.map(|()| None),
        Turn::Now => {}
    }
    let until = now.plus_seconds(HELD_SECONDS);
    let Some(taken) = core.table.take_delivery(&delivery, job.attempt, now, until).await? else {
        // Somebody else was faster: whether it is still to be done is seen later.
        return put(queue, job, 1).await.map(|()| None);
    };
    let Some(webhook) = webhook.filter(|webhook| webhook.state == WebhookState::Active) else {
        let left_out = Delivery { state: DeliveryState::LeftOut, taken_until: None, ..taken.delivery.clone() };
        core.table.put_taken_delivery(&taken, &left_out, now).await?;
        return Ok(None);
    };
    let secrets = sealing.open_all(&webhook, now)?;
    let (id, body) = (taken.delivery.event.to_string(), taken.delivery.body.clone());
    let signature = sign(&secrets, &id, now, &body);
    Ok(Some(Delivering { url: webhook.url.clone(), id, timestamp: now.as_seconds(), signature, body, webhook, taken }))
}

/// Writes what came of it, and sees to the next attempt where there is one.
pub async fn end(core: &Core, queue: &Queue<WebhookJob>, delivering: Delivering, delivered: Delivered) -> Result<DeliveryState, Fault> {
    let Delivering { webhook, taken, .. } = delivering;
    let now = core.now();
    let (verdict, retry_after, last) = match delivered {
        Delivered::Answered { status, retry_after } => (Verdict::of(status), retry_after, attempt(now, Some(status), None)),
        Delivered::Unanswered(why) => (Verdict::Again, None, attempt(now, None, Some(why))),
        Delivered::NotCalled(why) => (Verdict::Final, None, attempt(now, None, Some(why))),
    };
    let ended = Delivery { last: Some(last), taken_until: None, ..taken.delivery.clone() };
    let after = match verdict {
        Verdict::Done => Delivery { state: DeliveryState::Delivered, ..ended },
        Verdict::Final if matches!(delivered, Delivered::NotCalled(_)) => Delivery { state: DeliveryState::NotCalled, ..ended },
        Verdict::Final => Delivery { state: DeliveryState::Refused, ..ended },
        Verdict::Again => {
            let first = ended.first.unwrap_or(now);
            match retry::next(first, now, ended.tries(), retry_after, |below| core.random.below(below)) {
                Some(due) => {
                    let attempt = ended.attempt.saturating_add(1);
                    let Delivery { account, webhook, ref event, .. } = ended;
                    let job = WebhookJob { account, webhook, event: event.clone(), attempt };
                    put(queue, job, retry::seconds_until(due, now)).await?;
                    Delivery { attempt, due, ..ended }
                }
                None => Delivery { state: DeliveryState::Unreached, ..ended },
            }
        }
    };
    core.table.put_taken_delivery(&taken, &after, now).await?;
    note(core, &webhook, verdict, now).await?;
    Ok(after.state)
}

/// How the endpoint fares: one that failed for days is told nothing more.
async fn note(core: &Core, webhook: &Webhook, verdict: Verdict, now: Timestamp) -> Result<(), Fault> {
    let (account, id) = (webhook.account, webhook.id);
    if verdict == Verdict::Done {
        // One write after failures, and none in good times.
        return if webhook.failing.is_some() { core.table.note_webhook_working(account, id).await } else { Ok(()) };
    }
    let mut stands = match webhook.failing {
        Some(_) => Some(webhook.clone()),
        None => core.table.note_webhook_failing(account, id, now).await?,
    };
    for _ in 0..ROUNDS {
        let Some(webhook) = stands.filter(|webhook| webhook.state == WebhookState::Active && webhook.is_given_up(now)) else {
            return Ok(());
        };
        let disabled = webhook.become_state(WebhookState::Disabled { at: now, why: Disabled::Failing });
        if core.table.change_webhook(&webhook, &disabled).await?.is_ok() {
            tracing::warn!(account = account.get(), webhook = id.get(), "a webhook failed for days and is disabled");
            return Ok(());
        }
        stands = core.table.webhook(account, id).await?;
    }
    Ok(())
}

fn attempt(at: Timestamp, status: Option<u16>, error: Option<&'static str>) -> LastAttempt {
    LastAttempt { at, status, error: error.map(str::to_owned) }
}

async fn put(queue: &Queue<WebhookJob>, job: WebhookJob, delay: u32) -> Result<(), Fault> {
    queue.put_all(&[Later { job, delay }]).await
}
