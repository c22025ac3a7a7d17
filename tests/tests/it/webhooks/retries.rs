//! F15, F16, F17 where endpoints have to be tried again: a process that dies between any two calls of all that it takes until they
//! took it, and messages that come many times, in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use latchkey_core::lambda::MessagesEvent;
use latchkey_core::table::Patience;
use latchkey_tests::sink::{Received, Reply};
use latchkey_tests::world::World;

use super::{KEY, Stage};
use crate::woosa::activate;

/// For how long the endpoint wants to be left alone: longer than a queue can wait.
const ASKED: i64 = 1_800;

fn name(received: &Received) -> String {
    received.header("webhook-id").unwrap().to_owned()
}

/// How often each event came.
fn times(stage: &Stage) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for received in stage.received() {
        *times.entry(name(&received)).or_default() += 1;
    }
    times
}

/// A licence and a seat: two events, noted and not announced, at an endpoint that takes each at the second attempt, half an hour after the
/// first. No call is made twice, so that dying is quick.
async fn about_to_be_retried() -> Stage {
    let once = Patience { attempt: Duration::from_mins(2), call: Duration::from_mins(2), attempts: 1 };
    let mut stage = Box::pin(Stage::in_world(World::with_patience(once).await)).await;
    let met = Mutex::new(BTreeSet::new());
    stage.sink.answer(move |received| {
        let is_first = met.lock().unwrap().insert(name(received));
        if is_first { Reply::With(503, vec![("retry-after", ASKED.to_string())]) } else { Reply::Status(200) }
    });
    stage.world.license_with(&stage.vendor, KEY, Some(3)).await;
    stage.note().await;
    activate(KEY, "https://one.example.com").send(&stage.world).await;
    stage.note().await;
    stage.world.table.reset_calls();
    stage
}

/// One process's life: it is told of the changes, and works until there is nothing left, or it died.
async fn live(stage: &Stage, is_dead: impl Fn() -> bool) {
    stage.tape.announce(&stage.world.core).await;
    while !is_dead()
        && let Some(next) = stage.tape.messages.next()
    {
        let seconds = next.as_seconds() + 1 - stage.world.core.now().as_seconds();
        stage.world.clock.advance_seconds(seconds.max(0));
        stage.tape.deliver_unless(&stage.world.core, &stage.client, &is_dead).await;
    }
}

/// Another process goes on, and all of it is done in the end: both events arrived, and are known to have.
async fn converges(stage: &Stage, what: &str) {
    live(stage, || false).await;
    assert!(stage.tape.messages.is_empty() && stage.tape.messages.dead_letters().is_empty(), "{what}");
    assert_eq!(stage.states().await, ["delivered", "delivered"], "{what}");
    let times = times(stage);
    assert_eq!(times.len(), 2, "{what}: {times:?}");
    // The first attempt, the second one, and one more of one batch where nobody knows whether it was made.
    assert!(times.values().all(|times| (2..=3).contains(times)), "{what}: {times:?}");
}

#[tokio::test]
async fn dying_before_any_call_to_the_table_until_the_second_attempt_loses_no_event() {
    let stage = Box::pin(about_to_be_retried()).await;
    live(&stage, || false).await;
    converges(&stage, "undisturbed").await;
    assert!(times(&stage).values().all(|times| *times == 2), "who asks for time is left alone");
    let calls = stage.world.table.calls().len() as u64;
    assert!(calls >= 24, "{calls}");
    for index in 0..calls {
        let stage = Box::pin(about_to_be_retried()).await;
        let what = format!("dying before call {index} of {calls} to the table");
        stage.world.table.kill_at(index);
        live(&stage, || stage.world.table.calls().len() as u64 > index).await;
        stage.world.table.revive();
        converges(&stage, &what).await;
    }
}

#[tokio::test]
async fn dying_at_any_call_to_the_queue_until_the_second_attempt_loses_no_event() {
    let stage = Box::pin(about_to_be_retried()).await;
    live(&stage, || false).await;
    let calls = stage.tape.line.calls();
    assert!(calls >= 6, "{calls}: two events, each again, and put back until it is due");
    for call in 0..calls {
        let stage = Box::pin(about_to_be_retried()).await;
        let death = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&death);
        stage.tape.line.die_at(call, move || told.store(true, Ordering::SeqCst));
        live(&stage, || death.load(Ordering::SeqCst)).await;
        assert!(death.load(Ordering::SeqCst), "call {call} of {calls}");
        stage.tape.line.revive();
        converges(&stage, &format!("dying at call {call} of {calls} to the queue")).await;
    }
}

#[tokio::test]
async fn whatever_messages_come_again_and_in_whatever_order_an_attempt_is_made_once() {
    for again in [2, 5] {
        let stage = Box::pin(about_to_be_retried()).await;
        stage.announce().await;
        let mut before = Vec::new();
        while let Some(next) = stage.tape.messages.next() {
            let seconds = next.as_seconds() + 1 - stage.world.core.now().as_seconds();
            stage.world.clock.advance_seconds(seconds.max(0));
            let event = stage.tape.messages.receive(10);
            before.extend(event.messages.iter().cloned());
            // This batch again and again, backwards, with everything that was told before.
            let many = (0..again).flat_map(|_| before.iter().rev().cloned()).collect();
            for event in [&MessagesEvent { messages: many }, &event] {
                let (core, sealing, queue) = (stage.world.another_process(), stage.tape.sealing.clone(), stage.tape.queue());
                let answer = latchkey_worker::deliver_events(core, sealing, queue, stage.client.clone(), event.clone()).await;
                stage.tape.messages.settle(event, &answer);
            }
        }
        assert_eq!(stage.states().await, ["delivered", "delivered"], "×{again}");
        assert_eq!(times(&stage).values().copied().collect::<Vec<_>>(), [2, 2], "×{again}");
        assert!(stage.tape.messages.dead_letters().is_empty(), "×{again}");
    }
}
