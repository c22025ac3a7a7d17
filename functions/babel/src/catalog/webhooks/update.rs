//! `PUT /v1/webhooks` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::webhooks::edit_webhook;
use serde::Deserialize;

use super::{WebhookAnswer, fields, id};
use crate::Catalog;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{WebhookGiven, number};

/// What is to be said of the webhook otherwise; its `id` says which.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UpdateWebhookRequest {
    webhook: WebhookGiven,
}

/// Changes where a webhook leads and what it is told; disables it, or enables it again, which makes up for nothing.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Body(request): Body<UpdateWebhookRequest>,
) -> Result<Answer<WebhookAnswer>, Error> {
    let given = request.webhook;
    let id = id(given.id.value().ok_or_else(|| Error::missing("webhook.id"))?)?;
    let disabled = given.disabled.said();
    let by = |stands, is_told: bool| Ok::<_, Error>((fields(&given, stands)?, disabled.map_or(is_told, |disabled| !disabled)));
    let webhook = edit_webhook(&catalog.signing.service.core, caller.account(), id, catalog.notices.reach, by).await?;
    Ok(Answer::new(&caller, WebhookAnswer { webhook_id: number(webhook.id.get()) }))
}
