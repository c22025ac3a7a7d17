//! Notifications in the local stack: who works their queue off.

use std::sync::{Arc, LazyLock};

use latchkey_core::core::Core;
use latchkey_core::domain::destination::Reach;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::fault::Fault;
use latchkey_core::lambda::MessagesAnswer;
use latchkey_core::ops::notify_sites::{PushJob, resume_notifications};
use latchkey_core::queue::Queue;
use latchkey_worker::Pusher;
use tokio::task::JoinHandle;

use crate::queues::{self, InProcess};

/// Works the queue of notifications off, after those that were going on when the stack ended were found.
pub(crate) fn start(core: Core, pushes: InProcess, reach: Reach) -> JoinHandle<()> {
    let queue = Queue::inbox(Arc::new(pushes.clone()));
    let (resuming, jobs) = (core.clone(), queue.clone());
    tokio::spawn(async move {
        if let Err(fault) = resume_all(&resuming, &jobs).await {
            tracing::warn!(%fault, "not all notifications go on");
        }
    });
    // Made when it is needed: reading the system's certificates takes longer than all else at the start.
    let client = LazyLock::new(move || latchkey_worker::client(reach));
    queues::serve(pushes, move |event| {
        let (core, queue, client) = (core.clone(), queue.clone(), client.clone());
        async move {
            match client {
                Ok(client) => latchkey_worker::push_updates(core, queue, Pusher { client, settling: 0 }, event).await,
                Err(error) => {
                    tracing::error!(%error, "no site can be told");
                    MessagesAnswer::failed(event.messages.into_iter().map(|message| message.id))
                }
            }
        }
    })
}

async fn resume_all(core: &Core, queue: &Queue<PushJob>) -> Result<(), Fault> {
    let last = core.table.last_account().await?.map_or(0, AccountId::get);
    for account in (1..=last).filter_map(AccountId::new) {
        resume_notifications(core, queue, account).await?;
    }
    Ok(())
}
