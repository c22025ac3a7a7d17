//! Telling sites while the table, the queue or the process itself is broken (reliability F1, F4 to F9, F17).
//!
//! A process that dies between calling a site and writing that it was called leaves nobody who knows: that one site is told again, and
//! counted once. At every other point each site is told exactly once.

use latchkey_core::core::Core;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::sink::Reply;
use latchkey_tests::world::World;

use super::Story;
use crate::faults::{passing, staying};

/// Longer than a message is hidden.
const HIDDEN: i64 = 181;

/// Works on one message after the other until none is ready, or something died: a dead process does nothing more.
async fn work(story: &Story, core: &Core, is_dead: impl Fn() -> bool) {
    while !is_dead() && story.shop.step(core, 1).await > 0 {}
}

/// Everything that there is ends, each site is counted once, and none is missed.
async fn converges(world: &World, story: &Story, what: &str) {
    world.clock.advance_seconds(HIDDEN);
    // Whoever asked and was not told that it began asks again.
    story.shop.notify(&story.release).await;
    story.shop.drain_for(3_600).await;
    let sites = u32::try_from(story.hosts.len()).unwrap();
    let (state, counts) = story.shop.progress(&story.release).await;
    assert_eq!((state, counts.sites, counts.sent, counts.failed, counts.left_out), ("finished", sites, sites, 0, 0), "{what}");
    assert!(story.shop.queue.is_empty() && story.shop.queue.dead_letters().is_empty(), "{what}");
}

/// How many sites were told more than once; none may be missing.
fn told_again(story: &Story, what: &str) -> usize {
    let mut told = story.shop.told();
    let all = told.len();
    told.dedup();
    assert_eq!(told, story.hosts, "{what}: a site was missed");
    all - told.len()
}

#[tokio::test]
async fn dying_before_any_call_to_the_table_misses_nobody_and_counts_nobody_twice() {
    let world = crate::faults::world().await;
    let measured = Story::with_pages(&world, 1_000).await;
    let core = world.another_process();
    world.table.reset_calls();
    measured.shop.notify(&measured.release).await;
    let asking = world.table.calls().len() as u64;
    work(&measured, &core, || false).await;
    let all = world.table.calls().len() as u64;
    assert!(asking >= 3 && all > asking + 20, "{asking} {all}");
    let mut again = 0;
    for index in 0..all {
        let story = Story::with_pages(&world, usize::try_from(index).unwrap()).await;
        let core = world.another_process();
        let what = format!("dying before call {index} of {all} to the table");
        world.table.reset_calls();
        world.table.kill_at(index);
        let begun = story.shop.try_notify(&story.release).await;
        assert_eq!(begun.is_ok(), index >= asking, "{what}");
        let is_dead = || world.table.calls().len() as u64 > index;
        if !is_dead() {
            work(&story, &core, is_dead).await;
        }
        world.table.revive();
        converges(&world, &story, &what).await;
        let twice = told_again(&story, &what);
        assert!(twice <= 1, "{what}: {twice} sites were told twice");
        again += twice;
    }
    // Of the calls for each site one comes after it was told and writes that it was.
    assert_eq!(again, 3, "a site is told again where nobody knows whether it was told, and nowhere else");
}

#[tokio::test]
async fn dying_before_or_at_any_call_to_the_queue_misses_nobody_and_tells_nobody_twice() {
    let world = crate::faults::world().await;
    let measured = Story::with_pages(&world, 1_000).await;
    measured.shop.notify(&measured.release).await;
    measured.shop.drain().await;
    let all = measured.shop.line.calls();
    assert!(all >= 6, "{all}");
    for call in 0..all {
        let story = Story::with_pages(&world, usize::try_from(call).unwrap()).await;
        let core = world.another_process();
        let what = format!("dying at call {call} of {all} to the queue");
        let death = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let told = std::sync::Arc::clone(&death);
        story.shop.line.die_at(call, move || told.store(true, std::sync::atomic::Ordering::SeqCst));
        let is_dead = || death.load(std::sync::atomic::Ordering::SeqCst);
        assert_eq!(story.shop.try_notify(&story.release).await.is_ok(), call > 0, "{what}");
        work(&story, &core, is_dead).await;
        assert!(is_dead(), "{what}");
        story.shop.line.revive();
        converges(&world, &story, &what).await;
        assert_eq!(told_again(&story, &what), 0, "{what}");
    }
}

#[tokio::test]
async fn dying_while_a_failed_attempt_is_written_down_loses_no_later_attempt() {
    let world = crate::faults::world().await;
    for index in 0..30 {
        let story = Story::with_sites_of(&world, 1, index).await;
        let core = world.another_process();
        let what = format!("dying before call {index}");
        let mut first = true;
        story.shop.sink.answer(move |_| latchkey_tests::sink::Reply::Status(if std::mem::take(&mut first) { 503 } else { 204 }));
        story.shop.notify(&story.release).await;
        assert_eq!(story.shop.step(&core, 1).await, 1);
        world.table.reset_calls();
        world.table.kill_at(index as u64);
        let is_dead = || world.table.calls().len() > index;
        work(&story, &core, is_dead).await;
        world.table.revive();
        converges(&world, &story, &what).await;
        let times = story.shop.sink.received().len();
        assert!((2..=3).contains(&times), "{what}: {times}");
    }
}

/// One site, which asks for an hour, longer than a queue can wait, and takes it then.
async fn about_to_be_retried(world: &World, story: usize) -> Story {
    let story = Story::with_sites_of(world, 1, story).await;
    let mut first = true;
    story.shop.sink.answer(move |_| {
        if std::mem::take(&mut first) { Reply::With(503, vec![("retry-after", "3600".to_owned())]) } else { Reply::Status(204) }
    });
    story
}

/// One process's life, until there is nothing left, or it died.
async fn live(world: &World, story: &Story, core: &Core, is_dead: impl Fn() -> bool) {
    loop {
        work(story, core, &is_dead).await;
        let Some(next) = story.shop.queue.next().filter(|_| !is_dead()) else { return };
        world.clock.advance_seconds((next.as_seconds() + 1 - world.core.now().as_seconds()).max(1));
    }
}

#[tokio::test]
async fn dying_before_any_call_until_the_second_attempt_misses_nobody_and_counts_nobody_twice() {
    let world = crate::faults::world().await;
    let measured = about_to_be_retried(&world, 1_000).await;
    world.table.reset_calls();
    measured.shop.notify(&measured.release).await;
    live(&world, &measured, &world.another_process(), || false).await;
    assert_eq!((measured.shop.sink.received().len(), measured.shop.progress(&measured.release).await.0), (2, "finished"));
    let (table, queue) = (world.table.calls().len(), measured.shop.line.calls());
    assert!(table > 25 && queue > 5, "{table} {queue}: put back until it is due");
    let deaths = (0..table).map(|index| (index as u64, true)).chain((0..queue).map(|call| (call, false)));
    for (number, (index, is_table)) in deaths.enumerate() {
        let story = about_to_be_retried(&world, number).await;
        let core = world.another_process();
        let what = format!("dying at call {index} to the {}", if is_table { "table" } else { "queue" });
        let death = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        world.table.reset_calls();
        if is_table {
            world.table.kill_at(index);
        } else {
            let told = std::sync::Arc::clone(&death);
            story.shop.line.die_at(index, move || told.store(true, std::sync::atomic::Ordering::SeqCst));
        }
        let is_dead = || {
            if is_table { world.table.calls().len() as u64 > index } else { death.load(std::sync::atomic::Ordering::SeqCst) }
        };
        // Whoever could not begin is told so.
        if story.shop.try_notify(&story.release).await.is_ok() {
            live(&world, &story, &core, is_dead).await;
        }
        world.table.revive();
        story.shop.line.revive();
        world.clock.advance_seconds(HIDDEN);
        story.shop.notify(&story.release).await;
        story.shop.drain_for(2 * 3_600).await;
        let (state, counts) = story.shop.progress(&story.release).await;
        assert_eq!((state, counts.sites, counts.sent, counts.failed), ("finished", 1, 1, 0), "{what}");
        assert!(story.shop.queue.is_empty() && story.shop.queue.dead_letters().is_empty(), "{what}");
        // The first attempt, the second one, and one more where nobody knows whether it was made.
        let times = story.shop.sink.received().len();
        assert!((2..=3).contains(&times), "{what}: {times}");
    }
}

#[tokio::test]
async fn what_passes_in_the_table_is_not_noticed_by_anybody() {
    let world = crate::faults::world().await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        for (place, operation) in ["TransactWriteItems", "PutItem"].into_iter().enumerate() {
            let story = Story::with_sites_of(&world, 1, number * 10 + place).await;
            story.shop.notify(&story.release).await;
            world.table.inject(rule.clone().on(operation));
            story.shop.drain().await;
            world.table.clear();
            converges(&world, &story, what).await;
            assert_eq!(told_again(&story, what), 0, "{what} at {operation}");
        }
    }
}

#[tokio::test]
async fn while_the_table_is_away_nothing_is_lost() {
    let world = crate::faults::world().await;
    for (number, (what, fault)) in staying().into_iter().enumerate() {
        let story = Story::with_sites_of(&world, 3, number).await;
        story.shop.notify(&story.release).await;
        let core = world.another_process();
        story.shop.step(&core, 1).await;
        world.table.inject(Rule::every(fault));
        story.shop.step(&core, 10).await;
        world.table.clear();
        assert!(story.shop.sink.received().is_empty(), "{what}: nobody is told of what cannot be written down");
        converges(&world, &story, what).await;
        assert_eq!(told_again(&story, what), 0, "{what}");
    }
    let lost = Story::with_sites_of(&world, 1, 99).await;
    world.table.inject(Rule::every(Fault::DropAfter).on("TransactWriteItems"));
    lost.shop.notify(&lost.release).await;
    lost.shop.drain().await;
    world.table.clear();
    converges(&world, &lost, "every transaction's answer lost").await;
}
