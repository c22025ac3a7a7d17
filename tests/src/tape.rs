//! What the table's stream would tell of events: the tests' engines need not have one, so the table is looked at before and after.

use std::collections::BTreeMap;
use std::sync::Arc;

use latchkey_core::core::Core;
use latchkey_core::domain::destination::Reach;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::webhook::{Webhook, WebhookSecret};
use latchkey_core::lambda::{ChangesAnswer, ChangesEvent, MessagesAnswer};
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::send_mail::MailJob;
use latchkey_core::ops::webhooks::{Sealing, WebhookFields, create_webhook};
use latchkey_core::outbound::Outbound;
use latchkey_core::queue::Queue;
use latchkey_core::table::keys::{PK, SK, told};
use latchkey_local::queues::{InProcess, Rules};
use serde_json::{Value, json};

use crate::shop::Line;
use crate::world::World;

/// An item's key: both parts.
type Key = (String, String);

/// A world's changes, in the order in which they were noted, and what becomes of them.
pub struct Tape {
    last: BTreeMap<Key, Value>,
    /// The records so far.
    pub records: Vec<Value>,
    /// The world's queue of webhooks.
    pub messages: InProcess,
    /// What breaks it.
    pub line: Arc<Line>,
    /// The queue of mail.
    pub mail: InProcess,
    /// What secrets are sealed under.
    pub sealing: Sealing,
}

impl Tape {
    /// A tape that begins with what there is.
    pub async fn begin(world: &World) -> Self {
        let (sealing, messages) = (world.notices.sealing.clone(), world.webhooks.clone());
        let line = Line::before(&messages);
        let mail = InProcess::new(world.core.clock.clone(), Rules { visibility: 180, most_tellings: 5 });
        Self { last: items(world).await, records: Vec::new(), messages, line, mail, sealing }
    }

    /// The queue, for putting jobs into it.
    pub fn queue(&self) -> Queue<WebhookJob> {
        Queue::inbox(Arc::<Line>::clone(&self.line))
    }

    /// The queue of mail, for putting jobs into it.
    pub fn mail_queue(&self) -> Queue<MailJob> {
        Queue::inbox(Arc::new(self.mail.clone()))
    }

    /// An endpoint of the account at this address, and its secret.
    pub async fn webhook(&self, world: &World, account: AccountId, url: &str) -> (Webhook, WebhookSecret) {
        let fields = WebhookFields { url: url.to_owned(), label: None, events: std::collections::BTreeSet::default() };
        let made = create_webhook(&world.core, &self.sealing, account, fields, Reach::Public).await.unwrap();
        world.keep_secret(&made.1.to_text());
        made
    }

    /// Notes what changed since the last time. One change of each item at most must lie between.
    pub async fn note(&mut self, world: &World) {
        let now = items(world).await;
        let keys: std::collections::BTreeSet<&Key> = self.last.keys().chain(now.keys()).collect();
        for key in keys {
            let (before, after) = (self.last.get(key), now.get(key));
            if before == after {
                continue;
            }
            let number = self.records.len();
            self.records.push(json!({
                "eventID": format!("{number:032x}"),
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "ApproximateCreationDateTime": world.core.now().as_seconds(),
                    "Keys": {PK: {"S": key.0}, SK: {"S": key.1}},
                    "SequenceNumber": format!("{number:021}"),
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                    "OldImage": before,
                    "NewImage": after,
                },
            }));
        }
        self.last = now;
    }

    /// The event that a stream would send of these records.
    pub fn event<'a>(records: impl IntoIterator<Item = &'a Value>) -> ChangesEvent {
        let records: Vec<_> = records.into_iter().collect();
        serde_json::from_value(json!({ "Records": records })).unwrap()
    }

    /// Tells the worker of all records.
    pub async fn announce(&self, core: &Core) -> ChangesAnswer {
        latchkey_worker::announce_changes(core.clone(), self.queue(), self.mail_queue(), Self::event(&self.records)).await
    }

    /// Lets the worker do what the queue has now; how many messages that were.
    pub async fn deliver(&self, core: &Core, client: &Outbound) -> usize {
        let event = self.messages.receive(10);
        let count = event.messages.len();
        if count > 0 {
            let (sealing, queue) = (self.sealing.clone(), self.queue());
            let answer = latchkey_worker::deliver_events(core.clone(), sealing, queue, client.clone(), event.clone()).await;
            self.messages.settle(&event, &answer);
        }
        count
    }

    /// The same until there is nothing to do now.
    pub async fn deliver_all(&self, core: &Core, client: &Outbound) {
        while self.deliver(core, client).await > 0 {}
    }

    /// Lets the worker do what the queue has now; should it die meanwhile, it has answered for nothing.
    pub async fn deliver_unless(&self, core: &Core, client: &Outbound, is_dead: impl Fn() -> bool) {
        let event = self.messages.receive(10);
        let (sealing, queue) = (self.sealing.clone(), self.queue());
        let answer = latchkey_worker::deliver_events(core.clone(), sealing, queue, client.clone(), event.clone()).await;
        let all = || MessagesAnswer::failed(event.messages.iter().map(|message| message.id.clone()));
        self.messages.settle(&event, &if is_dead() { all() } else { answer });
    }

    /// Lets the worker do what the queue has now, and forgets that it did.
    pub async fn deliver_and_forget(&self, core: &Core, client: &Outbound) {
        let event = self.messages.receive(10);
        let (sealing, queue) = (self.sealing.clone(), self.queue());
        latchkey_worker::deliver_events(core.clone(), sealing, queue, client.clone(), event.clone()).await;
        self.messages.settle(&event, &MessagesAnswer::failed(event.messages.iter().map(|message| message.id.clone())));
    }
}

async fn items(world: &World) -> BTreeMap<Key, Value> {
    let mut items = BTreeMap::new();
    let mut start = None;
    loop {
        let scan = world.dynamodb.scan().table_name(world.core.table.name()).consistent_read(true);
        let page = scan.set_exclusive_start_key(start).send().await.unwrap();
        for item in page.items() {
            let key = (item[PK].as_s().unwrap().clone(), item[SK].as_s().unwrap().clone());
            if told(&key.0, &key.1).is_some() {
                let item: serde_dynamo::Item = item.clone().into();
                items.insert(key, serde_json::to_value(item).unwrap());
            }
        }
        start = page.last_evaluated_key;
        if start.is_none() {
            return items;
        }
    }
}
