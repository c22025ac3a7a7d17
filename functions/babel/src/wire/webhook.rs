//! The webhook on the wire: ours.

use latchkey_core::domain::event::EventKind;
use latchkey_core::domain::webhook::{Disabled, Webhook as Stored, WebhookState};
use latchkey_core::query::{Answers, Gives, Index};

use super::{Moment, entity, given, number, shown};

entity! {
    /// An endpoint of a vendor's own that is told what happens.
    Webhook, WEBHOOK: "Webhook", key "id", list "webhooks";
    members {
        /// Its number.
        "id" id: i32,
        /// What staff call it.
        "name" name: String,
        /// Where events are sent.
        "url" url: String,
        /// The events that are wanted; all there are, and will be, where none is named.
        "events" events: Vec<String>,
        /// Whether it is told nothing.
        "disabled" disabled: bool,
        /// Why it is told nothing: `asked`, or `failing` for five days; else empty.
        "disabledReason" disabled_reason: String,
        /// Since when it is told nothing.
        "disabledDate" disabled_date: Option<Moment>,
        /// The first failure since the last success.
        "failingDate" failing_date: Option<Moment>,
        /// Until when the secret before the last rotation signs, too.
        "formerSecretDate" former_secret_date: Option<Moment>,
        /// When it was made.
        "createdDate" created_date: Option<Moment>,
    }
    one {}
    many {}
    indexes [Index { path: &["id"], answers: Answers::Equality, gives: Gives::Exactly, rank: 0 }]
}

given! {
    /// What may be said of a webhook. Its secret is drawn, and shown once.
    WebhookGiven {
        /// Its number: which webhook is to be changed.
        "id" id: i32,
        /// What staff call it.
        "name" name: String,
        /// Where events are sent: `https`, at a public host.
        "url" url: String,
        /// The events that are wanted, such as `license.issued`; none for all there are, and will be.
        "events" events: Vec<String>,
        /// Whether it is to be told nothing. What happens meanwhile is not made up for.
        "disabled" disabled: bool,
    }
}

impl From<&Stored> for Webhook {
    fn from(webhook: &Stored) -> Self {
        let (disabled_reason, disabled_date) = match webhook.state {
            WebhookState::Active => ("", None),
            WebhookState::Disabled { at, why: Disabled::Asked } => ("asked", Some(at.into())),
            WebhookState::Disabled { at, why: Disabled::Failing } => ("failing", Some(at.into())),
        };
        Self {
            id: number(webhook.id.get()),
            name: shown(webhook.label.clone()),
            url: webhook.url.clone(),
            events: webhook.events.iter().copied().map(EventKind::name).map(str::to_owned).collect(),
            disabled: disabled_date.is_some(),
            disabled_reason: disabled_reason.to_owned(),
            disabled_date,
            failing_date: webhook.failing.map(Moment),
            former_secret_date: webhook.previous.as_ref().map(|former| Moment(former.until)),
            created_date: Some(webhook.created.into()),
        }
    }
}
