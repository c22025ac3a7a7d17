//! Webhooks in the local stack: their queue, who works it off, and the feed of events that fills it.

use std::sync::{Arc, LazyLock};

use latchkey_core::core::Core;
use latchkey_core::domain::destination::Reach;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::fault::Fault;
use latchkey_core::lambda::MessagesAnswer;
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::send_mail::MailJob;
use latchkey_core::ops::webhook_log::resume_deliveries;
use latchkey_core::ops::webhooks::Sealing;
use latchkey_core::queue::Queue;
use tokio::task::JoinHandle;

use crate::events::Events;
use crate::queues::{self, InProcess};

/// What sends events to endpoints.
#[derive(Debug)]
pub(crate) struct Hooks {
    pub(crate) messages: InProcess,
    pub(crate) sealing: Sealing,
    tasks: Vec<JoinHandle<()>>,
}

impl Hooks {
    /// Begins with what was on its way when the stack ended.
    pub(crate) fn start(core: &Core, events: &Events, messages: InProcess, mail: Queue<MailJob>, sealing: Sealing, reach: Reach) -> Self {
        let queue = Queue::inbox(Arc::new(messages.clone()));
        let feed = events.start(core.clone(), queue.clone(), mail);
        let resume = {
            let (core, queue) = (core.clone(), queue.clone());
            tokio::spawn(async move {
                if let Err(fault) = resume_all(&core, &queue).await {
                    tracing::warn!(%fault, "not all deliveries go on");
                }
            })
        };
        // Made when it is needed: reading the system's certificates takes longer than all else at the start.
        let client = LazyLock::new(move || latchkey_worker::client(reach));
        let deliver = {
            let (core, sealing) = (core.clone(), sealing.clone());
            queues::serve(messages.clone(), move |event| {
                let (core, sealing, queue, client) = (core.clone(), sealing.clone(), queue.clone(), client.clone());
                async move {
                    match client {
                        Ok(client) => latchkey_worker::deliver_events(core, sealing, queue, client, event).await,
                        Err(error) => {
                            tracing::error!(%error, "no endpoint can be told");
                            MessagesAnswer::failed(event.messages.into_iter().map(|message| message.id))
                        }
                    }
                }
            })
        };
        Self { messages, sealing, tasks: vec![feed, resume, deliver] }
    }

    /// The queue, for putting jobs into it.
    pub(crate) fn queue(&self) -> Queue<WebhookJob> {
        Queue::inbox(Arc::new(self.messages.clone()))
    }

    pub(crate) fn abort(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn resume_all(core: &Core, queue: &Queue<WebhookJob>) -> Result<(), Fault> {
    let last = core.table.last_account().await?.map_or(0, AccountId::get);
    for account in (1..=last).filter_map(AccountId::new) {
        resume_deliveries(core, queue, account).await?;
    }
    Ok(())
}
