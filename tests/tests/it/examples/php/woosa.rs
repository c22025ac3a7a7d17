//! The WordPress plugin that asks the Woosa License Manager API.

use http::StatusCode;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::resume_license::resume_license;
use latchkey_tests::exchange::get;
use latchkey_tests::plugin;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::shop::Shop;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::super::{Front, impostor, world};
use super::Site;
use crate::woosa::stop;

const KEY: &str = "TEST-KEY-0001";

/// A vendor of `my-plugin` 1.1.0 with a licence of one seat, and a site that has activated it; nothing where there is no PHP.
async fn activated(world: &World) -> Option<(Vendor, latchkey_core::domain::license::License, Front, Site)> {
    let vendor = world.vendor_of(new_product("my-plugin")).await;
    let license = world.license_with(&vendor, KEY, Some(1)).await;
    world.publish(&vendor, "1.1.0").await;
    let front = Front::open(world).await;
    let site = Site::new("woosa", &front.url());
    site.does("install", "").await?;
    let saved = site.does("save", KEY).await?;
    assert!(saved.is_active(), "{saved:?}");
    Some((vendor, license, front, site))
}

/// How many seats are taken.
async fn taken(world: &World) -> u64 {
    let info = get("/wp-json/lmn/v1/license/info", &[("key", KEY), ("package", "my-plugin")]).send(world).await;
    info.json()["license"]["activations"].as_u64().unwrap()
}

#[tokio::test]
async fn a_site_activates_updates_and_gives_its_seat_back() {
    let world = world().await;
    let vendor = world.vendor_of(new_product("my-plugin")).await;
    world.license_with(&vendor, KEY, Some(1)).await;
    world.publish(&vendor, "1.1.0").await;
    let front = Front::open(&world).await;
    let site = Site::new("woosa", &front.url());

    let Some(installed) = site.does("install", "").await else { return };
    assert!(!installed.is_active() && installed.0["events"]["my_plugin_check_license"][1] == "daily", "{installed:?}");
    let looked = site.does("look", "").await.unwrap();
    assert!(looked.offered().is_none() && looked.requests().is_empty(), "without a key nothing is asked: {looked:?}");
    let saved = site.does("save", "NO-SUCH-KEY").await.unwrap();
    assert_eq!(
        (saved.is_active(), saved.result().as_str()),
        (false, Some("https://shop.example.com/blog/wp-admin/options-general.php?page=my-plugin"))
    );
    let page = site.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("The license key is invalid."), "{page:?}");

    assert!(site.does("save", KEY).await.unwrap().is_active());
    let page = site.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("The license is active."), "{page:?}");
    assert_eq!(taken(&world).await, 1);

    let looked = site.does("look", "").await.unwrap();
    assert_eq!(looked.requests().len(), 1, "{looked:?}");
    let offered = looked.offered().unwrap();
    let members = ["slug", "plugin", "new_version", "package", "requires", "requires_php"].map(|name| offered[name].as_str().unwrap());
    assert_eq!(members, ["my-plugin", "my-plugin/my-plugin.php", "1.1.0", "my-plugin.zip", "5.0", "7.2"]);
    let again = site.does("look", "").await.unwrap();
    assert!(again.offered().is_some() && again.requests().is_empty(), "what is known is not asked for: {again:?}");
    assert_eq!(site.does("look-again", "").await.unwrap().requests().len(), 1, "but by hand");
    let details = site.does("details", "").await.unwrap();
    assert_eq!(details.result()["version"], "1.1.0");
    assert!(details.result()["sections"]["changelog"].as_str().unwrap().contains("Some changes go here..."), "{details:?}");

    let updated = site.does("update", "").await.unwrap();
    let package = std::fs::read(updated.result()["package"].as_str().unwrap()).unwrap();
    assert_eq!(package, plugin::zip("my-plugin", "1.1.0"));

    let deleted = site.does("delete", "").await.unwrap();
    assert_eq!((deleted.options(), deleted.0["events"].as_array().map(Vec::len), taken(&world).await), (0, Some(0), 0), "{deleted:?}");
}

#[tokio::test]
async fn no_fault_reads_as_invalid_and_none_is_hammered() {
    let world = world().await;
    let Some((_, _, front, mut site)) = activated(&world).await else { return };
    let checked = site.does("event", "").await.unwrap();
    let known = checked.0["state"].clone();
    assert_eq!(checked.requests().len(), 1);

    world.table.inject(Rule::every(Fault::Status(503)));
    let during = site.does("event", "").await.unwrap();
    assert_eq!((during.is_active(), &during.0["state"], during.requests().len()), (true, &known, 1), "{during:?}");
    let paused = site.does("event", "").await.unwrap();
    assert!(paused.is_active() && paused.requests().is_empty(), "{paused:?}");
    let looked = site.does("look", "").await.unwrap();
    assert!(looked.offered().is_some() && looked.requests().is_empty(), "what was known is shown on: {looked:?}");
    let refused = site.does("save", "ANOTHER-KEY").await.unwrap();
    assert!(refused.is_active() && refused.0["state"] == known, "{refused:?}");
    let page = site.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("Nothing has changed"), "{page:?}");
    let kept = site.does("save", "").await.unwrap();
    assert!(kept.is_active(), "a seat that could not be given back is still held: {kept:?}");
    world.table.clear();

    let html = |status| (status, [("content-type", "text/html")], "<h1>No</h1>");
    for (what, server, pause) in [
        ("nobody there", "http://127.0.0.1:1".to_owned(), 900),
        ("a firewall", impostor(html(StatusCode::FORBIDDEN)).await, 900),
        ("a login page", impostor(html(StatusCode::OK)).await, 900),
        ("JSON of somebody else's", impostor((StatusCode::FORBIDDEN, r#"{"message":"Forbidden"}"#)).await, 900),
        (
            "the gateway's limit",
            impostor((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7200")], r#"{"message":"Too Many Requests"}"#)).await,
            7_200,
        ),
        ("the gateway's fault", impostor((StatusCode::SERVICE_UNAVAILABLE, r#"{"message":"Service Unavailable"}"#)).await, 900),
    ] {
        site.later += 86_400;
        site.server = server;
        let during = site.does("event", "").await.unwrap();
        assert_eq!((during.is_active(), &during.0["state"], during.requests().len()), (true, &known, 1), "{what}: {during:?}");
        site.later += pause - 1;
        assert!(site.does("event", "").await.unwrap().requests().is_empty(), "{what}");
        site.later += 1;
        assert_eq!(site.does("event", "").await.unwrap().requests().len(), 1, "{what}");
    }

    site.later += 86_400;
    site.server = front.url();
    let after = site.does("event", "").await.unwrap();
    assert!(after.is_active() && after.requests().len() == 1, "{after:?}");

    site.server = "http://127.0.0.1:1".to_owned();
    let deleted = site.does("delete", "").await.unwrap();
    assert_eq!(deleted.options(), 0, "nothing is left behind, whatever the server says");
}

#[tokio::test]
async fn a_refusal_is_shown_in_the_servers_words_and_ends_with_it() {
    let world = world().await;
    let Some((_, license, _front, site)) = activated(&world).await else { return };
    site.does("look", "").await.unwrap();
    stop(&world, &license, "suspended").await;
    let failed = site.does("update", "").await.unwrap();
    assert_eq!(failed.result()["error"], "The license is suspended. Please contact the supplier.");
    let checked = site.does("event", "").await.unwrap();
    assert_eq!((checked.is_active(), checked.message()), (false, "The license is suspended. Please contact the supplier."));
    let looked = site.does("look", "").await.unwrap();
    assert!(looked.offered().is_none() && looked.requests().is_empty(), "{looked:?}");

    let edit = Edit { account: license.account, license: license.id, seen: None };
    resume_license(&world.core, edit).await.unwrap();
    let checked = site.does("event", "").await.unwrap();
    assert!(checked.is_active() && checked.message().is_empty(), "{checked:?}");
    assert!(site.does("look", "").await.unwrap().offered().is_some());
}

#[tokio::test]
async fn a_second_site_is_told_that_every_seat_is_taken() {
    let world = world().await;
    let Some((_, _, front, _)) = activated(&world).await else { return };
    let mut second = Site::new("woosa", &front.url());
    second.home = "https://second.example.com".to_owned();
    assert!(!second.does("save", KEY).await.unwrap().is_active());
    let page = second.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("has reached its activation limit"), "{page:?}");
}

#[tokio::test]
async fn a_notification_is_taken_from_who_knows_the_key_and_shown_at_once() {
    let world = world().await;
    let vendor = world.vendor_of(new_product("my-plugin")).await;
    world.license_with(&vendor, KEY, Some(1)).await;
    world.publish(&vendor, "1.0.0").await;
    let front = Front::open(&world).await;
    let mut site = Site::new("woosa", &front.url());
    site.home = "https://told.shop.example".to_owned();
    if site.does("save", KEY).await.is_none() {
        return;
    }
    assert!(site.does("look", "").await.unwrap().offered().is_none(), "1.0.0 is what it runs");

    let release = world.publish(&vendor, "1.1.0").await;
    let shop = Shop::open(&world).await;
    shop.notify(&release).await;
    shop.drain().await;
    let received = shop.sink.received();
    let [sent] = &received[..] else { panic!("{received:?}") };
    let told = |key: Option<&str>, body: &str| {
        let mut headers = json!({"Content-Type": "application/json"});
        headers["X-License-Key"] = key.map_or(Value::Null, Value::from);
        json!({"method": "POST", "path": sent.path(), "headers": headers, "body": body}).to_string()
    };
    let body = String::from_utf8(sent.body.clone()).unwrap();
    for key in [None, Some(""), Some("NO-SUCH-KEY")] {
        let refused = site.does("told", &told(key, &body)).await.unwrap();
        assert_eq!((&refused.result()[0], &refused.result()[1]["code"]), (&json!(403), &json!("invalid_license_key")), "{key:?}");
    }
    for rubbish in ["", "{", "[]", r#"{"version":""}"#, r#"{"version":["1.1.0"]}"#] {
        let refused = site.does("told", &told(Some(KEY), rubbish)).await.unwrap();
        assert_eq!((&refused.result()[0], &refused.result()[1]["code"]), (&json!(400), &json!("bad_request")), "{rubbish}");
    }
    assert!(site.does("shown", "").await.unwrap().offered().is_none());

    let taken = site.does("told", &told(sent.header("x-license-key"), &body)).await.unwrap();
    assert_eq!(taken.result(), &json!([204, null]));
    assert!(taken.requests().is_empty(), "{taken:?}");
    let shown = site.does("shown", "").await.unwrap();
    assert_eq!(shown.offered().unwrap()["new_version"], "1.1.0");
    // By now no function remembers the release before it.
    world.clock.advance_seconds(60);
    let updated = site.does("update", "").await.unwrap();
    assert_eq!(std::fs::read(updated.result()["package"].as_str().unwrap()).unwrap(), plugin::zip("my-plugin", "1.1.0"));
}
