//! What sites do, or do not do, is nobody else's trouble (I10).

use std::time::Duration;

use latchkey_core::outbound::Limits;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::shop::UNHURRIED;
use latchkey_tests::sink::Reply;
use latchkey_tests::world::World;

use super::{Story, hosts};
use crate::woosa::{activate, deactivate, info, software_info};

/// What a site asks in its life, and what the table was asked for it.
async fn life(world: &World, key: &str, site: &str) -> (Vec<(u16, String)>, Vec<String>) {
    world.table.reset_calls();
    let mut answers = Vec::new();
    for ask in [info(key), activate(key, site), software_info(key, site), deactivate(key, site)] {
        let answer: Exchange = ask.send(world).await;
        let json = answer.json();
        answers.push((answer.status.as_u16(), format!("{} {}", json["license"], json["version"])));
    }
    // Some go out side by side.
    let mut asked: Vec<String> = world.table.calls().into_iter().map(|call| call.operation).collect();
    asked.sort();
    (answers, asked)
}

#[tokio::test]
async fn with_every_site_hanging_for_ten_minutes_checks_and_activations_are_as_ever_and_the_backlog_drains() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 20).await;
    for (key, seats) in [("KEY-MAP", Some(3)), ("KEY-ITEMS", None)] {
        world.license_with(&story.vendor, key, seats).await;
        life(&world, key, "https://quiet.shop.example").await;
    }
    // What is remembered for a minute is read again in every round, as it is now.
    world.clock.advance_seconds(61);
    let mut expected = Vec::new();
    for key in ["KEY-MAP", "KEY-ITEMS"] {
        expected.push(life(&world, key, "https://quiet.shop.example").await);
    }
    let short = Limits { connect: Duration::from_mins(1), total: Duration::from_millis(500), turn: Duration::from_millis(500) };
    let Story { release, shop, .. } = story;
    let shop = shop.calling(|client| client.with_limits(short));
    shop.sink.answer(|_| Reply::ThenHang(b"HTTP/1.1 ".to_vec()));
    shop.notify(&release).await;
    // Who is told is known before the others live.
    assert_eq!(shop.step(&world.direct(), 1).await, 1);
    // Over a table of its own, so that what is counted is what is asked for here.
    let worker = world.direct();
    for _ in 0..10 {
        world.clock.advance_seconds(61);
        let working = shop.drain_with(&worker);
        let living = async {
            let mut found = Vec::new();
            for key in ["KEY-MAP", "KEY-ITEMS"] {
                found.push(life(&world, key, "https://quiet.shop.example").await);
            }
            found
        };
        let ((), found) = tokio::join!(working, living);
        assert_eq!(found, expected);
        // A message for each site that was not told, and no more.
        assert!(shop.queue.len() <= 20, "{}", shop.queue.len());
    }
    assert!(shop.sink.received().len() > 20, "the sites were tried");
    assert_eq!(shop.progress(&release).await.1.pending(), 20);
    // Sites that answer are given the time that they take.
    let shop = shop.calling(|client| client.with_limits(UNHURRIED));
    shop.sink.answer(|_| Reply::Status(204));
    shop.drain_for(2 * 3_600).await;
    let (state, counts) = shop.progress(&release).await;
    assert_eq!((state, counts.sent, counts.sites), ("finished", 20, 20));
    let mut told = shop.told();
    told.dedup();
    assert_eq!(told, hosts(20));
    assert!(shop.queue.is_empty() && shop.queue.dead_letters().is_empty());
}

#[tokio::test]
async fn with_the_queue_away_a_release_is_published_all_the_same_and_only_telling_fails() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 1).await;
    story.shop.line.die_at(0, || {});
    assert!(story.shop.try_notify(&story.release).await.is_err());
    assert_eq!(software_info("KEY-0-0", "https://site-0.shop.example").send(&world).await.json()["version"], "1.0.0");
    story.shop.line.revive();
    story.shop.notify(&story.release).await;
    story.shop.drain().await;
    assert_eq!(story.shop.told(), hosts(1));
}
