//! The delivery: one event on its way to one endpoint, and the log of it.

use serde::{Deserialize, Serialize};

use super::event::{EventId, EventKind};
use super::ids::{AccountId, WebhookId};
use super::notification::Turn;
use super::time::Timestamp;
use super::webhook::Webhook;

/// For how long a delivery is kept, in seconds: 30 days.
pub const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// How long after it was due a delivery that is still pending may be sent again by hand, in seconds: an hour.
pub const OVERDUE_SECONDS: i64 = 60 * 60;

/// A delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The account.
    pub account: AccountId,
    /// Where to.
    pub webhook: WebhookId,
    /// What of.
    pub event: EventId,
    /// The event's kind.
    pub kind: EventKind,
    /// What is sent, the same each time.
    pub body: String,
    /// When the event happened.
    pub happened: Timestamp,
    /// Which attempt is the next one, or is being made, from 1. It counts on when it is sent again by hand.
    pub attempt: u32,
    /// The attempt that the present day of attempts began with.
    pub begun: u32,
    /// When the next attempt is due; for the first one when it was noted.
    pub due: Timestamp,
    /// When the first attempt of the present day was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// Until when somebody is at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_until: Option<Timestamp>,
    /// What the last attempt came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastAttempt>,
    /// Whether it has ended, and how.
    pub state: DeliveryState,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastAttempt {
    /// When.
    pub at: Timestamp,
    /// What was answered: an HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why nothing was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Whether a delivery has ended, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It has not.
    Pending,
    /// The endpoint took it.
    Delivered,
    /// The endpoint does not want it.
    Refused,
    /// The endpoint did not take it within a day.
    Unreached,
    /// The endpoint's address is none that we call.
    NotCalled,
    /// The endpoint was disabled or deleted before it could be told.
    LeftOut,
}

impl Delivery {
    /// A delivery of which nothing was tried.
    pub fn new(webhook: &Webhook, event: EventId, kind: EventKind, body: String, happened: Timestamp, now: Timestamp) -> Self {
        Self {
            account: webhook.account,
            webhook: webhook.id,
            event,
            kind,
            body,
            happened,
            attempt: 1,
            begun: 1,
            due: now,
            first: None,
            taken_until: None,
            last: None,
            state: DeliveryState::Pending,
        }
    }

    /// What to do about a message that asks for this attempt.
    pub fn turn(&self, attempt: u32, now: Timestamp) -> Turn {
        if self.state != DeliveryState::Pending || attempt < self.attempt {
            return Turn::Over;
        }
        let until = |moment: Timestamp| moment.as_micros() - now.as_micros();
        match until(self.due).max(self.taken_until.map_or(0, until)) {
            micros if micros <= 0 => Turn::Now,
            // Rounded up: nobody comes too early twice.
            micros => Turn::Wait(u32::try_from(micros.saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)),
        }
    }

    /// How many attempts the present day has had, with the one that is being made.
    pub fn tries(&self) -> u32 {
        self.attempt.saturating_sub(self.begun).saturating_add(1)
    }

    /// Whether it may be sent again by hand: it has ended, or it should have been sent long ago and nobody is at it.
    pub fn can_be_sent_again(&self, now: Timestamp) -> bool {
        let is_held = self.taken_until.is_some_and(|until| now < until);
        self.state != DeliveryState::Pending || (!is_held && self.due.plus_seconds(OVERDUE_SECONDS) <= now)
    }

    /// The same, to be sent again: for a day, as at first.
    #[must_use]
    pub fn again(&self, now: Timestamp) -> Self {
        let attempt = self.attempt.saturating_add(1);
        Self { attempt, begun: attempt, due: now, first: None, taken_until: None, state: DeliveryState::Pending, ..self.clone() }
    }
}

impl DeliveryState {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Unreached => "unreached",
            Self::NotCalled => "not_called",
            Self::LeftOut => "left_out",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
    }

    fn delivery() -> Delivery {
        Delivery {
            account: AccountId::new(1).unwrap(),
            webhook: WebhookId::new(1).unwrap(),
            event: EventId::parse("evt_0123456789abcdef0123456789abcdef").unwrap(),
            kind: EventKind::LicenseIssued,
            body: "{}".to_owned(),
            happened: at(0),
            attempt: 3,
            begun: 2,
            due: at(10),
            first: Some(at(0)),
            taken_until: None,
            last: None,
            state: DeliveryState::Pending,
        }
    }

    #[test]
    fn a_message_that_comes_too_late_too_early_or_twice_does_nothing() {
        let due = delivery();
        assert_eq!([2, 3, 4].map(|attempt| due.turn(attempt, at(10))), [Turn::Over, Turn::Now, Turn::Now]);
        assert_eq!(due.turn(3, at(0)), Turn::Wait(10));
        let taken = Delivery { taken_until: Some(at(50)), ..due.clone() };
        assert_eq!(taken.turn(3, at(20)), Turn::Wait(30));
        let ended = Delivery { state: DeliveryState::Delivered, ..due };
        assert_eq!(ended.turn(9, at(20)), Turn::Over);
    }

    #[test]
    fn by_hand_it_is_sent_again_when_it_has_ended_or_was_forgotten() {
        let pending = delivery();
        assert!(!pending.can_be_sent_again(at(10)) && pending.can_be_sent_again(at(10 + OVERDUE_SECONDS)));
        let held = Delivery { taken_until: Some(at(9_999)), ..delivery() };
        assert!(!held.can_be_sent_again(at(5_000)));
        let ended = Delivery { state: DeliveryState::Unreached, ..delivery() };
        assert!(ended.can_be_sent_again(at(0)));
        let again = ended.again(at(99));
        assert_eq!((again.attempt, again.tries(), again.first, again.state), (4, 1, None, DeliveryState::Pending));
        assert_eq!((again.event, delivery().tries()), (ended.event, 2), "the same event, under the same name");
    }
}
