//! F15, F16, F17: twice, in any order, spoilt, and dying between any two calls.

use std::collections::BTreeSet;
use std::time::Duration;

use latchkey_core::domain::license::License;
use latchkey_core::table::Patience;
use latchkey_tests::sink::{Received, Reply};
use latchkey_tests::tape::Tape;
use latchkey_tests::world::World;
use serde_json::json;

use super::{KEY, Stage, sent};
use crate::woosa::{activate, deactivate};

async fn lived(stage: &mut Stage) -> License {
    let license = stage.issue().await;
    for site in ["https://one.example.com", "https://two.example.com"] {
        activate(KEY, site).send(&stage.world).await;
        stage.note().await;
    }
    deactivate(KEY, "https://one.example.com").send(&stage.world).await;
    stage.note().await;
    license
}

/// Every event's name that arrived, once each.
fn names(stage: &Stage) -> Vec<String> {
    let mut names: Vec<String> = stage.received().iter().map(|received| received.header("webhook-id").unwrap().to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn changes_and_messages_that_come_twice_and_in_another_order_send_each_event_once() {
    let mut stage = Stage::begin().await;
    lived(&mut stage).await;
    let backwards: Vec<_> = stage.tape.records.iter().rev().chain(&stage.tape.records).collect();
    let queue = stage.tape.queue();
    for _ in 0..2 {
        let event = Tape::event(backwards.clone());
        assert!(latchkey_worker::announce_changes(stage.world.core.clone(), queue.clone(), stage.tape.mail_queue(), event).await.is_done());
    }
    assert!(stage.tape.messages.len() > 4, "there are more messages than events: {}", stage.tape.messages.len());
    stage.deliver().await;
    stage.announce().await;
    stage.deliver().await;
    let told = names(&stage);
    assert_eq!(told.len(), 4);
    let mut once = told.clone();
    once.dedup();
    assert_eq!(once, told);
}

#[tokio::test]
async fn a_message_that_nobody_answered_for_sends_nothing_twice() {
    let mut stage = Stage::begin().await;
    stage.issue().await;
    stage.tape.deliver_and_forget(&stage.world.core, &stage.client).await;
    stage.world.clock.advance_seconds(200);
    stage.deliver().await;
    assert_eq!((stage.received().len(), stage.tape.messages.len()), (1, 0));
}

#[tokio::test]
async fn a_message_that_comes_twice_at_once_sends_once() {
    let mut stage = Stage::begin().await;
    stage.issue().await;
    // The same change again, before anybody touched the delivery: the same job a second time.
    stage.announce().await;
    assert_eq!(stage.tape.messages.len(), 2);
    let (one, other) =
        tokio::join!(stage.tape.deliver(&stage.world.core, &stage.client), stage.tape.deliver(&stage.world.core, &stage.client),);
    assert_eq!(one + other, 2);
    stage.world.clock.advance_seconds(100);
    stage.deliver().await;
    assert_eq!((stage.received().len(), stage.tape.messages.len()), (1, 0));
}

#[tokio::test]
async fn a_change_that_cannot_be_read_is_told_again_alone_and_holds_nobody_up() {
    let mut stage = Stage::begin().await;
    let license = lived(&mut stage).await;
    let pk = format!("LICENSE#{}", license.key.digest().to_text());
    let spoilt = json!({"eventID": "spoilt", "dynamodb": {
        "ApproximateCreationDateTime": 1, "SequenceNumber": "999", "Keys": {"pk": {"S": pk}, "sk": {"S": "GRANT"}}, "NewImage": {"a": {"S": "b"}},
    }});
    let records: Vec<_> = [&spoilt].into_iter().chain(&stage.tape.records).collect();
    let answer =
        latchkey_worker::announce_changes(stage.world.core.clone(), stage.tape.queue(), stage.tape.mail_queue(), Tape::event(records))
            .await;
    assert!(
        answer.has_failed("999")
            && !stage.tape.records.iter().any(|record| answer.has_failed(record["dynamodb"]["SequenceNumber"].as_str().unwrap()))
    );
    stage.deliver().await;
    assert_eq!(names(&stage).len(), 4);
}

/// A licence and a seat: two events, noted and not announced. No call is made twice, so that dying is quick.
async fn about_to_die() -> Stage {
    let once = Patience { attempt: Duration::from_secs(20), call: Duration::from_secs(20), attempts: 1 };
    let mut stage = Box::pin(Stage::in_world(World::with_patience(once).await)).await;
    stage.world.license_with(&stage.vendor, KEY, Some(3)).await;
    stage.note().await;
    activate(KEY, "https://one.example.com").send(&stage.world).await;
    stage.note().await;
    stage.world.table.reset_calls();
    stage
}

#[tokio::test]
async fn dying_between_any_two_calls_loses_no_event_and_invents_none() {
    // How many calls all of it takes, from the first change to the last delivery.
    let stage = Box::pin(about_to_die()).await;
    stage.announce().await;
    stage.deliver().await;
    let calls = stage.world.table.calls().len() as u64;
    assert!(calls >= 12 && stage.kinds() == ["license.activated", "license.issued"], "{calls} {:?}", stage.kinds());
    for index in 0..calls {
        let stage = Box::pin(about_to_die()).await;
        stage.world.table.kill_at(index);
        // What dies says nothing more: what it had answered for is gone, the rest is told again.
        stage.tape.announce(&stage.world.core).await;
        stage.tape.deliver_and_forget(&stage.world.core, &stage.client).await;
        stage.world.table.revive();
        stage.announce().await;
        for _ in 0..3 {
            stage.deliver().await;
            stage.world.clock.advance_seconds(200);
        }
        assert_eq!((stage.tape.messages.len(), stage.tape.messages.dead_letters().len()), (0, 0), "dying before call {index}");
        // At least once, each under its one name.
        let name = |received: &Received| (received.header("webhook-id").unwrap().to_owned(), sent(received)["type"].to_string());
        let told: BTreeSet<_> = stage.received().iter().map(name).collect();
        let kinds: BTreeSet<_> = told.iter().map(|(_, kind)| kind.as_str()).collect();
        assert_eq!((told.len(), kinds), (2, ["\"license.activated\"", "\"license.issued\""].into()), "dying before call {index}");
    }
}

#[tokio::test]
async fn with_an_endpoint_that_hangs_activations_and_checks_do_as_ever() {
    let mut stage = Stage::begin().await;
    stage.sink.answer(|_| Reply::ThenHang(Vec::new()));
    stage.issue().await;
    let (core, client) = (stage.world.core.clone(), stage.client.clone());
    let calls = {
        let delivering = stage.tape.deliver(&core, &client);
        let asking = async {
            while stage.sink.received().is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            stage.world.table.reset_calls();
            let answers = [
                activate(KEY, "https://one.example.com").send(&stage.world).await.status,
                deactivate(KEY, "https://one.example.com").send(&stage.world).await.status,
            ];
            assert_eq!(answers, [200, 200]);
            stage.world.table.calls().len()
        };
        tokio::select! {
            _ = delivering => unreachable!("the endpoint hangs"),
            calls = asking => calls,
        }
    };
    assert_eq!(calls, 2, "one call each, as without any endpoint");
}
