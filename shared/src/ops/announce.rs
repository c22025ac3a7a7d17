//! Announcing what happened: from a change of an item, as the table's stream tells it, to a delivery for every endpoint that wants it.
//!
//! Told again, it finds what it noted: events have names that follow from the change, and a delivery is noted where there is none. A
//! process that dies between noting and putting into the queue is told again, and puts then what nobody has touched.

use serde::{Deserialize, Serialize};

use crate::core::Core;
use crate::domain::delivery::{Delivery, DeliveryState};
use crate::domain::ending::ending;
use crate::domain::event::{Change, EventId, Happened, Owner, Subject, derive, payload};
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, WebhookId};
use crate::domain::key::KeyDigest;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Webhook;
use crate::fault::{Fault, FaultKind};
use crate::queue::{Job, Later, Queue};
use crate::table::{Exists, Freshness};

/// A change, as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldChange {
    /// By which it is known, the same each time it is told.
    pub id: String,
    /// When it came about, to the second.
    pub at: Timestamp,
    /// The change.
    pub change: Change,
}

/// What the queue of webhooks carries: an event that is to be sent to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookJob {
    /// The account.
    pub account: AccountId,
    /// Where to.
    pub webhook: WebhookId,
    /// What of.
    pub event: EventId,
    /// Which attempt it is, from 1.
    pub attempt: u32,
}

impl Job for WebhookJob {
    const VARIABLE: &'static str = "LATCHKEY_WEBHOOK_QUEUE";
}

/// Notes deliveries of everything that a change tells of. Gives how many there are.
pub async fn announce(core: &Core, queue: &Queue<WebhookJob>, told: &ToldChange) -> Result<usize, Fault> {
    if let Change::Grant { before, after: Some(after) } = &told.change
        && let Some(ending) = ending(before.as_deref(), after, core.now())
    {
        core.table.note_ending(&ending).await?;
    }
    let mut count = 0;
    for happened in derive(&told.change, told.at) {
        if let (Some(stay), Change::Seat { key, .. }) = (happened.may_have_moved(), &told.change)
            && core.table.has_moved(*key, stay).await?
        {
            continue;
        }
        count += announce_event(core, queue, &told.id, &happened, told.at).await?;
    }
    Ok(count)
}

/// Notes deliveries of one event, which is known by the change with this identity and was found at `at`.
pub(super) async fn announce_event(
    core: &Core,
    queue: &Queue<WebhookJob>,
    change: &str,
    happened: &Happened,
    at: Timestamp,
) -> Result<usize, Fault> {
    let grant = match &happened.subject {
        Subject::Seat { of: Owner::Key(key), .. } => match owner(core, *key).await? {
            Some(grant) => Some(grant),
            None => return Ok(0),
        },
        Subject::Seat { .. } | Subject::License(_) | Subject::Release(_) | Subject::Notification(_) => None,
    };
    let account = happened.account().or(grant.as_ref().map(|grant| grant.account));
    let account = account.ok_or_else(|| Fault::new(FaultKind::Corrupt, "an event is no account's"))?;
    let webhooks = core.table.webhooks(account).await?;
    let wanting: Vec<&Webhook> = webhooks.iter().filter(|webhook| webhook.wants(happened.kind, at)).collect();
    if wanting.is_empty() {
        return Ok(0);
    }
    let event = EventId::of(change, at, happened);
    let at = happened.moment(at);
    let body = payload(happened.kind, &happened.subject, grant.as_ref(), at);
    let now = core.now();
    let mut jobs = Vec::new();
    for webhook in &wanting {
        let delivery = Delivery::new(webhook, event.clone(), happened.kind, body.clone(), at, now);
        if core.table.create_delivery(&delivery, now).await? == Err(Exists) {
            let noted = core.table.delivery(account, webhook.id, &event).await?;
            let is_untouched = noted.is_some_and(|noted| {
                noted.state == DeliveryState::Pending && noted.attempt == 1 && noted.taken_until.is_none() && noted.first.is_none()
            });
            if !is_untouched {
                continue;
            }
        }
        let job = WebhookJob { account, webhook: webhook.id, event: event.clone(), attempt: 1 };
        jobs.push(Later { job, delay: 0 });
    }
    queue.put_all(&jobs).await?;
    Ok(wanting.len())
}

/// The licence that a seat's item belongs to, or what is left of it: its seats are swept, and may be told of, after it was deleted. Where
/// not even that is there, nobody can be told, now or later.
async fn owner(core: &Core, key: KeyDigest) -> Result<Option<Grant>, Fault> {
    let grant = core.table.grant_or_remains(key, Freshness::Strong).await?;
    if grant.is_none() {
        tracing::warn!("a seat that came or went is no licence's: nothing is told of it");
    }
    Ok(grant)
}
