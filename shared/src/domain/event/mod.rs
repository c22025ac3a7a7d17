//! What happened, as a vendor's own systems are told: derived from how the table's items changed, so that nothing that was done says it, and
//! nothing can be said that was not done.
//!
//! | item | change | event |
//! |---|---|---|
//! | grant | is new | `license.issued` |
//! | grant | becomes suspended | `license.suspended` |
//! | grant | becomes revoked or refunded | `license.revoked` |
//! | grant | its end is changed after it had passed | `license.expired` (otherwise by the clock: [`ending`](super::ending)) |
//! | grant, or a seat that is an item | a seat appears | `license.activated` |
//! | grant, or a seat that is an item | a seat is gone | `license.deactivated` |
//! | release | becomes published | `release.published` |
//! | notification | comes to its end | `notification.finished` |
//!
//! Seats that move between the grant and items of their own come and go without anything having happened: those that became items say so
//! themselves ([`KeptSeat::moved`]), and those that were items are listed beside the licence ([`Happened::may_have_moved`]).
//!
//! A development site's seat and a counted one are two seats. Floating seats are lent for minutes, and no events.

mod payload;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::payload::payload;
use super::grant::{Grant, Seats};
use super::ids::AccountId;
use super::key::KeyDigest;
use super::license::Standing;
use super::mail::Mail;
use super::notification::{Notification, NotificationState};
use super::release::{Release, ReleaseState};
use super::seat::{Seat, SeatDigest};
use super::site_index::Place;
use super::time::Timestamp;

/// What sort of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// A licence was issued.
    #[serde(rename = "license.issued")]
    LicenseIssued,
    /// A seat was taken.
    #[serde(rename = "license.activated")]
    LicenseActivated,
    /// A seat was given back.
    #[serde(rename = "license.deactivated")]
    LicenseDeactivated,
    /// A licence came to its end in time.
    #[serde(rename = "license.expired")]
    LicenseExpired,
    /// A licence was stopped for now.
    #[serde(rename = "license.suspended")]
    LicenseSuspended,
    /// A licence was stopped for good: taken back or refunded.
    #[serde(rename = "license.revoked")]
    LicenseRevoked,
    /// A release can be fetched.
    #[serde(rename = "release.published")]
    ReleasePublished,
    /// All sites were told of a release, as far as they could be.
    #[serde(rename = "notification.finished")]
    NotificationFinished,
}

/// How an item changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A grant.
    Grant {
        /// What it was.
        before: Option<Box<Grant>>,
        /// What it is.
        after: Option<Box<Grant>>,
    },
    /// A seat that is, or was, an item.
    Seat {
        /// The licence, by the digest of its key.
        key: KeyDigest,
        /// What it was.
        before: Option<Box<KeptSeat>>,
        /// What it is.
        after: Option<Box<KeptSeat>>,
    },
    /// A release.
    Release {
        /// What it was.
        before: Option<Box<Release>>,
        /// What it is.
        after: Option<Box<Release>>,
    },
    /// A notification.
    Notification {
        /// What it was.
        before: Option<Box<Notification>>,
        /// What it is.
        after: Option<Box<Notification>>,
    },
    /// A mail of the outbox. No event comes of it: it is sent.
    Mail {
        /// What it was.
        before: Option<Box<Mail>>,
        /// What it is.
        after: Option<Box<Mail>>,
    },
}

/// A seat as an item keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSeat {
    /// The seat.
    pub seat: Seat,
    /// Under which mark it came out of the grant; nothing where it was taken as an item.
    pub moved: Option<String>,
}

/// Which stay of a seat among the items is meant: a seat may come and go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stay {
    /// The seat.
    pub seat: SeatDigest,
    /// Since when it was held, in seconds since 1970.
    pub since: i64,
    /// Under which mark it came out of the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// What.
    pub kind: EventKind,
    /// To what.
    pub subject: Subject,
}

/// What something happened to.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A licence.
    License(Box<Grant>),
    /// A seat of a licence.
    Seat {
        /// The licence.
        of: Owner,
        /// The seat.
        seat: Box<Seat>,
        /// Whether it is counted.
        place: Place,
        /// The stay that ended, where it was one among the items.
        stay: Option<Stay>,
    },
    /// A release.
    Release(Box<Release>),
    /// A notification.
    Notification(Box<Notification>),
}

/// Whose a seat is.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    /// This licence's.
    License(Box<Grant>),
    /// The licence's with this key; the seat's item does not say more.
    Key(KeyDigest),
}

/// An event's name: the same whenever it is derived again from the same change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

impl EventKind {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::LicenseIssued,
        Self::LicenseActivated,
        Self::LicenseDeactivated,
        Self::LicenseExpired,
        Self::LicenseSuspended,
        Self::LicenseRevoked,
        Self::ReleasePublished,
        Self::NotificationFinished,
    ];

    /// As receivers are told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LicenseIssued => "license.issued",
            Self::LicenseActivated => "license.activated",
            Self::LicenseDeactivated => "license.deactivated",
            Self::LicenseExpired => "license.expired",
            Self::LicenseSuspended => "license.suspended",
            Self::LicenseRevoked => "license.revoked",
            Self::ReleasePublished => "release.published",
            Self::NotificationFinished => "notification.finished",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl EventId {
    /// What happened as `happened` in the change with this identity, at `at`.
    pub fn of(change: &str, at: Timestamp, happened: &Happened) -> Self {
        let (kind, at) = (happened.kind.name(), happened.moment(at));
        match (happened.kind, &happened.subject) {
            // A licence's end is an event of its own, whoever finds it: the change of a grant, or the clock.
            (EventKind::LicenseExpired, Subject::License(grant)) => Self::hashed(at, &[kind, &grant.key.to_text(), &at.to_string()]),
            (_, Subject::Seat { seat, place, .. }) => {
                let place = if *place == Place::Free { "free" } else { "counted" };
                Self::hashed(at, &[change, kind, &seat.device.digest().to_string(), place])
            }
            (_, Subject::License(_) | Subject::Release(_) | Subject::Notification(_)) => Self::hashed(at, &[change, kind]),
        }
    }

    fn hashed(at: Timestamp, parts: &[&str]) -> Self {
        let mut hash = Sha256::new().chain_update("latchkey:event:v1");
        for part in parts {
            hash.update("\0");
            hash.update(part);
        }
        let mut bytes = [0; 16];
        bytes[5..].copy_from_slice(&hash.finalize()[..11]);
        Self(format!("evt_{:032x}", u128::from_be_bytes(bytes) | (u128::from(at.as_seconds().max(0).unsigned_abs()) << 88)))
    }

    /// The id with this text.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("evt_")?;
        let is_ours = digits.len() == 32 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_ours.then(|| Self(text.to_owned()))
    }

    /// `evt_` and 32 hexadecimal digits, of which the first ten are the event's second: the order of texts is the order in time.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl KeptSeat {
    /// This stay among the items.
    pub fn stay(&self) -> Stay {
        Stay { seat: self.seat.device.digest(), since: self.seat.since.as_seconds(), moved: self.moved.clone() }
    }
}

impl Happened {
    /// The account, where the change itself says it.
    pub fn account(&self) -> Option<AccountId> {
        match &self.subject {
            Subject::License(grant) | Subject::Seat { of: Owner::License(grant), .. } => Some(grant.account),
            Subject::Seat { of: Owner::Key(_), .. } => None,
            Subject::Release(release) => Some(release.account),
            Subject::Notification(notification) => Some(notification.account),
        }
    }

    /// When it happened that was found at `at`: a licence's end is found afterwards.
    pub fn moment(&self, at: Timestamp) -> Timestamp {
        match (self.kind, &self.subject) {
            (EventKind::LicenseExpired, Subject::License(grant)) => grant.validity.until.unwrap_or(at),
            (_, Subject::License(_) | Subject::Seat { .. } | Subject::Release(_) | Subject::Notification(_)) => at,
        }
    }

    /// The stay of a seat that ended: where it is listed as one that went into the grant, nothing has happened.
    pub fn may_have_moved(&self) -> Option<&Stay> {
        match &self.subject {
            Subject::Seat { stay, .. } => stay.as_ref(),
            Subject::License(_) | Subject::Release(_) | Subject::Notification(_) => None,
        }
    }
}

/// What happened as an item changed at `at`.
pub fn derive(change: &Change, at: Timestamp) -> Vec<Happened> {
    match change {
        Change::Grant { before, after: Some(after) } => grant_events(before.as_deref(), after, at),
        // No grant is ever deleted.
        Change::Grant { after: None, .. } | Change::Mail { .. } => Vec::new(),
        Change::Seat { key, before, after } => seat_event(*key, before.as_deref(), after.as_deref()).into_iter().collect(),
        Change::Release { before, after } => {
            let is_published = |release: &Release| matches!(release.state, ReleaseState::Published(_));
            let was = before.as_deref().is_some_and(is_published);
            let after = after.as_ref().filter(|after| is_published(after) && !was);
            after
                .map(|after| Happened { kind: EventKind::ReleasePublished, subject: Subject::Release(after.clone()) })
                .into_iter()
                .collect()
        }
        Change::Notification { before, after } => {
            let is_over = |notification: &Notification| match notification.state {
                NotificationState::Running => false,
                NotificationState::Finished { .. } | NotificationState::Cancelled { .. } => true,
            };
            let was = before.as_deref().is_some_and(is_over);
            let after = after.as_ref().filter(|after| is_over(after) && !was);
            let subject = after.map(|after| Subject::Notification(after.clone()));
            subject.map(|subject| Happened { kind: EventKind::NotificationFinished, subject }).into_iter().collect()
        }
    }
}

fn grant_events(before: Option<&Grant>, after: &Grant, at: Timestamp) -> Vec<Happened> {
    let license = |kind, grant: &Grant| Happened { kind, subject: Subject::License(Box::new(grant.clone())) };
    let mut events = Vec::new();
    let Some(before) = before else {
        events.push(license(EventKind::LicenseIssued, after));
        events.extend(standing_event(Standing::Active, after.standing).map(|kind| license(kind, after)));
        return events;
    };
    if expired_before(before, after, at) {
        events.push(license(EventKind::LicenseExpired, before));
    }
    events.extend(standing_event(before.standing, after.standing).map(|kind| license(kind, after)));
    // Where the layout changes, all seats move and none is taken or freed.
    if let (Seats::Map(was), Seats::Map(is)) = (&before.seats, &after.seats) {
        events.extend(seat_events(was, is, Place::Counted, after));
    }
    events.extend(seat_events(&before.free, &after.free, Place::Free, after));
    events
}

fn standing_event(before: Standing, after: Standing) -> Option<EventKind> {
    let is_over = |standing| matches!(standing, Standing::Revoked | Standing::Refunded | Standing::Deleted);
    match after {
        Standing::Suspended if before != Standing::Suspended => Some(EventKind::LicenseSuspended),
        Standing::Revoked | Standing::Refunded | Standing::Deleted if !is_over(before) => Some(EventKind::LicenseRevoked),
        Standing::Active | Standing::Suspended | Standing::Revoked | Standing::Refunded | Standing::Deleted => None,
    }
}

/// Whether the licence had come to an end that was then changed, before the clock's turn to say so.
fn expired_before(before: &Grant, after: &Grant, at: Timestamp) -> bool {
    before.validity.until != after.validity.until && before.validity.until.is_some_and(|until| until <= at) && can_expire(before.standing)
}

/// Whether the end of a licence in this state is an event: what was stopped for good ended before.
pub fn can_expire(standing: Standing) -> bool {
    match standing {
        Standing::Active | Standing::Suspended => true,
        Standing::Revoked | Standing::Refunded | Standing::Deleted => false,
    }
}

fn seat_events(
    before: &BTreeMap<SeatDigest, Seat>,
    after: &BTreeMap<SeatDigest, Seat>,
    place: Place,
    grant: &Grant,
) -> impl Iterator<Item = Happened> {
    let event = move |kind, seat: &Seat| {
        let of = Owner::License(Box::new(grant.clone()));
        Happened { kind, subject: Subject::Seat { of, seat: Box::new(seat.clone()), place, stay: None } }
    };
    let gone = before.iter().filter(|(digest, _)| !after.contains_key(*digest));
    let new = after.iter().filter(|(digest, _)| !before.contains_key(*digest));
    let gone = gone.map(move |(_, seat)| event(EventKind::LicenseDeactivated, seat));
    gone.chain(new.map(move |(_, seat)| event(EventKind::LicenseActivated, seat))).collect::<Vec<_>>().into_iter()
}

fn seat_event(key: KeyDigest, before: Option<&KeptSeat>, after: Option<&KeptSeat>) -> Option<Happened> {
    let event = |kind, kept: &KeptSeat, stay| {
        let seat = Box::new(kept.seat.clone());
        Happened { kind, subject: Subject::Seat { of: Owner::Key(key), seat, place: Place::Counted, stay } }
    };
    match (before, after) {
        (None, Some(after)) if after.moved.is_none() => Some(event(EventKind::LicenseActivated, after, None)),
        (Some(before), None) => Some(event(EventKind::LicenseDeactivated, before, Some(before.stay()))),
        (None, Some(_) | None) | (Some(_), Some(_)) => None,
    }
}
