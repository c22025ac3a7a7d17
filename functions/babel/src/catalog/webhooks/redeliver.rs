//! `POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::domain::event::EventId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::webhook_log::redeliver;

use super::id;
use crate::Catalog;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::Path;

/// Sends an event to a webhook again, whatever became of it: the same, under the same id.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Path((number, event)): Path<(i32, String)>,
) -> Result<Answer<Done>, Error> {
    let event = EventId::parse(&event).ok_or_else(|| Error::not_found(Thing::Delivery))?;
    redeliver(&catalog.signing.service.core, &catalog.notices.webhooks, caller.account(), id(number)?, &event).await?;
    Ok(Answer::done(&caller))
}
