//! Beginning, stopping and going on.

use latchkey_core::ops::notification_progress::{NotCancelled, cancel_notification, notifications_of};
use latchkey_core::ops::notify_sites::{Subject, resume_notifications};
use latchkey_tests::shop::Shop;
use latchkey_tests::sink::Reply;
use latchkey_tests::world::World;

use super::{Story, hosts, license};

#[tokio::test]
async fn a_notification_that_was_stopped_tells_nobody_and_goes_on_when_asked() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 4).await;
    let (shop, subject) = (&story.shop, Subject::release(&story.release));
    assert!(matches!(cancel_notification(&world.core, subject).await, Err(NotCancelled::NoNotification)));
    shop.sink.answer(|request| Reply::Status(if request.header("host").unwrap().starts_with("site-0") { 204 } else { 503 }));
    shop.notify(&story.release).await;
    shop.drain().await;
    cancel_notification(&world.core, subject).await.unwrap();
    shop.sink.answer(|_| Reply::Status(204));
    shop.drain_for(3_600).await;
    assert_eq!(shop.sink.received().len(), 4, "nobody is told any more");
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.sent, counts.pending()), ("cancelled", 1, 3));
    assert!(shop.queue.is_empty());
    cancel_notification(&world.core, subject).await.unwrap();

    shop.notify(&story.release).await;
    shop.drain_for(3_600).await;
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.sites, counts.sent), ("finished", 4, 4));
    let told = shop.told();
    assert_eq!(told.iter().filter(|host| host.starts_with("site-0")).count(), 1, "who was told is not told again");
    assert!(matches!(cancel_notification(&world.core, subject).await, Err(NotCancelled::Finished)));
}

#[tokio::test]
async fn asking_again_tells_those_who_came_since() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 2).await;
    let shop = &story.shop;
    for _ in 0..3 {
        shop.notify(&story.release).await;
        shop.drain().await;
    }
    assert_eq!(shop.told(), hosts(2));
    license(&world, &story.vendor, "KEY-LATE", &["https://site-2.shop.example"]).await;
    shop.notify(&story.release).await;
    shop.drain().await;
    assert_eq!(shop.told(), hosts(3));
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.sites, counts.sent), ("finished", 3, 3));
}

#[tokio::test]
async fn asking_twice_at_once_begins_once() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 3).await;
    let first = story.shop.notify(&story.release).await;
    let second = story.shop.notify(&story.release).await;
    assert_eq!(first, second);
    story.shop.drain().await;
    assert_eq!(story.shop.told(), hosts(3));
}

#[tokio::test]
async fn a_newer_release_ends_the_notification_of_the_older_one() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 3).await;
    let shop = &story.shop;
    shop.sink.answer(|_| Reply::Status(503));
    shop.notify(&story.release).await;
    shop.drain().await;
    let newer = world.publish(&story.vendor, "2.0.0").await;
    world.clock.advance_seconds(61);
    shop.sink.answer(|_| Reply::Status(204));
    shop.notify(&newer).await;
    shop.drain_for(3_600).await;
    assert_eq!(shop.progress(&story.release).await.0, "superseded");
    assert_eq!((shop.progress(&newer).await.0, shop.progress(&newer).await.1.sent), ("finished", 3));
    assert_eq!(shop.sink.received().len(), 6);
    let all = notifications_of(&world.core, story.vendor.account, story.vendor.product.id).await.unwrap();
    let states: Vec<_> = all.iter().map(|progress| progress.notification.state.name()).collect();
    assert_eq!(states, ["superseded", "finished"]);
}

#[tokio::test]
async fn a_queue_that_was_lost_is_made_anew_from_the_table() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 3).await;
    story.shop.sink.answer(|request| Reply::Status(if request.header("host").unwrap().starts_with("site-0") { 204 } else { 503 }));
    story.shop.notify(&story.release).await;
    story.shop.drain().await;
    let after = Shop::open(&world).await;
    assert_eq!(resume_notifications(&world.core, &after.jobs, story.vendor.account).await.unwrap(), 1);
    after.drain_for(3_600).await;
    assert_eq!(after.told(), hosts(3)[1..]);
    let (state, counts) = after.progress(&story.release).await;
    assert_eq!((state, counts.sites, counts.sent), ("finished", 3, 3));
    assert_eq!(resume_notifications(&world.core, &after.jobs, story.vendor.account).await.unwrap(), 0);
}
