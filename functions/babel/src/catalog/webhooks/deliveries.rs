//! `GET /v1/webhooks/{webhookId}/deliveries` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::event::EventId;
use latchkey_core::domain::ids::{AccountId, WebhookId};
use latchkey_core::ops::webhook_log::{deliveries, deliveries_after, find_delivery};
use latchkey_core::query::{Access, Direction, Page};

use super::id;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Rows};
use crate::path::Path;
use crate::wire::Delivery;

/// The order where none is asked for: ids begin with the second in which the event happened.
const NEWEST_FIRST: &str = "id desc";

/// Lists what was sent to a webhook in the last 30 days, the latest event first unless another order is asked for; of one that was deleted,
/// too.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(number): Path<i32>,
    list: List,
) -> Result<Listing<Delivery>, Error> {
    let query = list.sorted::<Delivery>(list.get("sort").unwrap_or(NEWEST_FIRST))?;
    let rows = Deliveries { core: &service.core, account: caller.account(), webhook: id(number)? };
    Listing::of(&caller, &query, &rows).await
}

/// What was sent to a webhook, found by event.
struct Deliveries<'c> {
    core: &'c Core,
    account: AccountId,
    webhook: WebhookId,
}

impl Rows for Deliveries<'_> {
    type Row = Delivery;
    type Cursor = EventId;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<Page<Delivery, EventId>, Error> {
        let Self { core, account, webhook } = *self;
        if let Access::Equal(_, value) = access {
            let found = match value.as_text().and_then(EventId::parse) {
                Some(event) => find_delivery(core, account, webhook, &event).await?,
                None => None,
            };
            return Ok(Page { rows: found.iter().map(Delivery::from).collect(), next: None });
        }
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let page = match direction {
            Direction::Ascending => deliveries_after(core, account, webhook, after.as_ref(), limit).await?,
            Direction::Descending => deliveries(core, account, webhook, after.as_ref(), limit).await?,
        };
        Ok(Page { rows: page.items.iter().map(Delivery::from).collect(), next: page.next })
    }
}
