//! The deployment's own queue in between: in the rehearsal one of SQS, made of the template.

use latchkey_core::lambda::MessagesAnswer;
use latchkey_tests::world::World;

use super::Story;

#[tokio::test]
async fn sites_are_told_by_the_queue_of_the_deployment_whoever_died_before() {
    let world = World::unhurried().await;
    let mut story = Story::with_sites(&world, 3).await;
    let queue = world.work_queue("Pushes");
    story.shop.jobs = queue.jobs();
    story.shop.notify(&story.release).await;
    // Somebody got the messages and never answered.
    let told = queue.receive().await;
    assert!(!told.event.messages.is_empty());
    let all = told.event.messages.iter().map(|message| message.id.clone());
    queue.settle(&told, &MessagesAnswer::failed(all)).await;
    world.clock.advance_seconds(181);
    assert!(story.shop.told().is_empty());
    loop {
        let told = queue.receive().await;
        if told.event.messages.is_empty() {
            break;
        }
        let answer = story.shop.tell(&world.core, &told.event).await;
        assert!(answer.is_done());
        queue.settle(&told, &answer).await;
    }
    let (state, counts) = story.shop.progress(&story.release).await;
    assert_eq!((state, counts.sent, counts.failed, counts.pending()), ("finished", 3, 0, 0));
    assert_eq!(story.shop.told(), story.hosts, "each once");
}
