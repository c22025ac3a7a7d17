//! What Lambda does with a queue: it reads batches, calls the function, and deletes what was answered for.

use std::sync::Arc;
use std::time::Duration;

use latchkey_core::lambda::{MessagesAnswer, MessagesEvent};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::InProcess;

/// How many messages a batch has at most, as in `template.yaml`.
const BATCH: usize = 10;

/// How many batches are worked on side by side, as in `template.yaml`.
const AT_ONCE: usize = 5;

/// How long nobody looks where there is no news: a clock that is moved by hand tells nobody.
const LOOK: Duration = Duration::from_millis(200);

/// Works a queue off, until the task is ended.
pub(crate) fn serve<F>(queue: InProcess, work: impl Fn(MessagesEvent) -> F + Send + Sync + 'static) -> JoinHandle<()>
where
    F: Future<Output = MessagesAnswer> + Send + 'static,
{
    tokio::spawn(async move {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        // Ends with this task.
        let mut running = JoinSet::new();
        loop {
            while running.try_join_next().is_some() {}
            let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
            let event = queue.receive(BATCH);
            if event.messages.is_empty() {
                drop(turn);
                let _ = timeout(LOOK, queue.0.news.notified()).await;
                continue;
            }
            let (queue, working) = (queue.clone(), work(event.clone()));
            running.spawn(async move {
                let answer = working.await;
                queue.settle(&event, &answer);
                drop(turn);
            });
        }
    })
}
