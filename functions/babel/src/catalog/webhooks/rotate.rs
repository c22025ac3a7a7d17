//! `POST /v1/webhooks/{webhookId}/secret` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::webhooks::rotate_webhook;

use super::{WebhookSecretAnswer, id};
use crate::Catalog;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;

/// Gives a webhook another secret, which is shown this once. For a day what is sent is signed with the former one as well.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Path(number): Path<i32>,
) -> Result<Answer<WebhookSecretAnswer>, Error> {
    let core = &catalog.signing.service.core;
    let (webhook, secret) = rotate_webhook(core, &catalog.notices.sealing, caller.account(), id(number)?).await?;
    Ok(Answer::new(&caller, WebhookSecretAnswer::of(webhook.id, &secret)))
}
