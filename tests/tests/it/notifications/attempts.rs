//! What comes of an answer, and when a site is tried again.

use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_tests::sink::Reply;
use latchkey_tests::world::World;

use super::Story;

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn what_a_site_does_not_want_is_final_and_all_else_is_tried_again() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 8).await;
    let shop = &story.shop;
    let mut seen = std::collections::BTreeMap::new();
    shop.sink.answer(move |request| {
        let host = request.header("host").unwrap().to_owned();
        let times = seen.entry(host.clone()).or_insert(0);
        *times += 1;
        let first = *times == 1;
        Reply::Status(match host.as_bytes()[5] {
            b'0' => 403,
            b'1' => 404,
            b'2' => 410,
            b'3' if first => 400,
            b'4' if first => 429,
            b'5' if first => 500,
            b'6' if first => 503,
            b'7' => 200,
            _ => 204,
        })
    });
    shop.notify(&story.release).await;
    shop.drain().await;
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.sent, counts.failed, counts.pending()), ("running", 1, 3, 4));
    shop.drain_for(60).await;
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.sent, counts.failed, counts.pending()), ("finished", 5, 3, 0));
    assert_eq!(shop.sink.received().len(), 12);
}

#[tokio::test]
async fn a_site_that_never_answers_is_given_up_after_a_day_and_not_before() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 1).await;
    let shop = &story.shop;
    shop.sink.answer(|_| Reply::Raw(Vec::new()));
    shop.notify(&story.release).await;
    shop.drain_for(DAY - 10).await;
    assert_eq!(shop.progress(&story.release).await.1.pending(), 1);
    shop.drain_for(2 * 60 * 60).await;
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.failed, counts.pending()), ("finished", 1, 0));
    // Exponential: many at first, then once an hour or so.
    let attempts = shop.sink.received().len();
    assert!((24..200).contains(&attempts), "{attempts}");
    assert!(shop.queue.is_empty() && shop.queue.dead_letters().is_empty());
}

#[tokio::test]
async fn retry_after_is_waited_for_also_beyond_what_a_queue_can_wait() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 1).await;
    let shop = &story.shop;
    let mut first = true;
    shop.sink.answer(move |_| {
        if std::mem::take(&mut first) { Reply::With(503, vec![("retry-after", "7200".to_owned())]) } else { Reply::Status(204) }
    });
    shop.notify(&story.release).await;
    shop.drain_for(7_190).await;
    assert_eq!(shop.sink.received().len(), 1);
    shop.drain_for(60).await;
    assert_eq!(shop.sink.received().len(), 2);
    assert_eq!(shop.progress(&story.release).await.0, "finished");
}

#[tokio::test]
async fn who_loses_the_right_while_waiting_is_not_told() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 2).await;
    let shop = &story.shop;
    shop.sink.answer(|_| Reply::Status(500));
    shop.notify(&story.release).await;
    shop.drain().await;
    let license = world.direct().table.licenses(story.vendor.account, &latchkey_core::table::Selection::All, None, 9).await.unwrap();
    let edit = Edit { account: story.vendor.account, license: license.items[0].id, seen: None };
    suspend_license(&world.core, edit, None).await.unwrap();
    shop.sink.answer(|_| Reply::Status(204));
    shop.drain_for(60).await;
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.sent, counts.left_out), ("finished", 1, 1));
    assert_eq!(shop.sink.received().len(), 3);
}
