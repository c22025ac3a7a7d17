//! Deliveries: events on their way to endpoints, and the log of them, gone after [`KEPT_SECONDS`].

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use super::call::call;
use super::change::Change;
use super::item::{Item, attribute, item, number, text, value};
use super::keys::{self, PK, SK, TTL};
use super::once::Put;
use super::read::unconditional;
use super::work::{MARK, Take};
use super::{Changed, Exists, Freshness, Page, Table};
use crate::domain::delivery::{Delivery, DeliveryState, KEPT_SECONDS};
use crate::domain::event::EventId;
use crate::domain::ids::{AccountId, WebhookId};
use crate::domain::time::Timestamp;
use crate::fault::Fault;

const TAKING: &str = "taking a delivery";
const NOTING: &str = "noting what came of a delivery";

/// A delivery that was taken: who else comes waits until it is ended, put off, or its time is over.
#[derive(Clone, Debug)]
pub(crate) struct TakenDelivery {
    pub(crate) delivery: Delivery,
    mark: String,
}

impl Table {
    /// Notes a delivery, unless it is noted.
    pub(crate) async fn create_delivery(&self, new: &Delivery, now: Timestamp) -> Result<Result<(), Exists>, Fault> {
        match self.put_once(stored(new, now)?, "noting a delivery").await? {
            Put::Done => Ok(Ok(())),
            Put::Taken => Ok(Err(Exists)),
        }
    }

    /// A delivery.
    pub(crate) async fn delivery(&self, account: AccountId, webhook: WebhookId, event: &EventId) -> Result<Option<Delivery>, Fault> {
        self.get(keys::delivery(account, webhook, event), Freshness::Strong).await?.map(value).transpose()
    }

    /// At most `limit` of an endpoint's deliveries beyond one of them: from the earliest event on where `forward`, else the latest first.
    /// May lag a moment behind.
    pub(crate) async fn deliveries(
        &self,
        account: AccountId,
        webhook: WebhookId,
        beyond: Option<&EventId>,
        forward: bool,
        limit: u16,
    ) -> Result<Page<Delivery, EventId>, Fault> {
        let range = keys::deliveries(account, webhook);
        let start = beyond.map(|event| keys::delivery(account, webhook, event).attributes());
        let sent = call(self.patience, &self.random, "reading deliveries", || {
            self.client
                .query()
                .table_name(&self.name)
                .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#sk", SK)
                .expression_attribute_values(":pk", text(&range.pk))
                .expression_attribute_values(":from", text(&range.from))
                .expression_attribute_values(":to", text(&range.to))
                .scan_index_forward(forward)
                .set_exclusive_start_key(start.clone())
                .limit(i32::from(limit))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        let items = page.items.unwrap_or_default().into_iter().map(value).collect::<Result<Vec<Delivery>, _>>()?;
        let next = if page.last_evaluated_key.is_some() { items.last().map(|last| last.event.clone()) } else { None };
        Ok(Page { items, next })
    }

    /// Takes a delivery for this attempt until `until`; nothing where it is not this attempt's turn at `now`.
    pub(crate) async fn take_delivery(
        &self,
        delivery: &Delivery,
        attempt: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<TakenDelivery>, Fault> {
        let key = keys::delivery(delivery.account, delivery.webhook, &delivery.event);
        let taken = self.take(TAKING, key, Take { attempt, now, until }, attribute(&DeliveryState::Pending)?).await?;
        taken.map(|(item, mark)| Ok(TakenDelivery { delivery: value(item)?, mark })).transpose()
    }

    /// Writes what came of a delivery that was taken. Where it is not in our hands any more, nothing is written.
    pub(crate) async fn put_taken_delivery(&self, taken: &TakenDelivery, after: &Delivery, now: Timestamp) -> Result<(), Fault> {
        self.put_delivery(&taken.delivery, after, now, (MARK, text(&taken.mark)), DeliveryState::Pending).await.map(|_| ())
    }

    /// Writes `after` where `before` was read: its attempt and its state are as they were.
    pub(crate) async fn replace_delivery(&self, before: &Delivery, after: &Delivery, now: Timestamp) -> Result<Result<(), Changed>, Fault> {
        self.put_delivery(before, after, now, ("attempt", number(before.attempt)), before.state).await
    }

    async fn put_delivery(
        &self,
        before: &Delivery,
        after: &Delivery,
        now: Timestamp,
        (name, seen): (&str, AttributeValue),
        state: DeliveryState,
    ) -> Result<Result<(), Changed>, Fault> {
        let key = keys::delivery(after.account, after.webhook, &after.event);
        let mut read = item(key.clone(), before)?;
        // It is in nobody's hands afterwards.
        read.insert(MARK.to_owned(), text(""));
        let change = Change::between(&read, stored(after, now)?).name("#seen", name).name("#state", "state");
        let change = change.value(":seen", seen).value(":state", attribute(&state)?);
        let Err(not) = self.make(NOTING, key, change, "#seen = :seen AND #state = :state").await? else { return Ok(Ok(())) };
        let stands = not.0.map(value::<Delivery>).transpose()?;
        Ok(if stands.as_ref() == Some(after) { Ok(()) } else { Err(Changed) })
    }
}

fn stored(delivery: &Delivery, now: Timestamp) -> Result<Item, Fault> {
    let mut item = item(keys::delivery(delivery.account, delivery.webhook, &delivery.event), delivery)?;
    item.insert(TTL.to_owned(), number(now.plus_seconds(KEPT_SECONDS).as_seconds()));
    Ok(item)
}
