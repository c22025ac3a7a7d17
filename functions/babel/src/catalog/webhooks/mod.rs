//! Webhooks: endpoints of vendors' own that are told what happens. These operations are ours.

pub(super) mod delete;
pub(super) mod deliveries;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod redeliver;
pub(super) mod rotate;
pub(super) mod update;

use std::collections::BTreeSet;

use latchkey_core::domain::event::EventKind;
use latchkey_core::domain::ids::WebhookId;
use latchkey_core::domain::webhook::WebhookSecret;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::webhook_log::NotSentAgain;
use latchkey_core::ops::webhooks::{WebhookError, WebhookFields};
use serde::Serialize;

use crate::body::optional;
use crate::code::Code;
use crate::error::Error;
use crate::path;
use crate::wire::{WebhookGiven, number};

/// A webhook, and what is sent to it is signed with: nobody can be shown it again.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookSecretAnswer {
    /// Its number.
    webhook_id: i32,
    /// `whsec_` and base64, as the libraries of Standard Webhooks take it.
    secret: String,
}

/// A webhook.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookAnswer {
    /// Its number.
    webhook_id: i32,
}

impl WebhookSecretAnswer {
    fn of(id: WebhookId, secret: &WebhookSecret) -> Self {
        Self { webhook_id: number(id.get()), secret: secret.to_text() }
    }
}

/// The webhook with this number.
fn id(number: i32) -> Result<WebhookId, Error> {
    path::id(number, WebhookId::new, Thing::Webhook)
}

/// What a request says of a webhook, over what is said of it.
fn fields(given: &WebhookGiven, stands: WebhookFields) -> Result<WebhookFields, Error> {
    let WebhookGiven { id: _, name, url, events, disabled: _ } = given;
    let label = match name.clone().said() {
        Some(name) => optional("webhook.name", &name)?,
        None => stands.label,
    };
    let events = match events.clone().said() {
        Some(names) => names.iter().map(|name| kind(name)).collect::<Result<BTreeSet<_>, _>>()?,
        None => stands.events,
    };
    Ok(WebhookFields { url: url.clone().said().unwrap_or(stands.url), label, events })
}

fn kind(name: &str) -> Result<EventKind, Error> {
    let all = || EventKind::ALL.map(EventKind::name).join(", ");
    EventKind::parse(name).ok_or_else(|| Error::invalid("webhook.events", format_args!("there are {}", all())))
}

impl From<WebhookError> for Error {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::NoAccount => Self::not_found(Thing::Account),
            WebhookError::NotFound => Self::not_found(Thing::Webhook),
            WebhookError::TooMany => Self::new(Code::TooMany, "An account has at most 16 webhooks."),
            WebhookError::Address(why) => Self::invalid("webhook.url", why),
            WebhookError::Changed => Self::new(Code::Changed, "It was changed by somebody else in the meantime: read it again."),
            WebhookError::Fault(fault) => fault.into(),
        }
    }
}

impl From<NotSentAgain> for Error {
    fn from(not: NotSentAgain) -> Self {
        match not {
            NotSentAgain::NotFound => Self::not_found(Thing::Delivery),
            NotSentAgain::Pending => Self::new(Code::WrongState, "It is on its way already."),
            NotSentAgain::Fault(fault) => fault.into(),
        }
    }
}
