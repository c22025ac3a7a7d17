//! Telling the sites of a product of a release, by its vendor's staff.

use std::sync::Arc;

use latchkey_core::core::Notices;
use latchkey_core::domain::ids::ProductId;
use latchkey_core::domain::role::Role;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::queue::{Inbox, Message, Queue};
use latchkey_core::table::Freshness;
use latchkey_local::{Gateway, Parts};
use latchkey_tests::plugin;
use latchkey_tests::shop::Shop;
use latchkey_tests::sink::Reply;
use latchkey_tests::staff::Staff;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::packages::{announcement, upload};
use super::{listed, product, release};
use crate::babel::members;
use crate::woosa::activate;

const SLUG: &str = "test-plugin";

/// Makes a plugin with this slug, and a release of it whose package was uploaded. Gives the address of the release and that of publishing.
async fn uploaded(world: &World, staff: &Staff, slug: &str) -> (i64, String, String) {
    let said = json!({"product": {"name": "Notified", "slug": slug, "kind": "plugin"}});
    let id = staff.post("/v1/products", &said).send(world).await.done()["productId"].as_i64().unwrap();
    let (of, publish) = uploaded_of(world, staff, id, slug, "1.0.0").await;
    (id, of, publish)
}

async fn uploaded_of(world: &World, staff: &Staff, id: i64, slug: &str, version: &str) -> (String, String) {
    let of = format!("/v1/products/{id}/releases/{}", release(world, staff, id, version).await);
    let bytes = plugin::zip(slug, version);
    let announced = staff.post(&format!("{of}/packages"), &announcement(&bytes)).send(world).await.done();
    assert_eq!(upload(&announced, &bytes).await, 200);
    let publish = format!("{of}/packages/{}/publish", announced["packageId"]);
    (of, publish)
}

/// Publishes, and has the sites be told.
async fn publish_and_notify(world: &World, staff: &Staff, publish: &str) -> Value {
    staff.get(publish, &[("notify", "true")]).method(http::Method::POST).send(world).await.json()
}

/// Licences of the product, each active on a site with this name.
async fn sites(world: &World, staff: &Staff, product: i64, names: &[&str]) {
    let id = ProductId::new(u32::try_from(product).unwrap()).unwrap();
    let stored = world.core.table.product(staff.account, id, Freshness::Strong).await.unwrap().unwrap();
    let vendor = Vendor { account: staff.account, product: stored };
    for name in names {
        let key = format!("KEY-{}-{name}", staff.account);
        world.license_with(&vendor, &key, Some(3)).await;
        assert_eq!(activate(&key, &format!("https://{name}.shop.example")).send(world).await.status, 200, "{name}");
    }
}

/// All that these operations can be asked that makes the function do something else.
pub(super) async fn ask_everything(world: &World, staff: &Staff) {
    let (id, of, publish) = uploaded(world, staff, "notified-plugin").await;
    let notification = format!("{of}/notification");
    assert_eq!(publish_and_notify(world, staff, &publish).await["notified"], true);
    staff.post(&notification, &json!({})).send(world).await.done();
    staff.get(&notification, &[]).send(world).await.done();
    let failed = format!("{notification}/failed-sites");
    for filter in ["", "id = \"AAAAAAAAAAAAAAAA\""] {
        listed(world, staff, &failed, "failedSites", &[("filter", filter)]).await;
    }
    staff.delete(&notification).send(world).await.done_unless_overtaken();
    staff.post(&notification, &json!({})).send(world).await.done();
    staff.delete(&format!("/v1/products/{id}")).send(world).await.refused();
}

#[tokio::test]
async fn publishing_with_notify_tells_the_sites_and_what_became_of_them_is_shown() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let (id, of, publish) = uploaded(&world, &staff, SLUG).await;
    sites(&world, &staff, id, &["good", "gone", "down"]).await;
    let notification = format!("{of}/notification");
    assert_eq!(staff.get(&notification, &[]).send(&world).await.refused().1, 40402, "none was begun");
    assert_eq!(publish_and_notify(&world, &staff, &publish).await["notified"], true);
    let shop = Shop::told_by_functions(&world).await;
    shop.sink.answer(|request| match request.header("host").unwrap() {
        "gone.shop.example" => Reply::Status(410),
        "down.shop.example" => Reply::Raw(Vec::new()),
        _ => Reply::Status(204),
    });
    shop.drain().await;
    let progress = async || {
        let staff = Staff { bearer: world.bearer(&staff.user), ..staff.clone() };
        staff.get(&notification, &[]).send(&world).await.done()["notification"].clone()
    };
    let found = progress().await;
    assert_eq!(
        members(&found),
        ["beginDate", "counted", "endDate", "failed", "leftOut", "pending", "releaseId", "sent", "sites", "state", "version"]
    );
    assert_eq!((&found["state"], &found["counted"], &found["version"]), (&json!("running"), &json!(true), &json!("1.0.0")));
    let counts = |found: &Value| ["sites", "sent", "failed", "pending"].map(|member| found[member].as_i64().unwrap());
    assert_eq!((counts(&found), &found["endDate"]), ([3, 1, 1, 1], &Value::Null));
    shop.drain_for(26 * 60 * 60).await;
    let found = progress().await;
    assert_eq!((&found["state"], counts(&found)), (&json!("finished"), [3, 1, 2, 0]));
    assert!(found["endDate"].is_string());

    let staff = Staff { bearer: world.bearer(&staff.user), ..staff.clone() };
    let failed = format!("{notification}/failed-sites");
    let (rows, total) = listed(&world, &staff, &failed, "failedSites", &[("sort", "site")]).await;
    assert_eq!(total, 2);
    let why = |row: &Value| (row["site"].clone(), row["reason"].clone(), row["status"].clone(), row["error"].clone());
    assert_eq!(why(&rows[0]), (json!("https://down.shop.example"), json!("unreached"), json!(0), json!("broken")));
    assert_eq!(why(&rows[1]), (json!("https://gone.shop.example"), json!("refused"), json!(410), json!("")));
    assert_eq!(rows[1]["attempts"], 1);
    assert!(rows[0]["attempts"].as_i64().unwrap() > 20, "{rows:?}");
    let by_id = format!("id = \"{}\"", rows[1]["id"].as_str().unwrap());
    assert_eq!(listed(&world, &staff, &failed, "failedSites", &[("filter", &by_id)]).await.0, [rows[1].clone()]);
    let page = listed(&world, &staff, &failed, "failedSites", &[("filter", "status = 0"), ("select", "site")]).await;
    assert_eq!(page, (vec![json!({"site": "https://down.shop.example"})], 1));
}

#[tokio::test]
async fn a_notification_is_stopped_begun_again_and_ends() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let (id, of, publish) = uploaded(&world, &staff, SLUG).await;
    sites(&world, &staff, id, &["good"]).await;
    let notification = format!("{of}/notification");
    let manager = world.staff(staff.account, Role::LicenseManager).await;
    assert_eq!(manager.post(&notification, &json!({})).send(&world).await.refused().1, 40904, "it has no package");
    let published = manager.post(&publish, &json!({})).send(&world).await.done();
    assert_eq!(published["notified"], false);
    assert_eq!(manager.delete(&notification).send(&world).await.refused().1, 40402);
    let state = |answer: Value| answer["notification"]["state"].as_str().unwrap().to_owned();
    assert_eq!(state(manager.post(&notification, &json!({})).send(&world).await.done()), "running");
    assert_eq!(state(manager.delete(&notification).send(&world).await.done()), "cancelled");
    assert_eq!(state(manager.delete(&notification).send(&world).await.done()), "cancelled");
    let shop = Shop::told_by_functions(&world).await;
    shop.drain().await;
    assert_eq!(shop.told(), Vec::<String>::new());
    assert_eq!(state(manager.post(&notification, &json!({})).send(&world).await.done()), "running");
    shop.drain().await;
    assert_eq!(shop.told(), ["good.shop.example"]);
    assert_eq!(manager.delete(&notification).send(&world).await.refused().1, 40904, "it has finished");
    let sales = world.staff(staff.account, Role::Sales).await;
    assert_eq!(state(sales.get(&notification, &[]).send(&world).await.done()), "finished");
    assert_eq!(sales.post(&notification, &json!({})).send(&world).await.refused().1, 40301);

    let (_, newer) = uploaded_of(&world, &staff, id, SLUG, "2.0.0").await;
    manager.post(&newer, &json!({})).send(&world).await.done();
    assert_eq!(manager.post(&notification, &json!({})).send(&world).await.refused().1, 40904, "another release is the current one");
}

#[tokio::test]
async fn a_programs_copies_are_not_told_and_its_release_is_public_all_the_same() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    let of = format!("/v1/products/{id}/releases/{}", release(&world, &staff, id, "1.0.0").await);
    let announced = staff.post(&format!("{of}/packages"), &announcement(b"tool")).send(&world).await.done();
    assert_eq!(upload(&announced, b"tool").await, 200);
    let publish = format!("{of}/packages/{}/publish", announced["packageId"]);
    let wrong = staff.get(&publish, &[("notify", "maybe")]).method(http::Method::POST).send(&world).await;
    assert_eq!(wrong.refused().1, 40003);
    let published = publish_and_notify(&world, &staff, &publish).await;
    assert_eq!((&published["success"], &published["notified"]), (&json!(true), &json!(false)));
    assert!(published["message"].as_str().unwrap().contains("plugins and themes"), "{published}");
    assert_eq!(staff.post(&format!("{of}/notification"), &json!({})).send(&world).await.refused().1, 40904);
}

#[derive(Debug)]
struct Away;

impl Inbox for Away {
    fn put(&self, _: Vec<Message>) -> Result<(), Fault> {
        Err(Fault::new(FaultKind::Unavailable, "the queue is away"))
    }
}

#[tokio::test]
async fn with_the_queue_away_a_release_is_published_and_only_telling_fails() {
    let mut world = World::new().await;
    let notices = Notices { pushes: Queue::inbox(Arc::new(Away)), ..world.notices.clone() };
    let broken = Gateway::new(latchkey_local::functions(&Parts { notices, ..world.parts() }));
    let working = std::mem::replace(&mut world.gateway, broken);
    let staff = world.administrator().await;
    let (id, of, publish) = uploaded(&world, &staff, SLUG).await;
    sites(&world, &staff, id, &["good"]).await;
    let published = publish_and_notify(&world, &staff, &publish).await;
    assert_eq!((&published["success"], &published["notified"]), (&json!(true), &json!(false)));
    assert!(published["message"].as_str().unwrap().starts_with("The release is public."), "{published}");
    let notification = format!("{of}/notification");
    let (status, code, _) = staff.post(&notification, &json!({})).send(&world).await.refused();
    assert_eq!((status, code), (503, 50301));
    world.gateway = working;
    staff.post(&notification, &json!({})).send(&world).await.done();
    let shop = Shop::told_by_functions(&world).await;
    shop.drain().await;
    assert_eq!(shop.told(), ["good.shop.example"]);
}
