//! The deployment's own queue in between: in the rehearsal one of SQS, made of the template.

use latchkey_core::domain::mail::MailState;
use latchkey_tests::tape::Tape;

use super::{Stage, letter};

#[tokio::test]
async fn mail_is_sent_by_the_queue_of_the_deployment() {
    let mut stage = Box::pin(Stage::begin()).await;
    let (webhooks, queue) = (stage.world.work_queue("Webhooks"), stage.world.work_queue("Mails"));
    stage.staff.post("/v1/email/send", &letter()).send(&stage.world).await.done();
    stage.tape.note(&stage.world).await;
    let core = &stage.world.core;
    // The stream tells everything twice, and the queue gets it twice.
    for _ in 0..2 {
        let event = Tape::event(&stage.tape.records);
        assert!(latchkey_worker::announce_changes(core.clone(), webhooks.jobs(), queue.jobs(), event).await.is_done());
    }
    let sending = stage.sending();
    loop {
        let told = queue.receive().await;
        if told.event.messages.is_empty() {
            break;
        }
        let answer = latchkey_worker::deliver_mails(core.clone(), sending.clone(), queue.jobs(), told.event.clone()).await;
        assert!(answer.is_done());
        queue.settle(&told, &answer).await;
    }
    assert_eq!(stage.taken().len(), 1, "once");
    assert_eq!(stage.fate().await, (MailState::Sent, 1, None));
}
