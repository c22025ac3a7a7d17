//! Packages: announced, uploaded and published without the operator's tool.

use latchkey_core::domain::ids::ProductId;
use latchkey_core::domain::role::Role;
use latchkey_core::table::Freshness;
use latchkey_tests::plugin;
use latchkey_tests::staff::Staff;
use latchkey_tests::vendor::{Vendor, http_client};
use latchkey_tests::world::World;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{only, product, release};
use crate::woosa::{KEY, SITE, activate, software_info};

pub(super) fn announcement(bytes: &[u8]) -> Value {
    let sha256 = Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    json!({"package": {"fileName": "tool.bin", "size": bytes.len(), "sha256": sha256}})
}

/// Sends the bytes where an announcement said, and answers with the status.
pub(super) async fn upload(announced: &Value, bytes: &[u8]) -> u16 {
    let mut request = http_client().put(announced["uploadUrl"].as_str().unwrap()).body(bytes.to_vec());
    for header in announced["uploadHeaders"].as_array().unwrap() {
        request = request.header(header["name"].as_str().unwrap(), header["value"].as_str().unwrap());
    }
    request.send().await.unwrap().status().as_u16()
}

/// All that becomes of a package: announced and not there, there and another one, and published.
pub(super) async fn publish_everything(world: &World, staff: &Staff, product: i64, release: i64) {
    let packages = format!("/v1/products/{product}/releases/{release}/packages");
    let announced = staff.post(&packages, &announcement(b"a package")).send(world).await.done();
    let publish = format!("{packages}/{}/publish", announced["packageId"]);
    assert_eq!(staff.post(&publish, &json!({})).send(world).await.refused().1, 40904);
    assert_eq!(upload(&announced, b"a package").await, 200);
    staff.post(&publish, &json!({})).send(world).await.done();
    refuse_a_zip(world, staff).await;
}

/// Makes a plugin whose package is another's, and nothing of it public.
async fn refuse_a_zip(world: &World, staff: &Staff) {
    let said = json!({"product": {"name": "Test Plugin", "slug": "test-plugin", "kind": "plugin"}});
    let id = staff.post("/v1/products", &said).send(world).await.done()["productId"].as_i64().unwrap();
    let of = release(world, staff, id, "1.0.0").await;
    let packages = format!("/v1/products/{id}/releases/{of}/packages");
    let bytes = plugin::zip("another-plugin", "1.0.0");
    let announced = staff.post(&packages, &announcement(&bytes)).send(world).await.done();
    assert_eq!(upload(&announced, &bytes).await, 200);
    let publish = format!("{packages}/{}/publish", announced["packageId"]);
    let (_, code, message) = staff.post(&publish, &json!({})).send(world).await.refused();
    assert_eq!(code, 40002, "{message}");
}

#[tokio::test]
async fn a_product_made_here_is_published_here_and_updates_in_the_field() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let said = json!({"product": {"name": "Test Plugin", "slug": "test-plugin", "kind": "plugin"}});
    let id = staff.post("/v1/products", &said).send(&world).await.done()["productId"].as_i64().unwrap();
    let of = release(&world, &staff, id, "1.0.0").await;
    let stored = ProductId::new(u32::try_from(id).unwrap()).unwrap();
    let stored = world.core.table.product(staff.account, stored, Freshness::Strong).await.unwrap().unwrap();
    let vendor = Vendor { account: staff.account, product: stored };
    world.license_with(&vendor, KEY, Some(3)).await;
    assert_eq!(activate(KEY, SITE).send(&world).await.status, 200);

    let manager = world.staff(staff.account, Role::LicenseManager).await;
    let packages = format!("/v1/products/{id}/releases/{of}/packages");
    let bytes = plugin::zip("test-plugin", "1.0.0");
    let announced = manager.post(&packages, &announcement(&bytes)).send(&world).await.done();
    assert_eq!(announced["uploadExpiresAt"], json!("2026-11-22T06:15:00Z"));
    let publish = format!("{packages}/{}/publish", announced["packageId"]);
    assert_eq!(manager.post(&publish, &json!({})).send(&world).await.refused().1, 40904, "it was not uploaded");
    assert_ne!(upload(&announced, b"something else").await, 200, "only the announced bytes are taken");
    assert_eq!(upload(&announced, &bytes).await, 200);
    manager.post(&publish, &json!({})).send(&world).await.done();
    let offered = software_info(KEY, SITE).send(&world).await;
    assert_eq!(offered.status, 200);
    assert!(String::from_utf8_lossy(&offered.body).contains("1.0.0"));

    assert_eq!(manager.post(&publish, &json!({})).send(&world).await.refused().1, 40904, "it is published");
    assert_eq!(manager.post(&packages, &announcement(&bytes)).send(&world).await.refused().1, 40904);
    let sales = world.staff(staff.account, Role::Sales).await;
    assert_eq!(sales.post(&packages, &announcement(&bytes)).send(&world).await.refused().1, 40301);
}

#[tokio::test]
async fn what_was_announced_anew_replaces_what_was_announced_before() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    let of = release(&world, &staff, id, "1.0.0").await;
    let packages = format!("/v1/products/{id}/releases/{of}/packages");
    let change = json!({"release": {"id": of, "name": "First", "description": "New."}});
    staff.put(&format!("/v1/products/{id}/releases"), &change).send(&world).await.done();
    let first = staff.post(&packages, &announcement(b"first")).send(&world).await.done();
    let second = staff.post(&packages, &announcement(b"second")).send(&world).await.done();
    assert_eq!(upload(&first, b"first").await, 200);
    assert_eq!(upload(&second, b"second").await, 200);
    let publish = |announced: &Value| staff.post(&format!("{packages}/{}/publish", announced["packageId"]), &json!({}));
    assert_eq!(publish(&first).send(&world).await.refused().1, 40402);
    publish(&second).send(&world).await.done();
    let row = only(&world, &staff, &format!("/v1/products/{id}/releases"), "releases", &[]).await;
    assert_eq!((&row["name"], &row["description"]), (&json!("First"), &json!("New.")), "what was said of it stays");
    let bare = release(&world, &staff, id, "2.0.0").await;
    let none = staff.post(&format!("/v1/products/{id}/releases/{bare}/packages/1/publish"), &json!({}));
    assert_eq!(none.send(&world).await.refused().1, 40402);
}

#[tokio::test]
async fn a_zip_that_is_no_plugin_is_told_so() {
    let world = World::new().await;
    let staff = world.administrator().await;
    refuse_a_zip(&world, &staff).await;
}
