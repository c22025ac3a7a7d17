//! Whatever a notification needs.

use latchkey_tests::shop::Shop;
use latchkey_tests::sink::Reply;
use latchkey_tests::world::World;

use super::{Watched, worker};
use crate::woosa::{activate, deactivate};

/// Whatever a notification needs, over a proxy of its own: licences of both layouts, sites that are told and one that lost its right.
pub(super) async fn push_everything(world: &World) -> Watched {
    let (core, watched) = worker(world, latchkey_worker::PUSH).await;
    let vendor = world.vendor().await;
    let release = world.publish(&vendor, "1.0.0").await;
    for (key, seats) in [("KEY-PUSHED-SMALL", 2), ("KEY-PUSHED-LARGE", 51)] {
        world.license_with(&vendor, key, Some(seats)).await;
        assert_eq!(activate(key, &format!("https://{}.shop.example", key.to_lowercase())).send(world).await.status, 200);
    }
    let shop = Shop::open(world).await;
    shop.sink.answer(|_| Reply::Status(503));
    shop.notify(&release).await;
    shop.drain_with(&core).await;
    assert_eq!(shop.sink.received().len(), 2);
    assert_eq!(deactivate("KEY-PUSHED-LARGE", "https://key-pushed-large.shop.example").send(world).await.status, 200);
    shop.sink.answer(|_| Reply::Status(204));
    world.clock.advance_seconds(60);
    shop.drain_with(&core).await;
    assert_eq!((shop.sink.received().len(), shop.progress(&release).await.0), (3, "finished"));
    watched
}
