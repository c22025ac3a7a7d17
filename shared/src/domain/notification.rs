//! The update notification: telling every active site of a product that a release is there, each once.
//!
//! A notification goes through the product's licences in the order of their numbers, page by page. How far it is, is its [`Place`], which
//! is moved when everything on the page has been noted. Each site that is to be told is a [`Push`] of its own, which is tried until it
//! ends.

use serde::{Deserialize, Serialize};

use super::grant::{Grant, Seats};
use super::ids::{AccountId, LicenseId, ProductId, ReleaseId};
use super::seat::{Device, SeatDigest};
use super::site::Site;
use super::time::Timestamp;
use super::version::Version;

/// A notification of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The account.
    pub account: AccountId,
    /// The product.
    pub product: ProductId,
    /// The release.
    pub release: ReleaseId,
    /// Its version.
    pub version: Version,
    /// When it was first asked for.
    pub created: Timestamp,
    /// How often the product's licences were gone through from the beginning, from 1.
    pub round: u32,
    /// How far it is in that.
    pub place: Place,
    /// Whether it is going on.
    pub state: NotificationState,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// What comes next of a product's licences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Place {
    /// The first of them.
    Beginning,
    /// Those after this one.
    After {
        /// The last licence that is done.
        license: LicenseId,
    },
    /// The seats of this one, which are items.
    Within {
        /// The licence.
        license: LicenseId,
        /// The last seat that is done; nothing at the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<SeatDigest>,
    },
    /// Nothing: all were gone through.
    End,
}

/// Whether a notification is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum NotificationState {
    /// It is.
    Running,
    /// Every push has ended.
    Finished {
        /// When.
        at: Timestamp,
    },
    /// It was stopped; pushes that had not ended never will.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Why.
        why: Cancelled,
    },
}

/// Why a notification was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancelled {
    /// Its vendor said so.
    Asked,
    /// Its release is not the current one any more.
    Superseded,
}

/// One site that is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// The site.
    pub site: Site,
    /// The licence that the site is told by: the first that it was found under.
    pub license: LicenseId,
    /// Which attempt is the next one, or is being made, from 1.
    pub attempt: u32,
    /// When that is due, where it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When the first attempt was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// Until when somebody is at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_until: Option<Timestamp>,
    /// What the site answered last: an HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why nothing was answered last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether it has ended, and how.
    pub state: PushState,
}

/// A site that was not told, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedPush {
    /// The site.
    pub site: Site,
    /// The licence that it was to be told by.
    pub license: LicenseId,
    /// How it ended: refused, not reached, not called.
    pub how: PushState,
    /// What the site answered last: an HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why nothing was answered last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How many attempts were made.
    pub attempts: u32,
    /// When it was given up.
    pub at: Timestamp,
}

/// Whether a push has ended, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushState {
    /// It has not.
    Pending,
    /// The site took it.
    Sent,
    /// The site does not want it.
    Refused,
    /// The site did not take it within a day.
    Unreached,
    /// The site's address is none that we call.
    NotCalled,
    /// The licence lost its right, or the site its seat, before it could be told.
    LeftOut,
}

/// How many sites there are, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sites that are to be told.
    pub sites: u32,
    /// Told.
    pub sent: u32,
    /// Refused, not reached in time, or not called.
    pub failed: u32,
    /// Not told, for they have no right to the release any more.
    pub left_out: u32,
}

/// What is to be done about a push that a message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing: it has ended, or a later message is there for it.
    Over,
    /// It is asked for again after so many seconds.
    Wait(u32),
    /// It is this one's turn.
    Now,
}

impl Notification {
    /// A notification that begins.
    pub fn new(account: AccountId, product: ProductId, release: ReleaseId, version: Version, now: Timestamp) -> Self {
        let state = NotificationState::Running;
        Self { account, product, release, version, created: now, round: 1, place: Place::Beginning, state, revision: 1 }
    }

    /// Whether it is going on.
    pub fn is_running(&self) -> bool {
        self.state == NotificationState::Running
    }

    /// The same from the beginning once more: who was told is not told again.
    #[must_use]
    pub fn again(&self) -> Self {
        let round = self.round.saturating_add(1);
        Self { round, place: Place::Beginning, state: NotificationState::Running, ..self.changed() }
    }

    /// The same at another place.
    #[must_use]
    pub fn at(&self, place: Place) -> Self {
        Self { place, ..self.changed() }
    }

    /// The same in another state.
    #[must_use]
    pub fn become_state(&self, state: NotificationState) -> Self {
        Self { state, ..self.changed() }
    }

    fn changed(&self) -> Self {
        Self { revision: self.revision.saturating_add(1), ..self.clone() }
    }
}

impl NotificationState {
    /// A stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished { .. } => "finished",
            Self::Cancelled { why: Cancelled::Asked, .. } => "cancelled",
            Self::Cancelled { why: Cancelled::Superseded, .. } => "superseded",
        }
    }
}

impl Push {
    /// A push of which nothing was tried.
    pub fn new(site: Site, license: LicenseId) -> Self {
        let state = PushState::Pending;
        Self { site, license, attempt: 1, due: None, first: None, taken_until: None, status: None, error: None, state }
    }

    /// The same after an attempt that was answered with `status`, or not at all, which `error` says why.
    #[must_use]
    pub fn attempted(&self, status: Option<u16>, error: Option<&str>) -> Self {
        // A push that was left out was not tried: what was known of it stays.
        let (status, error) =
            if status.is_none() && error.is_none() { (self.status, self.error.clone()) } else { (status, error.map(str::to_owned)) };
        Self { status, error, taken_until: None, ..self.clone() }
    }

    /// What is told of it where it has failed at `at`.
    pub fn failed(&self, at: Timestamp) -> Option<FailedPush> {
        let Self { site, license, attempt, status, error, state, .. } = self.clone();
        state.has_failed().then_some(FailedPush { site, license, how: state, status, error, attempts: attempt, at })
    }

    /// Which push it is: one for a site, whatever licences the site has.
    pub fn digest(&self) -> SeatDigest {
        Device::Site(self.site.clone()).digest()
    }

    /// What to do about a message that asks for this attempt.
    pub fn turn(&self, attempt: u32, now: Timestamp) -> Turn {
        if self.state != PushState::Pending || attempt < self.attempt {
            return Turn::Over;
        }
        let until = |moment: Option<Timestamp>| moment.map_or(0, |moment| moment.as_micros() - now.as_micros());
        match until(self.due).max(until(self.taken_until)) {
            micros if micros <= 0 => Turn::Now,
            // Rounded up: nobody comes too early twice.
            micros => Turn::Wait(u32::try_from(micros.saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)),
        }
    }
}

impl FailedPush {
    /// Which push it is of.
    pub fn digest(&self) -> SeatDigest {
        Device::Site(self.site.clone()).digest()
    }
}

impl PushState {
    /// Whether the site was not told though it should have been.
    pub const fn has_failed(self) -> bool {
        match self {
            Self::Refused | Self::Unreached | Self::NotCalled => true,
            Self::Pending | Self::Sent | Self::LeftOut => false,
        }
    }

    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Unreached => "unreached",
            Self::NotCalled => "not_called",
            Self::LeftOut => "left_out",
        }
    }
}

impl Counts {
    /// How many are still to be told.
    pub fn pending(&self) -> u32 {
        self.sites.saturating_sub(self.ended())
    }

    /// How many pushes have ended.
    pub fn ended(&self) -> u32 {
        self.sent.saturating_add(self.failed).saturating_add(self.left_out)
    }
}

/// The sites that lie inside a grant: the counted ones, where they are no items, and those of development.
pub fn sites_within(grant: &Grant) -> Vec<Site> {
    let counted = match &grant.seats {
        Seats::Map(seats) => Some(seats),
        Seats::Items { .. } => None,
    };
    let seats = counted.into_iter().flatten().chain(&grant.free).map(|(_, seat)| &seat.device);
    seats.filter_map(site_of).collect()
}

/// The site that holds a seat; nothing for a machine.
pub fn site_of(device: &Device) -> Option<Site> {
    match device {
        Device::Site(site) => Some(site.clone()),
        Device::Machine(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
    }

    fn push() -> Push {
        Push::new(Site::parse("https://example.com/shop").unwrap(), LicenseId::new(7).unwrap())
    }

    #[test]
    fn a_push_is_of_the_site_whatever_the_licence() {
        let other = Push { license: LicenseId::new(8).unwrap(), ..push() };
        assert_eq!(other.digest(), push().digest());
        assert_eq!(push().digest(), Device::parse("http://www.example.com/shop/").unwrap().digest());
    }

    #[test]
    fn a_message_that_comes_too_late_or_twice_has_nothing_to_do() {
        let third = Push { attempt: 3, ..push() };
        assert_eq!([1, 2, 3, 4].map(|attempt| third.turn(attempt, at(0))), [Turn::Over, Turn::Over, Turn::Now, Turn::Now]);
        for state in [PushState::Sent, PushState::Refused, PushState::Unreached, PushState::NotCalled, PushState::LeftOut] {
            assert_eq!(Push { state, ..push() }.turn(9, at(0)), Turn::Over);
        }
    }

    #[test]
    fn what_is_not_due_or_in_somebodys_hands_waits() {
        let due = Push { due: Some(at(10)), ..push() };
        assert_eq!([at(0), at(9), at(10)].map(|now| due.turn(1, now)), [Turn::Wait(10), Turn::Wait(1), Turn::Now]);
        let taken = Push { taken_until: Some(at(30)), ..due };
        assert_eq!(taken.turn(1, at(20)), Turn::Wait(10));
        let almost = Push { due: Timestamp::from_micros(at(0).as_micros() + 1), ..push() };
        assert_eq!(almost.turn(1, at(0)), Turn::Wait(1));
    }

    #[test]
    fn every_change_counts() {
        let release = ReleaseId::new(3).unwrap();
        let begun =
            Notification::new(AccountId::new(1).unwrap(), ProductId::new(2).unwrap(), release, Version::parse("1.0").unwrap(), at(0));
        let moved = begun.at(Place::After { license: LicenseId::new(7).unwrap() });
        let stopped = moved.become_state(NotificationState::Cancelled { at: at(1), why: Cancelled::Asked });
        let again = stopped.again();
        assert_eq!((begun.revision, moved.revision, stopped.revision, again.revision), (1, 2, 3, 4));
        assert_eq!((again.round, again.place, again.is_running()), (2, Place::Beginning, true));
        assert_eq!(serde_json::from_str::<Notification>(&serde_json::to_string(&stopped).unwrap()).unwrap(), stopped);
    }

    #[test]
    fn what_failed_says_why_as_of_the_last_attempt() {
        let answered = push().attempted(Some(503), None);
        let silent = Push { state: PushState::Unreached, ..answered.attempted(None, Some("timed_out")) };
        let failed = silent.failed(at(9)).unwrap();
        assert_eq!((failed.how, failed.status, failed.error.as_deref(), failed.at), (PushState::Unreached, None, Some("timed_out"), at(9)));
        assert_eq!(answered.attempted(None, None).status, Some(503), "it was not tried again");
        assert_eq!(failed.digest(), push().digest());
        for state in [PushState::Pending, PushState::Sent, PushState::LeftOut] {
            assert_eq!(Push { state, ..push() }.failed(at(0)), None);
        }
    }

    #[test]
    fn what_is_pending_is_what_has_not_ended() {
        assert_eq!(Counts { sites: 9, sent: 3, failed: 2, left_out: 1 }.pending(), 3);
    }
}
