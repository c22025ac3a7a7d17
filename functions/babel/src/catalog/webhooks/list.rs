//! `GET /v1/webhooks` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::webhooks::list_webhooks;

use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Memory};
use crate::wire::Webhook;

/// Lists the account's webhooks, without their secrets.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Webhook>, Error> {
    let query = list.query::<Webhook>()?;
    let webhooks = list_webhooks(&service.core, caller.account()).await?;
    Listing::of(&caller, &query, &Memory::new(webhooks.iter().map(Webhook::from).collect())).await
}
