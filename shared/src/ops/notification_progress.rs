//! How far a notification is, which sites could not be told, and stopping it.

use super::notify_sites::Subject;
use crate::core::Core;
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::notification::{Cancelled, Counts, FailedPush, Notification, NotificationState};
use crate::domain::seat::SeatDigest;
use crate::fault::{Fault, FaultKind};
use crate::table::Page;

/// How often others may change a notification while it is being stopped.
const ROUNDS: usize = 8;

/// The most sites of a page of those that were not told.
pub const MOST_FAILED: u16 = 500;

/// A notification, and what became of its sites so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The notification.
    pub notification: Notification,
    /// Its sites as far as they are known: more may come until all licences were gone through.
    pub counts: Counts,
}

/// Why a notification is not stopped.
#[derive(Debug, thiserror::Error)]
pub enum NotCancelled {
    /// The release has none.
    #[error("there is no such notification")]
    NoNotification,
    /// It has finished.
    #[error("the notification has finished")]
    Finished,
    /// A fault of ours.
    #[error("{0}")]
    Fault(#[from] Fault),
}

/// How far the notification of a release is; nothing where it has none.
pub async fn notification_progress(core: &Core, subject: Subject) -> Result<Option<Progress>, Fault> {
    let Subject { account, product, release } = subject;
    let (notification, counts) = tokio::join!(core.table.notification(account, product, release), core.table.push_counts(account, release));
    let counts = counts?;
    Ok(notification?.map(|notification| Progress { notification, counts }))
}

/// How far all notifications of a product are, in the order of their releases' numbers.
pub async fn notifications_of(core: &Core, account: AccountId, product: ProductId) -> Result<Vec<Progress>, Fault> {
    let mut found = Vec::new();
    for notification in core.table.notifications(account, product).await? {
        let counts = core.table.push_counts(account, notification.release).await?;
        found.push(Progress { notification, counts });
    }
    Ok(found)
}

/// At most `limit` of the sites that were not told, after one of them, in no order that says anything.
pub async fn failed_sites(
    core: &Core,
    subject: Subject,
    after: Option<SeatDigest>,
    limit: u16,
) -> Result<Page<FailedPush, SeatDigest>, Fault> {
    core.table.failed_pushes(subject.account, subject.release, after, limit.clamp(1, MOST_FAILED)).await
}

/// Why a site was not told; nothing where it was, or is still to be.
pub async fn failed_site(core: &Core, subject: Subject, site: SeatDigest) -> Result<Option<FailedPush>, Fault> {
    core.table.failed_push(subject.account, subject.release, site).await
}

/// Stops a notification: nobody is told any more, but for those who are being told just now. One that was stopped before is left as it is.
pub async fn cancel_notification(core: &Core, subject: Subject) -> Result<Notification, NotCancelled> {
    let Subject { account, product, release } = subject;
    for _ in 0..ROUNDS {
        let before = core.table.notification(account, product, release).await?.ok_or(NotCancelled::NoNotification)?;
        match before.state {
            NotificationState::Running => {}
            NotificationState::Cancelled { .. } => return Ok(before),
            NotificationState::Finished { .. } => return Err(NotCancelled::Finished),
        }
        let after = before.become_state(NotificationState::Cancelled { at: core.now(), why: Cancelled::Asked });
        if core.table.change_notification(&before, &after).await?.is_ok() {
            return Ok(after);
        }
    }
    Err(Fault::new(FaultKind::Contended, "stopping a notification").into())
}
