//! Many sites, and messages that come twice, five times, backwards, all at once, or make no sense (reliability F15, F16, F20).

use latchkey_core::lambda::{MessagesAnswer, MessagesEvent};
use latchkey_core::queue::{Inbox as _, Message};
use latchkey_tests::shop::Shop;
use latchkey_tests::sink::Reply;
use latchkey_tests::world::World;

use super::{Story, hosts};
use crate::woosa::activate;

#[tokio::test]
async fn a_site_is_told_once_however_often_and_in_whatever_order_messages_come() {
    let world = World::unhurried().await;
    for times in [2, 5] {
        let story = Story::with_sites_of(&world, 7, times).await;
        let shop = &story.shop;
        shop.notify(&story.release).await;
        let mut before = Vec::new();
        loop {
            let event = shop.queue.receive(4);
            if event.messages.is_empty() {
                break;
            }
            // This batch again and again, backwards, with everything that was told before.
            before.extend(event.messages.iter().cloned());
            let many = (0..times).flat_map(|_| before.iter().rev().cloned()).collect();
            shop.tell(&world.core, &MessagesEvent { messages: many }).await;
            let answer = shop.tell(&world.another_process(), &event).await;
            shop.queue.settle(&event, &answer);
        }
        shop.drain_for(3_600).await;
        assert_eq!(shop.told(), story.hosts, "×{times}");
        let (state, counts) = shop.progress(&story.release).await;
        assert_eq!((state, counts.sites, counts.sent, counts.failed), ("finished", 7, 7, 0), "×{times}");
        assert!(shop.queue.is_empty() && shop.queue.dead_letters().is_empty(), "×{times}");
    }
}

#[tokio::test]
async fn two_processes_with_the_same_messages_at_the_same_time_tell_once() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 12).await;
    let shop = &story.shop;
    shop.notify(&story.release).await;
    loop {
        let event = shop.queue.receive(10);
        if event.messages.is_empty() {
            break;
        }
        let (one, other) = (world.another_process(), world.another_process());
        let (first, second) = tokio::join!(shop.tell(&one, &event), shop.tell(&other, &event));
        for answer in [first, second] {
            shop.queue.settle(&event, &answer);
        }
    }
    shop.drain_for(3_600).await;
    assert_eq!(shop.told(), hosts(12));
    assert_eq!(shop.progress(&story.release).await.1.sent, 12);
}

#[tokio::test]
async fn poison_alone_is_put_aside_and_all_else_is_done() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 5).await;
    let shop = &story.shop;
    let poison =
        ["", "{", "\u{0}", r#"{"v":1,"job":{"do":"explode"}}"#, r#"{"v":99,"job":{"do":"spread","account":1,"product":1,"release":1}}"#];
    for body in poison {
        shop.queue.put(vec![Message { body: body.to_owned(), delay: 0 }]).unwrap();
    }
    shop.notify(&story.release).await;
    shop.drain().await;
    assert_eq!(shop.told(), hosts(5), "what is good is not held up");
    shop.drain_for(3_600).await;
    assert_eq!(shop.queue.dead_letters(), poison);
    assert!(shop.queue.is_empty());
    assert_eq!(shop.progress(&story.release).await.0, "finished");
}

#[tokio::test]
async fn a_job_of_something_that_is_not_there_is_done_with() {
    let world = World::unhurried().await;
    let shop = Shop::open(&world).await;
    let subject = r#""account":7,"product":7,"release":7"#;
    for job in [format!(r#"{{"do":"spread",{subject}}}"#), format!(r#"{{"do":"tell",{subject},"site":"AAAAAAAAAAAAAAAA","attempt":1}}"#)] {
        shop.queue.put(vec![Message { body: format!(r#"{{"v":1,"job":{job}}}"#), delay: 0 }]).unwrap();
    }
    let event = shop.queue.receive(10);
    assert_eq!(event.messages.len(), 2);
    assert_eq!(shop.tell(&world.core, &event).await, MessagesAnswer::default());
}

#[tokio::test]
async fn a_licence_with_hundreds_of_sites_and_a_product_with_many_licences_are_gone_through_page_by_page() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 30).await;
    world.license_with(&story.vendor, "KEY-WIDE", None).await;
    let direct = world.direct();
    for number in 0..130 {
        let device = latchkey_core::domain::seat::Device::parse(&format!("https://wide.shop.example/{number}")).unwrap();
        let key = latchkey_core::domain::key::LicenseKey::parse("KEY-WIDE").unwrap();
        let product = latchkey_core::domain::ladder::ProductClaim::Any;
        let ask = latchkey_core::ops::activate::Activate { key: &key, product, device: &device, label: None };
        latchkey_core::ops::activate::activate(&direct, ask).await.unwrap();
    }
    // Behind the wide one in the order of numbers.
    world.license_with(&story.vendor, "KEY-LAST", Some(1)).await;
    assert_eq!(activate("KEY-LAST", "https://last.shop.example").send(&world).await.status, 200);
    let shop = &story.shop;
    shop.notify(&story.release).await;
    shop.drain_with(&direct).await;
    let told = shop.told();
    let once: std::collections::BTreeSet<_> = told.iter().collect();
    assert_eq!((told.len(), once.len()), (161, 161));
    assert!(told.iter().any(|host| host == "last.shop.example"));
    let (state, counts) = shop.progress(&story.release).await;
    assert_eq!((state, counts.sites, counts.sent), ("finished", 161, 161));
}

#[tokio::test]
async fn one_host_has_two_requests_at_a_time() {
    let world = World::unhurried().await;
    let vendor = super::vendor(&world).await;
    for number in 0..9 {
        super::license(&world, &vendor, &format!("KEY-{number}"), &[&format!("https://many.shop.example/{number}")]).await;
    }
    let release = world.publish(&vendor, "1.0.0").await;
    let shop = Shop::open(&world).await;
    shop.sink.answer(|_| Reply::Status(204));
    shop.notify(&release).await;
    shop.drain().await;
    assert_eq!(shop.sink.received().len(), 9);
    assert!(shop.sink.most_at_once() <= latchkey_core::outbound::AT_ONCE_PER_HOST);
}
