//! `POST /v1/webhooks` (seed 004 has none: ours).

use std::collections::BTreeSet;

use axum::extract::State;
use latchkey_core::ops::webhooks::{WebhookFields, create_webhook, disable_webhook};
use serde::Deserialize;

use super::{WebhookSecretAnswer, fields};
use crate::Catalog;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::WebhookGiven;

/// The webhook to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertWebhookRequest {
    webhook: WebhookGiven,
}

/// Has an address be told what happens from now on. Its secret is shown this once.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Body(request): Body<InsertWebhookRequest>,
) -> Result<Answer<WebhookSecretAnswer>, Error> {
    let (core, notices) = (&catalog.signing.service.core, &catalog.notices);
    let nothing = WebhookFields { url: String::new(), label: None, events: BTreeSet::new() };
    let fields = fields(&request.webhook, nothing)?;
    if fields.url.is_empty() {
        return Err(Error::missing("webhook.url"));
    }
    let (webhook, secret) = create_webhook(core, &notices.sealing, caller.account(), fields, notices.reach).await?;
    if request.webhook.disabled.said().unwrap_or_default() {
        disable_webhook(core, caller.account(), webhook.id).await?;
    }
    Ok(Answer::new(&caller, WebhookSecretAnswer::of(webhook.id, &secret)))
}
