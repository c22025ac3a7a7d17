//! The deployment's own queue in between: in the rehearsal one of SQS, made of the template.

use latchkey_tests::tape::Tape;

use super::{KEY, Stage};
use crate::woosa::activate;

#[tokio::test]
async fn events_are_told_by_the_queue_of_the_deployment() {
    let mut stage = Stage::begin().await;
    let (queue, mails) = (stage.world.work_queue("Webhooks"), stage.world.work_queue("Mails"));
    stage.world.license_with(&stage.vendor, KEY, Some(3)).await;
    stage.note().await;
    assert_eq!(activate(KEY, "https://shop.example.com").send(&stage.world).await.status, 200);
    stage.note().await;
    let core = &stage.world.core;
    // The stream tells everything twice, and the queue gets it twice.
    for _ in 0..2 {
        let event = Tape::event(&stage.tape.records);
        assert!(latchkey_worker::announce_changes(core.clone(), queue.jobs(), mails.jobs(), event).await.is_done());
    }
    loop {
        let told = queue.receive().await;
        if told.event.messages.is_empty() {
            break;
        }
        let (sealing, client) = (stage.tape.sealing.clone(), stage.client.clone());
        let answer = latchkey_worker::deliver_events(core.clone(), sealing, queue.jobs(), client, told.event.clone()).await;
        assert!(answer.is_done());
        queue.settle(&told, &answer).await;
    }
    assert_eq!(stage.kinds(), ["license.activated", "license.issued"], "each once");
    assert!(stage.received().iter().all(|received| stage.believes(received)));
    assert_eq!(stage.states().await, ["delivered", "delivered"]);
}
