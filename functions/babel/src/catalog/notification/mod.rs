//! Telling the sites of a product of a release. These operations are ours.

pub(super) mod begin;
pub(super) mod failed_sites;
pub(super) mod show;
pub(super) mod stop;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::notification::{NotificationState, Place};
use latchkey_core::ops::notification_progress::{NotCancelled, Progress, notification_progress};
use latchkey_core::ops::notify_sites::{NotNotified, Subject};
use latchkey_core::ops::rejected::{Rejected, Thing};
use serde::Serialize;

use super::releases::release;
use crate::code::Code;
use crate::error::Error;
use crate::wire::{Moment, number};

/// How far telling the sites of a release is.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct NotificationAnswer {
    notification: Notification,
}

/// A notification.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notification {
    /// The release.
    release_id: i32,
    /// Its version.
    version: String,
    /// `running`, `finished`, `cancelled`, or `superseded` by another release.
    state: String,
    /// Whether all licences were gone through, so that no more sites will come.
    counted: bool,
    /// How many sites are to be told, as far as they were counted.
    sites: i32,
    /// How many of them were told.
    sent: i32,
    /// How many could not be, or did not want to be.
    failed: i32,
    /// How many lost their right or their seat before they were told.
    left_out: i32,
    /// How many are still to be told.
    pending: i32,
    /// When it was begun.
    begin_date: Moment,
    /// When it finished or was stopped.
    end_date: Option<Moment>,
}

impl From<&Progress> for NotificationAnswer {
    fn from(Progress { notification, counts }: &Progress) -> Self {
        let end_date = match notification.state {
            NotificationState::Running => None,
            NotificationState::Finished { at } | NotificationState::Cancelled { at, .. } => Some(at.into()),
        };
        Self {
            notification: Notification {
                release_id: number(notification.release.get()),
                version: notification.version.as_str().to_owned(),
                state: notification.state.name().to_owned(),
                counted: notification.place == Place::End,
                sites: number(counts.sites),
                sent: number(counts.sent),
                failed: number(counts.failed),
                left_out: number(counts.left_out),
                pending: number(counts.pending()),
                begin_date: notification.created.into(),
                end_date,
            },
        }
    }
}

/// The release that the numbers of an address stand for.
fn subject(account: AccountId, product: i32, of: i32) -> Result<Subject, Error> {
    let of = release(product, of)?;
    Ok(Subject { account, product: of.product, release: of.release })
}

/// How far a notification is that has to be there.
async fn progress(core: &Core, subject: Subject) -> Result<Progress, Error> {
    notification_progress(core, subject).await?.ok_or_else(|| Error::not_found(Thing::Notification))
}

impl From<NotNotified> for Error {
    fn from(not: NotNotified) -> Self {
        match not {
            NotNotified::NoProduct => Self::not_found(Thing::Product),
            NotNotified::NoRelease => Self::not_found(Thing::Release),
            NotNotified::ReleaseState(state) => Rejected::ReleaseState(state).into(),
            NotNotified::NoSites => Self::new(Code::WrongState, "Only sites of plugins and themes can be told."),
            NotNotified::NotCurrent => {
                Self::new(Code::WrongState, "Another release is the current one: a site that was told of this one would be given that.")
            }
            NotNotified::Fault(fault) => fault.into(),
        }
    }
}

impl From<NotCancelled> for Error {
    fn from(not: NotCancelled) -> Self {
        match not {
            NotCancelled::NoNotification => Self::not_found(Thing::Notification),
            NotCancelled::Finished => Self::new(Code::WrongState, "The notification has finished."),
            NotCancelled::Fault(fault) => fault.into(),
        }
    }
}
