//! What nobody waits for, told by the table's stream or by a queue: late, twice and in any order.
//!
//! [`index_changes`] keeps the index of sites (`latchkey_core::ops::index_sites`). It is told only which licence changed, and looks itself:
//! whatever it was told before or will be told again, what it leaves is what is stored.
//!
//! [`push_updates`] tells sites of releases (`latchkey_core::ops::notify_sites`): which they are is noted in the table first, and a job says
//! which one is meant.
//!
//! A site or an endpoint that fails is tried again for a day, by a message that is put back until it is due: only faults of ours count as
//! tellings, and what was told too often is put aside in the queue's dead letters. Nothing of this is on the way of an answer: who
//! asks puts a job into a queue, or nothing at all.
//!
//! [`announce_changes`] derives from changes what happened and notes it for vendors' endpoints (`latchkey_core::ops::announce`),
//! [`announce_endings`] does so for what only the clock knows, and [`deliver_events`] sends it.
//!
//! [`announce_changes`] also puts the jobs of mail that begins to wait into the queue of mail, and [`deliver_mails`] sends it
//! (`latchkey_core::ops::deliver_mail`): at least once, whoever dies in between. What SES says of it afterwards comes by the same queue, and into
//! the account's log.

mod endings;
mod events;
mod mail;
mod push;
mod webhooks;

use latchkey_core::core::Core;
use latchkey_core::lambda::{ChangesAnswer, ChangesEvent};
use latchkey_core::ops::index_sites::index_sites;

pub use self::endings::{ENDINGS, announce_endings};
pub use self::events::{EVENTS, announce_changes};
pub use self::mail::{MAIL, PACKAGE_LINK, deliver_mails};
pub use self::push::{PUSH, Pusher, client, push_updates};
pub use self::webhooks::{WEBHOOKS, deliver_events};

/// The function that keeps the index of sites.
pub const SITES: &str = "worker-sites";

/// Brings the index of sites up to date with a batch of changes. What failed is told again; the rest is done.
pub async fn index_changes(core: Core, event: ChangesEvent) -> ChangesAnswer {
    let touched = event.touched();
    let count = touched.len();
    let (mut corrected, mut faults) = (0, Vec::new());
    for (part, done) in Box::pin(index_sites(&core, touched.keys().copied())).await {
        match done {
            Ok(number) => corrected += number,
            Err(fault) => faults.push((part, fault)),
        }
    }
    if let Some((_, fault)) = faults.first() {
        tracing::error!(function = SITES, licenses = count, corrected, failed = faults.len(), %fault);
    } else {
        tracing::info!(function = SITES, licenses = count, corrected);
    }
    ChangesAnswer::failed(faults.iter().filter_map(|(part, _)| touched.get(part).cloned()))
}
