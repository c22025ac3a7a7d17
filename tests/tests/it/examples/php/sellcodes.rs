//! The WordPress plugin that asks the Sellcodes Licensing API.

use http::StatusCode;
use latchkey_core::domain::license::License;
use latchkey_core::domain::text::ProductCode;
use latchkey_core::ops::create_product::NewProduct;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::resume_license::resume_license;
use latchkey_tests::exchange::get;
use latchkey_tests::plugin;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::super::{Front, impostor, world};
use super::Site;
use crate::woosa::stop;

const KEY: &str = "TEST-KEY-0001";

/// A vendor of `my-plugin` 1.1.0 under the example's product id, with a licence of one seat, and a site that nothing was done on.
async fn opened(world: &World) -> (License, Front, Site) {
    let code = Some(ProductCode::parse("jJPUX40f").unwrap());
    let vendor = world.vendor_of(NewProduct { code, ..new_product("my-plugin") }).await;
    let license = world.license_with(&vendor, KEY, Some(1)).await;
    world.publish(&vendor, "1.1.0").await;
    let front = Front::open(world).await;
    let site = Site::new("sellcodes", &front.url());
    (license, front, site)
}

async fn taken(world: &World) -> u64 {
    let info = get("/wp-json/lmn/v1/license/info", &[("key", KEY), ("package", "my-plugin")]).send(world).await;
    info.json()["license"]["activations"].as_u64().unwrap()
}

#[tokio::test]
async fn a_site_activates_updates_and_gives_its_seat_back() {
    let world = world().await;
    let (_, front, site) = opened(&world).await;
    let Some(installed) = site.does("install", "").await else { return };
    assert!(!installed.is_active() && installed.0["events"]["my_plugin_check_license"][1] == "daily", "{installed:?}");
    let looked = site.does("look", "").await.unwrap();
    assert!(looked.offered().is_none() && looked.requests().is_empty(), "without a key nothing is asked: {looked:?}");
    assert!(!site.does("save", "NO-SUCH-KEY").await.unwrap().is_active());
    let page = site.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("Invalid or missing license key"), "{page:?}");

    let mut asked = site.does("save", KEY).await.unwrap().requests();
    let page = site.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("The license is active."), "{page:?}");
    assert_eq!(taken(&world).await, 1);
    let checked = site.does("event", "").await.unwrap();
    assert!(checked.is_active() && checked.requests().len() == 1);
    asked.extend(checked.requests());

    let looked = site.does("look", "").await.unwrap();
    asked.extend(looked.requests());
    let offered = looked.offered().unwrap();
    assert_eq!((&offered["new_version"], &offered["slug"], &offered["upgrade_notice"]), (&"1.1.0".into(), &"my-plugin".into(), &"".into()));
    assert!(offered["package"].as_str().unwrap().starts_with(&format!("{}/push-file?file=", front.url())), "{offered}");
    let again = site.does("look", "").await.unwrap();
    assert!(again.offered().is_some() && again.requests().is_empty(), "what is known is not asked for: {again:?}");
    assert_eq!(site.does("look-again", "").await.unwrap().requests().len(), 1, "but by hand");
    let details = site.does("details", "").await.unwrap();
    assert!(details.result()["sections"]["changelog"].as_str().unwrap().contains("Better."), "{details:?}");

    let updated = site.does("update", "").await.unwrap();
    asked.extend(updated.requests());
    assert_eq!(std::fs::read(updated.result()["package"].as_str().unwrap()).unwrap(), plugin::zip("my-plugin", "1.1.0"));

    let deleted = site.does("delete", "").await.unwrap();
    asked.extend(deleted.requests());
    assert_eq!((deleted.options(), taken(&world).await), (0, 0), "{deleted:?}");
    assert!(asked.len() == 5 && asked.iter().all(|request| !request.contains(KEY)), "no address has the key: {asked:?}");
}

#[tokio::test]
async fn no_fault_reads_as_invalid_and_none_is_hammered() {
    let world = world().await;
    let (_, front, mut site) = opened(&world).await;
    let Some(saved) = site.does("save", KEY).await else { return };
    let known = saved.0["state"].clone();
    assert!(saved.is_active(), "{saved:?}");

    world.table.inject(Rule::every(Fault::Status(503)));
    let during = site.does("event", "").await.unwrap();
    assert_eq!((&during.0["state"], during.requests().len()), (&known, 1), "{during:?}");
    let paused = [site.does("event", "").await.unwrap(), site.does("look", "").await.unwrap()];
    assert!(paused.iter().all(|paused| paused.is_active() && paused.requests().is_empty()), "{paused:?}");
    for by_hand in ["ANOTHER-KEY", ""] {
        let refused = site.does("save", by_hand).await.unwrap();
        assert_eq!(refused.0["state"], known, "{by_hand}: {refused:?}");
        let page = site.does("page", "").await.unwrap();
        assert!(page.result().as_str().unwrap().contains("Nothing has changed"), "{page:?}");
    }
    world.table.clear();

    let html = |status| (status, [("content-type", "text/html")], "<h1>No</h1>");
    for (what, server, pause) in [
        ("nobody there", "http://127.0.0.1:1".to_owned(), 900),
        ("a firewall", impostor(html(StatusCode::FORBIDDEN)).await, 900),
        ("a login page", impostor(html(StatusCode::OK)).await, 900),
        (
            "the gateway's limit",
            impostor((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7200")], r#"{"message":"Too Many Requests"}"#)).await,
            7_200,
        ),
    ] {
        site.later += 86_400;
        site.server = server;
        let during = site.does("event", "").await.unwrap();
        assert_eq!((&during.0["state"], during.requests().len()), (&known, 1), "{what}: {during:?}");
        site.later += pause - 1;
        assert!(site.does("event", "").await.unwrap().requests().is_empty(), "{what}");
    }
    site.later += 86_400;
    site.server = front.url();
    assert!(site.does("event", "").await.unwrap().is_active());
    assert!(site.does("look", "").await.unwrap().offered().is_some());
}

#[tokio::test]
async fn a_refusal_is_shown_in_the_servers_words_and_ends_with_it() {
    let world = world().await;
    let (license, _front, site) = opened(&world).await;
    if site.does("save", KEY).await.is_none() {
        return;
    }
    stop(&world, &license, "suspended").await;
    let checked = site.does("event", "").await.unwrap();
    assert_eq!((checked.is_active(), checked.message()), (false, "License is suspended, please contact the seller"));
    let looked = site.does("look", "").await.unwrap();
    let offered = looked.offered().unwrap();
    assert_eq!((&offered["package"], &offered["upgrade_notice"]), (&"".into(), &"License is suspended, please contact the seller".into()));
    assert_eq!(site.does("update", "").await.unwrap().result()["error"], "Update package not available.");

    resume_license(&world.core, Edit { account: license.account, license: license.id, seen: None }).await.unwrap();
    assert!(site.does("event", "").await.unwrap().is_active());
    assert!(!site.does("look-again", "").await.unwrap().offered().unwrap()["package"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_second_site_and_an_ended_licence_are_told_why() {
    let world = world().await;
    let (license, front, site) = opened(&world).await;
    if site.does("save", KEY).await.is_none() {
        return;
    }
    let mut second = Site::new("sellcodes", &front.url());
    second.home = "https://second.example.com".to_owned();
    assert!(!second.does("save", KEY).await.unwrap().is_active());
    let page = second.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("The license is used on 1 sites already."), "{page:?}");
    stop(&world, &license, "revoked").await;
    assert!(!second.does("save", KEY).await.unwrap().is_active());
    let page = second.does("page", "").await.unwrap();
    assert!(page.result().as_str().unwrap().contains("The license has ended, or the seller has disabled it."), "{page:?}");
}
