//! Whatever webhooks need: what happens, what only the clock knows, and an endpoint that fails and then works.

use latchkey_core::domain::license::Validity;
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::edit_license::Edit;
use latchkey_tests::sink::{Reply, Sink};
use latchkey_tests::tape::Tape;
use latchkey_tests::world::World;

use super::{Watched, worker};
use crate::woosa::{activate, deactivate};

const SITE: &str = "https://hooked.example.com";

/// The two that are told by the stream and by the clock, and the one that is told by the queue.
pub(super) async fn tell_endpoints(world: &World) -> Vec<Watched> {
    let (announcing, events) = worker(world, latchkey_worker::EVENTS).await;
    let (looking, endings) = worker(world, latchkey_worker::ENDINGS).await;
    let (delivering, webhooks) = worker(world, latchkey_worker::WEBHOOKS).await;
    let vendor = world.vendor().await;
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    let mut tape = Tape::begin(world).await;
    tape.webhook(world, vendor.account, "https://hooks.example/").await;
    let license = world.license_with(&vendor, "KEY-HOOKED", None).await;
    tape.note(world).await;
    let until = Some(world.core.now().plus_seconds(30));
    let edit = Edit { account: license.account, license: license.id, seen: None };
    change_validity(&world.core, edit, Validity { from: None, until }).await.unwrap();
    tape.note(world).await;
    for ask in [activate("KEY-HOOKED", SITE), deactivate("KEY-HOOKED", SITE)] {
        assert_eq!(ask.send(world).await.status, 200);
        tape.note(world).await;
    }
    for _ in 0..2 {
        assert!(tape.announce(&announcing).await.is_done());
    }
    world.clock.advance_seconds(60);
    latchkey_worker::announce_endings(looking, tape.queue()).await.unwrap();
    for status in [500, 200] {
        sink.answer(move |_| Reply::Status(status));
        tape.deliver_all(&delivering, &client).await;
        world.clock.advance_seconds(60);
    }
    assert!(sink.received().len() > 4, "some of it twice");
    vec![events, endings, webhooks]
}
