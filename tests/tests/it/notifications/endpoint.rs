//! What a site is sent, and which sites are.

use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::notify_sites::{NotNotified, Subject, notify_sites};
use latchkey_tests::shop::Shop;
use latchkey_tests::sink::Reply;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{Story, license, vendor};
use crate::woosa::{STOPPED, activate, deactivate, stop};

#[tokio::test]
async fn a_site_is_sent_the_seeds_body_with_its_key_wherever_its_wordpress_lies() {
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    license(&world, &vendor, "KEY-0001", &["https://www.shop.example/Magazine/"]).await;
    let release = world.publish(&vendor, "1.0.0").await;
    let shop = Shop::open(&world).await;
    shop.notify(&release).await;
    shop.drain().await;
    let received = shop.sink.received();
    let [request] = &received[..] else { panic!("{received:?}") };
    assert_eq!(request.line, "POST /Magazine/wp-json/test-plugin/v1/software/update HTTP/1.1");
    assert_eq!(request.header("host"), Some("shop.example"));
    assert_eq!(request.header("x-license-key"), Some("KEY-0001"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let expected = json!({
        "url": "https://example.com/software/page-id", "version": "1.0.0", "author": "Woosa", "last_release": "2026-11-22",
        "docs_url": "https://example.com/doc/your-software", "file": "test-plugin.zip",
        "requirements": {"php": body["requirements"]["php"], "wordpress": body["requirements"]["wordpress"]},
        "short_description": "A plugin for tests.", "changelog": "Some changes go here...",
    });
    assert_eq!(body, expected);
    assert!(body["requirements"]["php"].is_string());
}

#[tokio::test]
async fn every_active_site_of_a_licence_with_a_right_is_told_and_nobody_else() {
    let world = World::unhurried().await;
    let vendor = vendor(&world).await;
    license(&world, &vendor, "KEY-TWO", &["https://a.shop.example", "https://b.shop.example/blog", "https://staging.shop.example"]).await;
    license(&world, &vendor, "KEY-AGAIN", &["https://a.shop.example"]).await;
    license(&world, &vendor, "KEY-GONE", &["https://gone.shop.example"]).await;
    assert_eq!(deactivate("KEY-GONE", "https://gone.shop.example").send(&world).await.status, 200);
    world.license_with(&vendor, "KEY-WIDE", None).await;
    for site in ["https://wide.shop.example", "https://wide.shop.example/two", "https://dev.shop.example"] {
        assert_eq!(activate("KEY-WIDE", site).send(&world).await.status, 200);
    }
    for (how, _) in STOPPED {
        let key = format!("KEY-{how}");
        let license = license(&world, &vendor, &key, &[&format!("https://{}.shop.example", how.to_lowercase())]).await;
        stop(&world, &license, how).await;
    }
    let other = create_product(&world.core, vendor.account, new_product("another-plugin")).await.unwrap();
    let mut new = NewLicense::of(other.id);
    new.key = latchkey_core::domain::key::LicenseKey::parse("KEY-OTHER").ok();
    issue_license(&world.core, vendor.account, new).await.unwrap();
    let release = world.publish(&vendor, "1.0.0").await;
    let shop = Shop::open(&world).await;
    shop.notify(&release).await;
    shop.drain().await;
    let told = ["a", "b", "dev", "staging", "wide", "wide"].map(|name| format!("{name}.shop.example"));
    let mut expected = told.to_vec();
    expected[1] += "/blog";
    expected[5] += "/two";
    assert_eq!(shop.told(), expected);
    let (state, counts) = shop.progress(&release).await;
    assert_eq!((state, counts.sites, counts.sent, counts.pending()), ("finished", 6, 6, 0));
}

#[tokio::test]
async fn a_site_that_answers_with_www_alone_is_asked_there_and_nowhere_else() {
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    license(&world, &vendor, "KEY-WWW", &["https://shop.example/blog"]).await;
    license(&world, &vendor, "KEY-ELSEWHERE", &["https://moved.shop.example"]).await;
    let release = world.publish(&vendor, "1.0.0").await;
    let shop = Shop::open(&world).await;
    shop.sink.answer(|request| {
        let to = |host: &str| vec![("location", format!("https://{host}{}", request.path()))];
        match request.header("host").unwrap() {
            "shop.example" => Reply::With(301, to("www.shop.example")),
            "moved.shop.example" => Reply::With(308, to("elsewhere.shop.example")),
            _ => Reply::Status(204),
        }
    });
    shop.notify(&release).await;
    shop.drain().await;
    assert_eq!(shop.told(), ["moved.shop.example", "shop.example/blog", "www.shop.example/blog"]);
    let counts = shop.progress(&release).await.1;
    assert_eq!((counts.sent, counts.pending()), (1, 1));
}

#[tokio::test]
async fn an_address_of_no_public_host_is_not_called_and_counts_as_failed() {
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    license(&world, &vendor, "KEY-0001", &["https://10.0.0.7", "https://169.254.169.254", "https://inside.shop.example"]).await;
    let release = world.publish(&vendor, "1.0.0").await;
    let shop = Shop::open(&world).await;
    shop.network.leads_to("inside.shop.example", &["192.168.1.1"]);
    shop.notify(&release).await;
    shop.drain().await;
    assert!(shop.network.connected().is_empty());
    let (state, counts) = shop.progress(&release).await;
    assert_eq!((state, counts.sites, counts.failed), ("finished", 3, 3));
}

#[tokio::test]
async fn only_the_current_release_of_a_plugin_is_told_of() {
    let world = World::unhurried().await;
    let story = Story::with_sites(&world, 1).await;
    let draft = world.draft(&story.vendor, "3.0.0", b"PK").await.unwrap().release;
    assert!(matches!(story.shop.try_notify(&draft).await, Err(NotNotified::ReleaseState(_))));
    world.publish(&story.vendor, "2.0.0").await;
    assert!(matches!(story.shop.try_notify(&story.release).await, Err(NotNotified::NotCurrent)));
    let nowhere = Subject { release: "999".parse().unwrap(), ..Subject::release(&story.release) };
    assert!(matches!(notify_sites(&world.core, &story.shop.jobs, nowhere).await, Err(NotNotified::NoRelease)));
    let nowhere = Subject { product: "999".parse().unwrap(), ..nowhere };
    assert!(matches!(notify_sites(&world.core, &story.shop.jobs, nowhere).await, Err(NotNotified::NoProduct)));
    assert!(story.shop.queue.is_empty());
}
