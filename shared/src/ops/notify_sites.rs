//! Notifying sites of a release: each active site of a licence with a right to it is told, once.
//!
//! This begins it, and nothing else: the work is done by what reads the queue ([`spread_notification`](super::spread_notification),
//! [`tell_site`](super::tell_site)).

use serde::{Deserialize, Serialize};

use crate::core::Core;
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::notification::Notification;
use crate::domain::product::ProductKind;
use crate::domain::release::{Release, ReleaseState, WrongReleaseState};
use crate::domain::seat::SeatDigest;
use crate::fault::{Fault, FaultKind};
use crate::queue::{Job, Queue};
use crate::table::Freshness;

/// How often a notification may be changed by others while it is being begun anew.
const ROUNDS: usize = 6;

/// What the queue of notifications carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PushJob {
    /// Go on with noting whom to tell.
    Spread(Subject),
    /// Tell a site.
    Tell {
        /// Of what.
        #[serde(flatten)]
        subject: Subject,
        /// Which site.
        site: SeatDigest,
        /// Which attempt it is, from 1.
        attempt: u32,
    },
}

/// A release that sites are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// The product.
    pub product: ProductId,
    /// The release.
    pub release: ReleaseId,
}

impl Job for PushJob {
    const VARIABLE: &'static str = "LATCHKEY_PUSH_QUEUE";
}

/// Why sites are not notified.
#[derive(Debug, thiserror::Error)]
pub enum NotNotified {
    /// The account has no such product.
    #[error("there is no such product")]
    NoProduct,
    /// The product has no such release.
    #[error("there is no such release")]
    NoRelease,
    /// It is no plugin and no theme: no site would understand.
    #[error("only sites of plugins and themes can be notified")]
    NoSites,
    /// The release cannot be fetched.
    #[error(transparent)]
    ReleaseState(#[from] WrongReleaseState),
    /// Another release is the current one: a site that was told of this one would be given that.
    #[error("another release is the current one")]
    NotCurrent,
    /// A fault of ours. A notification that was begun goes on when this is called again.
    #[error("{0}")]
    Fault(#[from] Fault),
}

/// Begins to tell the sites of a release.
///
/// A notification that is going on goes on. One that has ended begins once more: it finds sites that came since, and tells nobody twice.
pub async fn notify_sites(core: &Core, queue: &Queue<PushJob>, subject: Subject) -> Result<Notification, NotNotified> {
    let Subject { account, product, release } = subject;
    let product = core.table.product(account, product, Freshness::Strong).await?.ok_or(NotNotified::NoProduct)?;
    match product.kind {
        ProductKind::Plugin | ProductKind::Theme => {}
        ProductKind::Program => return Err(NotNotified::NoSites),
    }
    let release = core.table.release(account, product.id, release).await?.ok_or(NotNotified::NoRelease)?;
    match &release.state {
        ReleaseState::Published(_) => {}
        ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Yanked(_) => {
            return Err(WrongReleaseState(release.state.name()).into());
        }
    }
    if product.current.is_none_or(|current| current.id != release.id) {
        return Err(NotNotified::NotCurrent);
    }
    let new = Notification::new(account, product.id, release.id, release.version, core.now());
    let begun = begin(core, new).await?;
    // Written before: a job that came first would find nothing to do. Where this fails, the caller is told, and asks again.
    queue.put(PushJob::Spread(subject)).await?;
    Ok(begun)
}

async fn begin(core: &Core, new: Notification) -> Result<Notification, Fault> {
    if core.table.create_notification(&new).await?.is_ok() {
        return Ok(new);
    }
    for _ in 0..ROUNDS {
        let found = core.table.notification(new.account, new.product, new.release).await?;
        let before = found.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a notification is there and is not"))?;
        if before.is_running() {
            return Ok(before);
        }
        let again = before.again();
        if core.table.change_notification(&before, &again).await?.is_ok() {
            return Ok(again);
        }
    }
    Err(Fault::new(FaultKind::Contended, "beginning a notification once more"))
}

/// Begins all of an account's notifications that are going on from the beginning: nobody is told twice. What a queue has lost is found in
/// this way, such as one that ended with its process.
pub async fn resume_notifications(core: &Core, queue: &Queue<PushJob>, account: AccountId) -> Result<usize, Fault> {
    let mut resumed = 0;
    for product in core.table.products(account).await? {
        for before in core.table.notifications(account, product.id).await?.into_iter().filter(Notification::is_running) {
            // Where somebody else changed it just now, that one goes on with it.
            let _ = core.table.change_notification(&before, &before.again()).await?;
            queue.put(PushJob::Spread(Subject::of(&before))).await?;
            resumed += 1;
        }
    }
    Ok(resumed)
}

impl Subject {
    /// A release.
    pub fn release(release: &Release) -> Self {
        Self { account: release.account, product: release.product, release: release.id }
    }

    /// What a notification is about.
    pub fn of(notification: &Notification) -> Self {
        Self { account: notification.account, product: notification.product, release: notification.release }
    }
}
