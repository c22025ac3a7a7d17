//! A notification as it is shown.

use latchkey_core::domain::ids::{AccountId, ProductId, ReleaseId};
use latchkey_core::domain::notification::{NotificationState, Place};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::notification_progress::Progress;
use serde::Serialize;

use crate::members::Member;
use crate::text::{fields, or_dash};

/// The members of the JSON answer.
pub(crate) const MEMBERS: [Member; 13] = [
    ("account", "the vendor's number"),
    ("product", "the product's number"),
    ("release", "the release's number"),
    ("version", "the release's version"),
    ("state", "running, finished, cancelled, or superseded by another release"),
    ("counted", "whether all licences were gone through, so that no more sites will come"),
    ("sites", "how many sites are to be told, as far as they were counted"),
    ("sent", "how many of them were told"),
    ("failed", "how many do not want to be told, could not be within a day, or have an address that is not called"),
    ("left_out", "how many lost their right or their seat before they were told"),
    ("pending", "how many are still to be told"),
    ("begun", "when it was begun"),
    ("ended", "when it finished or was stopped, or null"),
];

/// A notification as it is shown.
#[derive(Serialize)]
pub(crate) struct View {
    account: AccountId,
    product: ProductId,
    release: ReleaseId,
    version: String,
    state: &'static str,
    counted: bool,
    sites: u32,
    sent: u32,
    failed: u32,
    left_out: u32,
    pending: u32,
    begun: Timestamp,
    ended: Option<Timestamp>,
}

impl View {
    /// The headings of [`View::row`].
    pub(crate) const HEADINGS: [&'static str; 6] = ["version", "state", "sites", "sent", "failed", "pending"];

    /// The view of a notification.
    pub(crate) fn of(progress: &Progress) -> Self {
        let Progress { notification, counts } = progress;
        Self {
            account: notification.account,
            product: notification.product,
            release: notification.release,
            version: notification.version.to_string(),
            state: notification.state.name(),
            counted: notification.place == Place::End,
            sites: counts.sites,
            sent: counts.sent,
            failed: counts.failed,
            left_out: counts.left_out,
            pending: counts.pending(),
            begun: notification.created,
            ended: match notification.state {
                NotificationState::Running => None,
                NotificationState::Finished { at } | NotificationState::Cancelled { at, .. } => Some(at),
            },
        }
    }

    /// The notification for people.
    pub(crate) fn text(&self) -> String {
        let sites = if self.counted { self.sites.to_string() } else { format!("{} so far", self.sites) };
        fields(&[
            ("version", self.version.clone()),
            ("state", self.state.to_owned()),
            ("sites", sites),
            ("sent", self.sent.to_string()),
            ("failed", self.failed.to_string()),
            ("left out", self.left_out.to_string()),
            ("pending", self.pending.to_string()),
            ("begun", self.begun.to_string()),
            ("ended", or_dash(self.ended)),
        ])
    }

    /// The notification in a list.
    pub(crate) fn row(&self) -> [String; 6] {
        let Self { version, state, sites, sent, failed, pending, .. } = self;
        [version.clone(), (*state).to_owned(), sites.to_string(), sent.to_string(), failed.to_string(), pending.to_string()]
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::notification::{Counts, Notification};
    use latchkey_core::domain::version::Version;

    use super::*;
    use crate::members::{names_in, names_of};

    fn progress() -> Progress {
        let (account, product) = (AccountId::new(1).unwrap(), ProductId::new(2).unwrap());
        let version = Version::parse("1.2.3").unwrap();
        let notification = Notification::new(account, product, ReleaseId::new(3).unwrap(), version, Timestamp::MIN);
        Progress { notification, counts: Counts { sites: 9, sent: 4, failed: 2, left_out: 1 } }
    }

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&View::of(&progress())), names_of(&MEMBERS));
    }

    #[test]
    fn what_is_still_counted_is_shown_as_so_far() {
        let mut progress = progress();
        assert!(View::of(&progress).text().contains("9 so far"));
        assert_eq!(View::of(&progress).row(), ["1.2.3", "running", "9", "4", "2", "2"]);
        progress.notification = progress.notification.at(Place::End).become_state(NotificationState::Finished { at: Timestamp::MIN });
        let view = View::of(&progress);
        assert!(!view.text().contains("so far"));
        assert_eq!((view.state, view.ended), ("finished", Some(Timestamp::MIN)));
    }
}
