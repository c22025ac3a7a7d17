//! Webhooks and deliveries as they are shown.

use latchkey_core::domain::delivery::Delivery;
use latchkey_core::domain::ids::{AccountId, WebhookId};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::webhook::{Webhook, WebhookSecret};
use serde::Serialize;

use crate::members::Member;
use crate::text::{fields, or_dash};

/// The members of a webhook.
pub(super) const WEBHOOK: [Member; 9] = [
    ("webhook", "its number"),
    ("account", "the vendor's number"),
    ("url", "where events are sent"),
    ("label", "what it is called, or null"),
    ("events", "the names of the events that are wanted; none where all are"),
    ("state", "active or disabled"),
    ("failing_since", "when it failed for the first time since it last worked, or null"),
    ("former_secret_until", "until when the secret before the last rotation signs too, or null"),
    ("created", "when it was made"),
];

/// The members of a webhook whose secret is shown.
pub(super) const SECRET: [Member; 10] = [
    ("secret", "what is sent is signed with, shown this once: whsec_ and base64, as the libraries of Standard Webhooks take it"),
    WEBHOOK[0],
    WEBHOOK[1],
    WEBHOOK[2],
    WEBHOOK[3],
    WEBHOOK[4],
    WEBHOOK[5],
    WEBHOOK[6],
    WEBHOOK[7],
    WEBHOOK[8],
];

/// The members of what is told of a deleted webhook.
pub(super) const GONE: [Member; 3] =
    [("webhook", "its number"), ("account", "the vendor's number"), ("deleted", "always true: the webhook is gone")];

/// The members of a delivery.
pub(super) const DELIVERY: [Member; 9] = [
    ("event", "the event's id, which is sent as webhook-id"),
    ("type", "the event's name"),
    ("happened", "when it happened"),
    ("state", "pending, delivered, refused, unreached, not_called, or left_out where the webhook was disabled or deleted"),
    ("attempts", "how often it was tried, by hand included"),
    ("last_attempt", "when it was tried last, or null"),
    ("status", "the HTTP status that was answered last, or null"),
    ("error", "why there was no answer, or null"),
    ("due", "when it is tried next, or null"),
];

/// What stands beside a list of deliveries.
pub(super) const OTHERS: [Member; 1] = [("next", "what to give as --before for the next page; null where this was the last")];

/// The members of what is told when deliveries go on.
pub(super) const RESUMED: [Member; 2] = [("account", "the vendor's number"), ("resumed", "how many events are on their way")];

/// A webhook.
#[derive(Serialize)]
pub(super) struct View {
    webhook: WebhookId,
    account: AccountId,
    url: String,
    label: Option<String>,
    events: Vec<&'static str>,
    state: &'static str,
    failing_since: Option<Timestamp>,
    former_secret_until: Option<Timestamp>,
    created: Timestamp,
}

/// A webhook whose secret is shown.
#[derive(Serialize)]
pub(super) struct WithSecret {
    secret: String,
    #[serde(flatten)]
    view: View,
}

/// What is told of a deleted webhook.
#[derive(Serialize)]
pub(super) struct Gone {
    pub(super) webhook: WebhookId,
    pub(super) account: AccountId,
    pub(super) deleted: bool,
}

/// What is told when deliveries go on.
#[derive(Serialize)]
pub(super) struct Resumed {
    pub(super) account: AccountId,
    pub(super) resumed: usize,
}

/// A delivery.
#[derive(Serialize)]
pub(super) struct DeliveryView {
    event: String,
    r#type: &'static str,
    happened: Timestamp,
    state: &'static str,
    attempts: u32,
    last_attempt: Option<Timestamp>,
    status: Option<u16>,
    error: Option<String>,
    due: Option<Timestamp>,
}

impl View {
    /// The headings of [`View::row`].
    pub(super) const HEADINGS: [&'static str; 4] = ["webhook", "state", "events", "url"];

    /// The view of a webhook.
    pub(super) fn of(webhook: &Webhook) -> Self {
        Self {
            webhook: webhook.id,
            account: webhook.account,
            url: webhook.url.clone(),
            label: webhook.label.as_ref().map(|label| label.as_str().to_owned()),
            events: webhook.events.iter().map(|kind| kind.name()).collect(),
            state: webhook.state.name(),
            failing_since: webhook.failing,
            former_secret_until: webhook.previous.as_ref().map(|former| former.until),
            created: webhook.created,
        }
    }

    /// The columns of a list.
    pub(super) fn row(&self) -> [String; 4] {
        [self.webhook.to_string(), self.state.to_owned(), self.wanted(), self.url.clone()]
    }

    /// The view as text.
    pub(super) fn text(&self) -> String {
        fields(&self.fields())
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("webhook", self.webhook.to_string()),
            ("account", self.account.to_string()),
            ("url", self.url.clone()),
            ("label", or_dash(self.label.as_ref())),
            ("events", self.wanted()),
            ("state", self.state.to_owned()),
            ("failing since", or_dash(self.failing_since)),
            ("former secret until", or_dash(self.former_secret_until)),
            ("created", self.created.to_string()),
        ]
    }

    fn wanted(&self) -> String {
        if self.events.is_empty() { "all".to_owned() } else { self.events.join(", ") }
    }
}

impl WithSecret {
    /// The view of a webhook and its secret.
    pub(super) fn of((webhook, secret): &(Webhook, WebhookSecret)) -> Self {
        Self { secret: secret.to_text(), view: View::of(webhook) }
    }

    /// The view as text.
    pub(super) fn text(&self) -> String {
        let all = [("secret", self.secret.clone())].into_iter().chain(self.view.fields());
        fields(&all.collect::<Vec<_>>())
    }
}

impl DeliveryView {
    /// The headings of [`DeliveryView::row`].
    pub(super) const HEADINGS: [&'static str; 6] = ["event", "type", "happened", "state", "attempts", "last"];

    /// The view of a delivery.
    pub(super) fn of(delivery: &Delivery) -> Self {
        let is_pending = delivery.state == latchkey_core::domain::delivery::DeliveryState::Pending;
        let last = delivery.last.as_ref();
        Self {
            event: delivery.event.to_string(),
            r#type: delivery.kind.name(),
            happened: delivery.happened,
            state: delivery.state.name(),
            attempts: if is_pending { delivery.attempt.saturating_sub(1) } else { delivery.attempt },
            last_attempt: last.map(|last| last.at),
            status: last.and_then(|last| last.status),
            error: last.and_then(|last| last.error.clone()),
            due: is_pending.then_some(delivery.due),
        }
    }

    /// The columns of a list.
    pub(super) fn row(&self) -> [String; 6] {
        let last = self.status.map(|status| status.to_string()).or_else(|| self.error.clone());
        [
            self.event.clone(),
            self.r#type.to_owned(),
            self.happened.to_string(),
            self.state.to_owned(),
            self.attempts.to_string(),
            or_dash(last),
        ]
    }

    /// The view as text.
    pub(super) fn text(&self) -> String {
        fields(&[
            ("event", self.event.clone()),
            ("type", self.r#type.to_owned()),
            ("happened", self.happened.to_string()),
            ("state", self.state.to_owned()),
            ("attempts", self.attempts.to_string()),
            ("last attempt", or_dash(self.last_attempt)),
            ("status", or_dash(self.status)),
            ("error", or_dash(self.error.as_ref())),
            ("due", or_dash(self.due)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use latchkey_core::domain::delivery::DeliveryState;
    use latchkey_core::domain::event::{EventId, EventKind};
    use latchkey_core::domain::webhook::{SealedSecret, WebhookState};
    use latchkey_core::random::Random;

    use super::*;
    use crate::members::{names_in, names_of};

    fn webhook() -> Webhook {
        Webhook {
            account: AccountId::new(1).unwrap(),
            id: WebhookId::new(2).unwrap(),
            url: "https://hooks.example/".to_owned(),
            label: None,
            events: BTreeSet::from([EventKind::LicenseIssued]),
            secret: SealedSecret(String::new()),
            previous: None,
            state: WebhookState::Active,
            failing: None,
            created: Timestamp::from_seconds(1_800_000_000).unwrap(),
            revision: 1,
        }
    }

    #[test]
    fn the_help_tells_the_members_that_are_answered() {
        assert_eq!(names_in(&View::of(&webhook())), names_of(&WEBHOOK));
        assert_eq!(names_in(&WithSecret::of(&(webhook(), WebhookSecret::draw(&Random::seeded(1))))), names_of(&SECRET));
        let now = webhook().created;
        let event = EventId::parse("evt_0123456789abcdef0123456789abcdef").unwrap();
        let delivery = Delivery::new(&webhook(), event, EventKind::LicenseIssued, String::new(), now, now);
        assert_eq!(names_in(&DeliveryView::of(&delivery)), names_of(&DELIVERY));
        assert_eq!(DeliveryView::of(&delivery).attempts, 0);
        assert_eq!(DeliveryView::of(&Delivery { state: DeliveryState::Delivered, ..delivery }).attempts, 1);
        let gone = Gone { webhook: webhook().id, account: webhook().account, deleted: true };
        assert_eq!(names_in(&gone), names_of(&GONE));
        assert_eq!(names_in(&Resumed { account: webhook().account, resumed: 1 }), names_of(&RESUMED));
    }
}
