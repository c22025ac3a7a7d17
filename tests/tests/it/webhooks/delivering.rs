//! Until the endpoint took it, or a day is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use latchkey_core::domain::retry::WINDOW_SECONDS;
use latchkey_core::domain::webhook::{DISABLED_AFTER_SECONDS, ROTATION_SECONDS, WebhookState};
use latchkey_core::ops::webhook_log::{NotSentAgain, deliveries, redeliver};
use latchkey_core::ops::webhooks::{delete_webhook, disable_webhook, enable_webhook, find_webhook, rotate_webhook};
use latchkey_core::queue::{Inbox as _, Message};
use latchkey_core::table::Page;
use latchkey_tests::sink::Reply;

use super::{Stage, is_believed};

impl Stage {
    /// Lets time pass until there is something to do, and does it; whether there was anything.
    async fn wait_and_deliver(&self) -> bool {
        let Some(next) = self.tape.messages.next() else { return false };
        self.world.clock.advance_seconds((next.as_seconds() - self.world.core.now().as_seconds() + 1).max(0));
        self.deliver().await;
        true
    }
}

#[tokio::test]
async fn an_endpoint_that_asks_for_time_is_given_it_and_told_the_same_again() {
    let mut stage = Stage::begin().await;
    let asked = Arc::new(AtomicUsize::new(0));
    stage.sink.answer(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::With(429, vec![("retry-after", "1800".to_owned())]),
        1 => Reply::Status(500),
        2 => Reply::Raw(b"nonsense".to_vec()),
        _ => Reply::Status(202),
    });
    stage.issue().await;
    let begun = stage.world.core.now();
    stage.deliver().await;
    assert_eq!((stage.received().len(), stage.states().await), (1, vec!["pending"]));
    stage.world.clock.advance_seconds(1_700);
    stage.deliver().await;
    assert_eq!(stage.received().len(), 1, "not before its time");
    while stage.states().await == ["pending"] {
        assert!(stage.wait_and_deliver().await);
    }
    assert!(stage.world.core.now().as_seconds() >= begun.as_seconds() + 1_800);
    assert_eq!((stage.received().len(), stage.states().await), (4, vec!["delivered"]));
    let received = stage.received();
    for message in &received {
        assert!(stage.believes(message));
        assert_eq!((message.header("webhook-id"), &message.body), (received[0].header("webhook-id"), &received[0].body));
    }
    assert_eq!(find_webhook(&stage.world.core, stage.vendor.account, stage.webhook.id).await.unwrap().failing, None);
    assert!(!stage.wait_and_deliver().await, "nothing is left in the queue");
}

#[tokio::test]
async fn an_endpoint_that_does_not_want_it_is_left_alone() {
    for status in [403, 404, 410] {
        let mut stage = Stage::begin().await;
        stage.sink.answer(move |_| Reply::Status(status));
        stage.issue().await;
        stage.deliver().await;
        assert_eq!((stage.states().await, stage.tape.messages.len()), (vec!["refused"], 0), "{status}");
    }
}

#[tokio::test]
async fn after_a_day_it_is_given_up_and_can_be_sent_again_by_hand() {
    let mut stage = Stage::begin().await;
    stage.sink.answer(|_| Reply::Status(503));
    stage.issue().await;
    let begun = stage.world.core.now();
    stage.deliver().await;
    while stage.wait_and_deliver().await {}
    assert_eq!(stage.states().await, ["unreached"]);
    let passed = stage.world.core.now().as_seconds() - begun.as_seconds();
    assert!((WINDOW_SECONDS..WINDOW_SECONDS + 60).contains(&passed), "{passed}");
    assert!(stage.received().len() > 20, "{}", stage.received().len());

    let (core, account, webhook) = (&stage.world.core, stage.vendor.account, stage.webhook.id);
    let Page { items, .. } = deliveries(core, account, webhook, None, 10).await.unwrap();
    assert_eq!(items[0].last.as_ref().unwrap().status, Some(503));
    let before = stage.received().len();
    stage.sink.answer(|_| Reply::Status(200));
    redeliver(core, &stage.tape.queue(), account, webhook, &items[0].event).await.unwrap();
    assert!(matches!(redeliver(core, &stage.tape.queue(), account, webhook, &items[0].event).await, Err(NotSentAgain::Pending)));
    stage.deliver().await;
    assert_eq!((stage.states().await, stage.received().len()), (vec!["delivered"], before + 1));
    assert_eq!(stage.received()[before].header("webhook-id"), stage.received()[0].header("webhook-id"));
    // What arrived can be sent again too: a receiver may have lost it.
    redeliver(core, &stage.tape.queue(), account, webhook, &items[0].event).await.unwrap();
    stage.deliver().await;
    assert_eq!(stage.received().len(), before + 2);
}

#[tokio::test]
async fn five_days_of_failures_disable_an_endpoint_and_what_waits_is_left_out() {
    let mut stage = Stage::begin().await;
    stage.sink.answer(|_| Reply::Status(500));
    stage.issue().await;
    stage.deliver().await;
    let (account, id) = (stage.vendor.account, stage.webhook.id);
    stage.world.clock.advance_seconds(DISABLED_AFTER_SECONDS - 3_600);
    stage.deliver().await;
    assert_eq!(find_webhook(&stage.world.core, account, id).await.unwrap().state, WebhookState::Active);
    stage.world.clock.advance_seconds(3_600);
    for key in ["KEY-2", "KEY-3"] {
        stage.world.license_with(&stage.vendor, key, Some(1)).await;
    }
    stage.note().await;
    stage.announce().await;
    stage.tape.deliver(&stage.world.core, &stage.client).await;
    let disabled = find_webhook(&stage.world.core, account, id).await.unwrap();
    assert!(matches!(disabled.state, WebhookState::Disabled { .. }), "{disabled:?}");
    while stage.wait_and_deliver().await {}
    let mut states = stage.states().await;
    states.sort_unstable();
    assert!(states.contains(&"left_out") && !states.contains(&"pending"), "{states:?}");
    // Nothing new is noted for it, until it is enabled.
    let noted = states.len();
    stage.world.license_with(&stage.vendor, "KEY-4", Some(1)).await;
    stage.note().await;
    stage.announce().await;
    assert_eq!(stage.states().await.len(), noted);
    let enabled = enable_webhook(&stage.world.core, account, id).await.unwrap();
    assert_eq!((enabled.state, enabled.failing), (WebhookState::Active, None));
}

#[tokio::test]
async fn one_success_ends_the_count_of_failing_days() {
    let mut stage = Stage::begin().await;
    stage.sink.answer(|_| Reply::Status(500));
    stage.issue().await;
    stage.deliver().await;
    let (account, id) = (stage.vendor.account, stage.webhook.id);
    assert!(find_webhook(&stage.world.core, account, id).await.unwrap().failing.is_some());
    stage.sink.answer(|_| Reply::Status(200));
    assert!(stage.wait_and_deliver().await);
    assert_eq!(find_webhook(&stage.world.core, account, id).await.unwrap().failing, None);
}

#[tokio::test]
async fn during_a_rotation_either_secret_is_believed_and_afterwards_the_new_one_alone() {
    let mut stage = Stage::begin().await;
    let (account, id) = (stage.vendor.account, stage.webhook.id);
    let (_, next) = rotate_webhook(&stage.world.core, &stage.tape.sealing, account, id).await.unwrap();
    stage.world.keep_secret(&next.to_text());
    stage.issue().await;
    stage.deliver().await;
    let first = stage.received()[0].clone();
    assert!(stage.believes(&first) && is_believed(&next, &first));
    stage.world.clock.advance_seconds(ROTATION_SECONDS);
    stage.world.license_with(&stage.vendor, "KEY-2", Some(1)).await;
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    let second = stage.received()[1].clone();
    assert!(!stage.believes(&second) && is_believed(&next, &second));
}

#[tokio::test]
async fn what_was_on_its_way_to_an_endpoint_that_is_gone_or_disabled_is_not_sent() {
    let mut stage = Stage::begin().await;
    stage.issue().await;
    disable_webhook(&stage.world.core, stage.vendor.account, stage.webhook.id).await.unwrap();
    stage.deliver().await;
    assert_eq!(stage.states().await, ["left_out"]);
    let mut stage = Stage::begin().await;
    stage.issue().await;
    delete_webhook(&stage.world.core, stage.vendor.account, stage.webhook.id).await.unwrap();
    stage.deliver().await;
    assert_eq!((stage.states().await, stage.received().len()), (vec!["left_out"], 0));
}

#[tokio::test]
async fn an_address_that_leads_inside_is_never_called() {
    let mut stage = Stage::begin().await;
    let (client, network) = stage.sink.client();
    network.leads_to("hooks.example", &["169.254.169.254"]);
    stage.client = client;
    stage.issue().await;
    stage.deliver().await;
    assert_eq!((stage.states().await, stage.sink.connections()), (vec!["not_called"], 0));
}

#[tokio::test]
async fn a_message_that_is_no_job_is_put_aside_and_holds_nobody_up() {
    let mut stage = Stage::begin().await;
    for body in ["", "{}", r#"{"v":1,"job":{"account":0}}"#, r#"{"v":99,"job":{}}"#] {
        stage.tape.messages.put(vec![Message { body: body.to_owned(), delay: 0 }]).unwrap();
    }
    stage.issue().await;
    stage.tape.deliver(&stage.world.core, &stage.client).await;
    assert_eq!(stage.received().len(), 1);
    while stage.wait_and_deliver().await {}
    assert_eq!((stage.tape.messages.dead_letters().len(), stage.tape.messages.len()), (4, 0));
}
