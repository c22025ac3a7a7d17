//! What vendors' endpoints are told: everything that happened, nothing else, signed, and until they took it.

mod delivering;
mod expiring;
mod faults;
mod happening;
mod isolation;
mod managing;
mod over_queue;
mod restoring;
mod retries;

use latchkey_core::domain::license::License;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::webhook::{Webhook, WebhookSecret};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::webhook_log::deliveries;
use latchkey_core::outbound::Outbound;
use latchkey_tests::shop::UNHURRIED;
use latchkey_tests::sink::{Received, Sink};
use latchkey_tests::tape::Tape;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::Value;

const KEY: &str = "TEST-KEY-0001";
const URL: &str = "https://hooks.example/latchkey";

/// A vendor with an endpoint.
struct Stage {
    world: World,
    vendor: Vendor,
    tape: Tape,
    sink: Sink,
    client: Outbound,
    webhook: Webhook,
    secret: WebhookSecret,
}

impl Stage {
    async fn begin() -> Self {
        Box::pin(Self::in_world(World::unhurried().await)).await
    }

    async fn in_world(world: World) -> Self {
        let vendor = world.vendor().await;
        let sink = Sink::tls().await;
        let (client, _) = sink.client();
        let client = client.with_limits(UNHURRIED);
        let tape = Tape::begin(&world).await;
        let (webhook, secret) = tape.webhook(&world, vendor.account, URL).await;
        Self { world, vendor, tape, sink, client, webhook, secret }
    }

    async fn note(&mut self) {
        self.tape.note(&self.world).await;
    }

    async fn announce(&self) {
        assert!(self.tape.announce(&self.world.core).await.is_done());
    }

    async fn deliver(&self) {
        self.tape.deliver_all(&self.world.core, &self.client).await;
    }

    /// One event, noted and announced but not delivered.
    async fn issue(&mut self) -> License {
        let license = self.world.license_with(&self.vendor, KEY, Some(3)).await;
        self.note().await;
        self.announce().await;
        license
    }

    fn received(&self) -> Vec<Received> {
        self.sink.received()
    }

    /// The kinds of what was received, in order of kind.
    fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self.received().iter().map(|received| sent(received)["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    }

    /// The states of what is in the log.
    async fn states(&self) -> Vec<&'static str> {
        let page = deliveries(&self.world.core, self.vendor.account, self.webhook.id, None, 100).await.unwrap();
        page.items.iter().map(|delivery| delivery.state.name()).collect()
    }

    /// Whether the endpoint believes a message.
    fn believes(&self, received: &Received) -> bool {
        is_believed(&self.secret, received)
    }
}

fn is_believed(secret: &WebhookSecret, received: &Received) -> bool {
    let header = |name: &str| received.header(name).unwrap();
    let at = Timestamp::from_seconds(header("webhook-timestamp").parse().unwrap()).unwrap();
    let body = String::from_utf8(received.body.clone()).unwrap();
    secret.verifies(header("webhook-signature"), header("webhook-id"), at, &body)
}

fn sent(received: &Received) -> Value {
    serde_json::from_slice(&received.body).unwrap()
}

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}
