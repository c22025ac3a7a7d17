//! F15, F16, F17: twice, spoilt, too old, and dying between any two calls.

use std::time::Duration;

use latchkey_core::domain::mail::{KEPT_SECONDS, Mail, MailState};
use latchkey_core::queue::{Inbox as _, Message};
use latchkey_core::table::Patience;
use latchkey_tests::world::World;

use super::{HIDDEN, Stage, letter};

#[tokio::test]
async fn changes_and_messages_that_come_twice_send_once() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.staff.post("/v1/email/send", &letter()).send(&stage.world).await.done();
    stage.tape.note(&stage.world).await;
    for _ in 0..3 {
        assert!(stage.tape.announce(&stage.world.core).await.is_done());
    }
    assert_eq!(stage.tape.mail.len(), 3);
    stage.deliver().await;
    // Its own changes are told, too, and nothing comes of them.
    stage.tape.note(&stage.world).await;
    assert!(stage.tape.announce(&stage.world.core).await.is_done());
    stage.deliver_for(HIDDEN).await;
    assert_eq!((stage.taken().len(), stage.tape.mail.len()), (1, 0));
    assert_eq!(stage.fate().await, (MailState::Sent, 1, None));
}

#[tokio::test]
async fn two_that_come_at_once_send_once() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.hand_in(&letter()).await;
    let event = stage.tape.mail.receive(10);
    let (one, other) = (stage.world.another_process(), stage.world.another_process());
    let deliver = |core| latchkey_worker::deliver_mails(core, stage.sending(), stage.tape.mail_queue(), event.clone());
    let _ = tokio::join!(deliver(one), deliver(other));
    stage.tape.mail.settle(&event, &latchkey_core::lambda::MessagesAnswer::default());
    stage.world.clock.advance_seconds(HIDDEN);
    stage.deliver_for(HIDDEN).await;
    assert_eq!((stage.taken().len(), stage.tape.mail.len()), (1, 0));
}

#[tokio::test]
async fn poison_is_put_aside_and_holds_nobody_up() {
    let mut stage = Box::pin(Stage::begin()).await;
    let poison = |body: &str| Message { body: body.to_owned(), delay: 0 };
    stage.tape.mail.put(vec![poison(""), poison("{}"), poison(r#"{"v":9,"job":{}}"#), poison("null")]).unwrap();
    stage.hand_in(&letter()).await;
    stage.deliver().await;
    assert_eq!(stage.taken().len(), 1);
    for _ in 0..6 {
        stage.world.clock.advance_seconds(HIDDEN);
        stage.deliver().await;
    }
    assert_eq!((stage.tape.mail.len(), stage.tape.mail.dead_letters().len()), (0, 4));
}

#[tokio::test]
async fn a_mail_that_is_over_its_time_is_given_up_and_one_that_is_gone_is_over() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.hand_in(&letter()).await;
    stage.world.clock.advance_seconds(KEPT_SECONDS);
    stage.deliver().await;
    assert_eq!(stage.fate().await, (MailState::GivenUp, 1, Some("too old".to_owned())));
    let mut gone = Box::pin(Stage::begin()).await;
    gone.hand_in(&letter()).await;
    let mail: Mail = gone.mails().await.remove(0);
    gone.world.core.table.delete_record(&mail).await.unwrap();
    gone.deliver().await;
    assert!(stage.taken().is_empty() && gone.taken().is_empty() && gone.tape.mail.is_empty());
}

#[tokio::test]
async fn a_letter_that_cannot_be_read_is_given_up_and_said() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.hand_in(&letter()).await;
    let (account, table) = (stage.vendor.account.get(), stage.world.core.table.name().to_owned());
    let key = |text: String| aws_sdk_dynamodb::types::AttributeValue::S(text);
    let delete = stage.world.dynamodb.delete_item().table_name(table).key("pk", key(format!("MAIL#{account:010}#0000000001")));
    delete.key("sk", key("PART#0000".to_owned())).send().await.unwrap();
    stage.deliver().await;
    assert_eq!(stage.fate().await, (MailState::GivenUp, 1, Some("corrupt".to_owned())));
    assert_eq!(stage.log().await[0], "Mail 1 was given up: it cannot be read");
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_sent_again_when_it_is_asked_for() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.server.answer(|said| said.starts_with("MAIL").then(|| "550 no".to_owned()));
    stage.hand_in(&letter()).await;
    stage.deliver().await;
    assert_eq!(stage.fate().await.0, MailState::GivenUp);
    stage.tape.note(&stage.world).await;
    stage.tape.records.clear();
    stage.server.answer(|_| None);
    let mail = stage.mails().await.remove(0);
    stage.world.core.table.replace_record(&mail, &mail.again()).await.unwrap();
    stage.queue().await;
    stage.deliver().await;
    assert_eq!((stage.fate().await.0, stage.taken().len()), (MailState::Sent, 1));
}

/// A mail that waits and was not told yet. No call is made twice, so that dying is quick.
async fn about_to_die() -> Stage {
    let once = Patience { attempt: Duration::from_secs(20), call: Duration::from_secs(20), attempts: 1 };
    let mut stage = Box::pin(Stage::in_world(World::with_patience(once).await)).await;
    stage.staff.post("/v1/email/send", &letter()).send(&stage.world).await.done();
    stage.world.core.sink.settle().await;
    stage.tape.note(&stage.world).await;
    stage.world.table.reset_calls();
    stage
}

#[tokio::test]
async fn dying_between_any_two_calls_loses_no_mail_and_sends_the_same_bytes() {
    let stage = Box::pin(about_to_die()).await;
    stage.tape.announce(&stage.world.core).await;
    stage.deliver().await;
    let calls = stage.world.table.calls().len() as u64;
    let whole = stage.taken();
    assert!(calls >= 4 && whole.len() == 1, "{calls}");
    let mut twice = 0;
    for index in 0..calls {
        let stage = Box::pin(about_to_die()).await;
        stage.world.table.kill_at(index);
        // What dies says nothing more: what it had answered for is gone, the rest is told again.
        stage.tape.announce(&stage.world.core).await;
        let event = stage.tape.mail.receive(10);
        let dying = latchkey_worker::deliver_mails(stage.world.another_process(), stage.sending(), stage.tape.mail_queue(), event.clone());
        dying.await;
        stage.world.table.revive();
        assert!(stage.tape.announce(&stage.world.core).await.is_done());
        stage.deliver_for(3 * HIDDEN).await;
        let taken = stage.taken();
        assert!((1..=2).contains(&taken.len()), "dying before call {index} of {calls}: {}", taken.len());
        assert!(taken.windows(2).all(|two| two[0] == two[1]), "dying before call {index}: a repetition is the same, byte for byte");
        assert_eq!(stage.fate().await.0, MailState::Sent, "dying before call {index}");
        assert!(stage.tape.mail.is_empty() && stage.tape.mail.dead_letters().is_empty(), "dying before call {index}");
        twice += taken.len() - 1;
    }
    assert_eq!(twice, 1, "only where nobody knows whether it was handed on");
}

#[tokio::test]
async fn dying_while_a_failed_attempt_is_written_down_loses_no_later_attempt() {
    for index in 0..6 {
        let stage = Box::pin(about_to_die()).await;
        let mut first = true;
        stage.server.answer(move |said| (said == "." && std::mem::take(&mut first)).then(|| "451 later".to_owned()));
        stage.tape.announce(&stage.world.core).await;
        stage.world.table.reset_calls();
        stage.world.table.kill_at(index);
        let event = stage.tape.mail.receive(10);
        latchkey_worker::deliver_mails(stage.world.another_process(), stage.sending(), stage.tape.mail_queue(), event).await;
        stage.world.table.revive();
        stage.deliver_for(4 * 60 * 60).await;
        assert_eq!((stage.fate().await.0, stage.taken().len()), (MailState::Sent, 1), "dying before call {index}");
    }
}
