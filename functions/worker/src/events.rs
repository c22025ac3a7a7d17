//! Announcing what happened, as the table's stream tells of changes; and mail that is to be sent.

use std::sync::Arc;

use latchkey_core::core::Core;
use latchkey_core::domain::event::Change;
use latchkey_core::fault::Fault;
use latchkey_core::lambda::{ChangesAnswer, ChangesEvent};
use latchkey_core::metrics::along;
use latchkey_core::ops::announce::{ToldChange, WebhookJob, announce};
use latchkey_core::ops::restores::Restores;
use latchkey_core::ops::send_mail::{MailJob, begin_sending};
use latchkey_core::queue::Queue;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The function that notes for vendors' endpoints what happened, and has mail sent.
pub const EVENTS: &str = "worker-events";

/// How many changes are looked at together.
const AT_ONCE: usize = 8;

/// Notes what a batch of changes tells of, and puts mail that begins to wait into its queue. What failed is told again; the rest is done.
pub async fn announce_changes(core: Core, webhooks: Queue<WebhookJob>, mail: Queue<MailJob>, event: ChangesEvent) -> ChangesAnswer {
    let told = event.told();
    let changes = told.len();
    let (turns, restores) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Restores::default()));
    let mut tasks = JoinSet::new();
    for (sequence, told) in told {
        let (core, webhooks, mail) = (core.clone(), webhooks.clone(), mail.clone());
        let (turns, restores) = (Arc::clone(&turns), Arc::clone(&restores));
        tasks.spawn(along(async move {
            // It is never closed; and if it were, one more at once would do no harm.
            let _turn = turns.acquire().await;
            (sequence, one(&core, &webhooks, &mail, &restores, told).await)
        }));
    }
    let (mut noted, mut failed) = (0, Vec::new());
    for (sequence, done) in tasks.join_all().await {
        match done {
            Ok(count) => noted += count,
            Err(fault) => {
                tracing::error!(function = EVENTS, sequence, %fault);
                failed.push(sequence);
            }
        }
    }
    tracing::info!(function = EVENTS, changes, noted, failed = failed.len());
    ChangesAnswer::failed(failed)
}

async fn one(
    core: &Core,
    webhooks: &Queue<WebhookJob>,
    mail: &Queue<MailJob>,
    restores: &Restores,
    told: Result<ToldChange, Fault>,
) -> Result<usize, Fault> {
    let told = told?;
    // It happened where it was restored from, and was told there.
    if restores.made(core, &told).await? {
        return Ok(0);
    }
    if let Change::Mail { after, .. } = &told.change {
        return begin_sending(mail, after.as_deref()).await.map(usize::from);
    }
    announce(core, webhooks, &told).await
}
