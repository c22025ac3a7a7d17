//! The webhook: an endpoint of a vendor's own that is told what happened, signed as Standard Webhooks has it.

mod secret;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::event::EventKind;
use super::ids::{AccountId, WebhookId};
use super::text::Line;
use super::time::Timestamp;

pub use self::secret::{WebhookSecret, sign};

/// The most endpoints of an account.
pub const MOST_WEBHOOKS: u32 = 16;

/// For how long the secret before a rotation signs too, in seconds: a day.
pub const ROTATION_SECONDS: i64 = 24 * 60 * 60;

/// After how long without a single success, with failures in it, an endpoint is told nothing more, in seconds: five days.
pub const DISABLED_AFTER_SECONDS: i64 = 5 * 24 * 60 * 60;

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The account.
    pub account: AccountId,
    /// Its number within the account.
    pub id: WebhookId,
    /// Where events are sent.
    pub url: String,
    /// What its vendor calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Line<100>>,
    /// The events that are wanted; all there are, and will be, where none is named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub events: BTreeSet<EventKind>,
    /// What is signed with, sealed.
    pub secret: SealedSecret,
    /// The secret before the last rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<FormerSecret>,
    /// Whether it is told anything.
    pub state: WebhookState,
    /// The first failure since the last success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Counts the changes by its vendor and by us, from 1; failures are none.
    pub revision: u32,
}

/// A secret as it is kept: encrypted, in base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(pub String);

/// A secret that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerSecret {
    /// It.
    pub secret: SealedSecret,
    /// The first moment at which it signs nothing any more.
    pub until: Timestamp,
}

/// Whether an endpoint is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum WebhookState {
    /// It is.
    Active,
    /// It is not, since this moment.
    Disabled {
        /// When.
        at: Timestamp,
        /// Why.
        why: Disabled,
    },
}

/// Why an endpoint is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disabled {
    /// Its vendor wants it so.
    Asked,
    /// It failed for [`DISABLED_AFTER_SECONDS`].
    Failing,
}

impl Webhook {
    /// Whether it is told of events of this kind that happened at `at`: none from before it was made.
    pub fn wants(&self, kind: EventKind, at: Timestamp) -> bool {
        let is_wanted = self.events.is_empty() || self.events.contains(&kind);
        self.state == WebhookState::Active && is_wanted && self.created.as_seconds() <= at.as_seconds()
    }

    /// What signs at `now`: the present secret, and the one before for a while.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &SealedSecret> {
        let former = self.previous.as_ref().filter(|former| now < former.until).map(|former| &former.secret);
        [&self.secret].into_iter().chain(former)
    }

    /// The same with another secret. The present one signs on for a day; one before that no more.
    #[must_use]
    pub fn rotated(&self, secret: SealedSecret, now: Timestamp) -> Self {
        let former = FormerSecret { secret: self.secret.clone(), until: now.plus_seconds(ROTATION_SECONDS) };
        Self { secret, previous: Some(former), ..self.changed() }
    }

    /// The same in another state. One that is told again begins without failures.
    #[must_use]
    pub fn become_state(&self, state: WebhookState) -> Self {
        Self { state, failing: None, ..self.changed() }
    }

    /// Whether it has failed for so long that it is told nothing more.
    pub fn is_given_up(&self, now: Timestamp) -> bool {
        self.failing.is_some_and(|since| since.plus_seconds(DISABLED_AFTER_SECONDS) <= now)
    }

    /// The same after a change.
    #[must_use]
    pub fn changed(&self) -> Self {
        Self { revision: self.revision.saturating_add(1), ..self.clone() }
    }
}

impl WebhookState {
    /// A stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled { why: Disabled::Asked, .. } => "disabled",
            Self::Disabled { why: Disabled::Failing, .. } => "disabled: it failed for five days",
        }
    }
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
    }

    fn webhook() -> Webhook {
        Webhook {
            account: AccountId::new(1).unwrap(),
            id: WebhookId::new(2).unwrap(),
            url: "https://hooks.example/latchkey".to_owned(),
            label: None,
            events: BTreeSet::new(),
            secret: SealedSecret("first".to_owned()),
            previous: None,
            state: WebhookState::Active,
            failing: None,
            created: at(0),
            revision: 1,
        }
    }

    #[test]
    fn events_are_wanted_by_kind_from_the_day_it_was_made_and_while_it_is_active() {
        let all = webhook();
        assert!(EventKind::ALL.into_iter().all(|kind| all.wants(kind, at(0)) && !all.wants(kind, at(-1))));
        let one = Webhook { events: BTreeSet::from([EventKind::LicenseIssued]), ..webhook() };
        assert!(one.wants(EventKind::LicenseIssued, at(1)) && !one.wants(EventKind::LicenseRevoked, at(1)));
        let disabled = all.become_state(WebhookState::Disabled { at: at(1), why: Disabled::Asked });
        assert!(!disabled.wants(EventKind::LicenseIssued, at(2)));
    }

    #[test]
    fn two_secrets_sign_for_a_day_after_a_rotation() {
        let rotated = webhook().rotated(SealedSecret("second".to_owned()), at(10));
        let signing = |webhook: &Webhook, now| webhook.signing(now).map(|secret| secret.0.clone()).collect::<Vec<_>>();
        assert_eq!(signing(&rotated, at(10)), ["second", "first"]);
        assert_eq!(signing(&rotated, at(10 + ROTATION_SECONDS)), ["second"]);
        let again = rotated.rotated(SealedSecret("third".to_owned()), at(20));
        assert_eq!(signing(&again, at(20)), ["third", "second"]);
        assert_eq!((webhook().revision, rotated.revision, again.revision), (1, 2, 3));
    }

    #[test]
    fn what_failed_for_five_days_is_given_up_and_begins_anew_when_it_is_enabled() {
        let failing = Webhook { failing: Some(at(0)), ..webhook() };
        assert!(!failing.is_given_up(at(DISABLED_AFTER_SECONDS - 1)) && failing.is_given_up(at(DISABLED_AFTER_SECONDS)));
        assert!(!failing.become_state(WebhookState::Active).is_given_up(at(DISABLED_AFTER_SECONDS)));
        assert_eq!(serde_json::from_value::<Webhook>(serde_json::to_value(&failing).unwrap()).unwrap(), failing);
        assert!(!format!("{failing:?}").contains("first"));
    }
}
