//! How many requests go to one host at once, so that a shared host with many shops is not run over, and one that hangs does not take all turns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most requests of one process that are at one host at the same time.
pub const AT_ONCE_PER_HOST: usize = 2;

/// With so many hosts in the list those that nobody is at are forgotten.
const TIDIED_AT: usize = 256;

/// The turns of every host that somebody is at. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Arc<Semaphore>>>>);

/// A turn at a host, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    /// Nothing where the list was closed, which it never is.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// A turn at this host, as soon as there is one.
    pub(super) async fn take(&self, host: &str) -> Turn {
        let turns = {
            let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if hosts.len() >= TIDIED_AT {
                // Whoever has or waits for a turn holds the host's turns as well.
                hosts.retain(|_, turns| Arc::strong_count(turns) > 1);
            }
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE_PER_HOST))))
        };
        Turn { _permit: turns.acquire_owned().await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_host_has_its_turns_and_others_have_theirs() {
        let turns = Turns::default();
        let held = [turns.take("a").await, turns.take("a").await];
        let third = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take("a").await }
        });
        turns.take("b").await;
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(held);
        third.await.unwrap();
    }

    #[tokio::test]
    async fn hosts_that_nobody_is_at_are_forgotten() {
        let turns = Turns::default();
        let held = turns.take("held").await;
        for number in 0..TIDIED_AT * 3 {
            turns.take(&number.to_string()).await;
        }
        let hosts = turns.0.lock().unwrap();
        assert!(hosts.len() <= TIDIED_AT && hosts.contains_key("held"));
        drop(held);
    }
}
