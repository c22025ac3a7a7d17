//! Releases.

use latchkey_tests::world::World;
use serde_json::json;

use super::{listed, only, product, release};
use crate::woosa::{KEY, SITE, activate, one_license, software_info};

#[tokio::test]
async fn a_release_is_made_listed_changed_and_deleted() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    let path = format!("/v1/products/{id}/releases");
    let said =
        json!({"id": 9, "releaseDate": "2026-01-02T03:04:05Z", "name": "Spring", "version": "1.2.0", "description": "Better.\nFaster."});
    let made = staff.post(&path, &json!({"release": said})).send(&world).await.done()["releaseId"].as_i64().unwrap();
    let mut expected = said.clone();
    expected["id"] = json!(made);
    assert_eq!(only(&world, &staff, &path, "releases", &[("filter", "version = \"1.2.0\"")]).await, expected);
    assert_eq!(staff.post(&path, &json!({"release": said})).send(&world).await.refused().1, 40901, "a version is one release's");

    let bare = release(&world, &staff, id, "1.10.0").await;
    let (rows, total) = listed(&world, &staff, &path, "releases", &[("sort", "releaseDate desc"), ("take", "1")]).await;
    assert_eq!((rows[0]["id"].as_i64(), total), (Some(bare), 2));
    assert_eq!(rows[0]["releaseDate"], json!("2026-11-22T06:00:00Z"), "without a date it was released when it was made");

    let change = json!({"release": {"id": made, "version": "1.3.0", "name": "", "releaseDate": null}});
    assert_eq!(staff.put(&path, &change).send(&world).await.done()["releaseId"].as_i64(), Some(made));
    let changed = only(&world, &staff, &path, "releases", &[("filter", &format!("id = {made}"))]).await;
    let expected =
        json!({"id": made, "releaseDate": "2026-11-22T06:00:00Z", "name": "", "version": "1.3.0", "description": "Better.\nFaster."});
    assert_eq!(changed, expected);
    let taken = json!({"release": {"id": made, "version": "1.10.0"}});
    assert_eq!(staff.put(&path, &taken).send(&world).await.refused().1, 40901);
    let again = release(&world, &staff, id, "1.2.0").await;
    assert_ne!(again, made, "the former version is free");

    staff.delete(&format!("{path}/{made}")).send(&world).await.done();
    for ask in [staff.delete(&format!("{path}/{made}")), staff.put(&path, &change)] {
        assert_eq!(ask.send(&world).await.refused().1, 40402);
    }
    release(&world, &staff, id, "1.3.0").await;
    assert_eq!(listed(&world, &staff, &path, "releases", &[]).await.1, 3);
}

#[tokio::test]
async fn a_release_without_a_package_is_offered_to_nobody() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    let staff = world.staff(vendor.account, latchkey_core::domain::role::Role::LicenseManager).await;
    activate(KEY, SITE).send(&world).await;
    let id = i64::from(vendor.product.id.get());
    release(&world, &staff, id, "9.0.0").await;
    assert_eq!(software_info(KEY, SITE).send(&world).await.status, 404, "there is nothing to offer");
    world.publish(&vendor, "1.0.0").await;
    world.clock.advance_seconds(60);
    let offered = software_info(KEY, SITE).send(&world).await;
    assert_eq!(offered.status, 200);
    assert!(String::from_utf8_lossy(&offered.body).contains("1.0.0"));
    assert_eq!(listed(&world, &staff, &format!("/v1/products/{id}/releases"), "releases", &[]).await.1, 2);
}

#[tokio::test]
async fn what_is_said_of_the_offered_release_is_offered_and_its_version_stays() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, latchkey_core::domain::role::Role::LicenseManager).await;
    let release = world.publish(&vendor, "1.0.0").await;
    let path = format!("/v1/products/{}/releases", vendor.product.id);
    let change = json!({"release": {"id": release.id, "description": "All new.", "version": "1.0.0"}});
    staff.put(&path, &change).send(&world).await.done();
    let product =
        world.core.table.product(vendor.account, vendor.product.id, latchkey_core::table::Freshness::Strong).await.unwrap().unwrap();
    assert_eq!(product.current.unwrap().notes.changelog.as_str(), "All new.");
    let (_, code, message) = staff.put(&path, &json!({"release": {"id": release.id, "version": "1.0.1"}})).send(&world).await.refused();
    assert_eq!(code, 40904, "{message}");
}

#[tokio::test]
async fn deleting_a_published_release_withdraws_it_and_the_one_before_is_offered() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, latchkey_core::domain::role::Role::LicenseManager).await;
    let (old, new) = (world.publish(&vendor, "1.0.0").await, world.publish(&vendor, "2.0.0").await);
    let path = format!("/v1/products/{}/releases", vendor.product.id);
    staff.delete(&format!("{path}/{}", new.id)).send(&world).await.done();
    let product =
        world.core.table.product(vendor.account, vendor.product.id, latchkey_core::table::Freshness::Strong).await.unwrap().unwrap();
    assert_eq!(product.current.unwrap().id, old.id);
    assert_eq!(only(&world, &staff, &path, "releases", &[]).await["id"], json!(old.id));
    assert_eq!(staff.delete(&format!("{path}/{}", new.id)).send(&world).await.refused().1, 40402);
    let again = staff.post(&path, &json!({"release": {"version": "2.0.0"}})).send(&world).await.refused();
    assert_eq!(again.1, 40901, "copies of it are in the field");
    staff.delete(&format!("{path}/{}", old.id)).send(&world).await.done();
    staff.delete(&format!("/v1/products/{}", vendor.product.id)).send(&world).await.done();
}

#[tokio::test]
async fn a_release_of_another_product_is_none_here() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let (one, other) = (product(&world, &staff, "One").await, product(&world, &staff, "Other").await);
    let of_one = release(&world, &staff, one, "1.0.0").await;
    let path = format!("/v1/products/{other}/releases");
    assert_eq!(staff.put(&path, &json!({"release": {"id": of_one, "name": "x"}})).send(&world).await.refused().1, 40402);
    assert_eq!(staff.delete(&format!("{path}/{of_one}")).send(&world).await.refused().1, 40402);
    assert_eq!(staff.get(&format!("{path}/{of_one}/assemblies"), &[]).send(&world).await.refused().1, 40402);
    assert_eq!(staff.get("/v1/products/999/releases", &[]).send(&world).await.refused().1, 40402);
    assert_eq!(listed(&world, &staff, &path, "releases", &[]).await.1, 0);
}

#[tokio::test]
async fn the_templates_of_a_release_are_listed_and_keep_it_its_product_and_their_key() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    let (one, other) = (release(&world, &staff, id, "1.0.0").await, release(&world, &staff, id, "2.0.0").await);
    let key = super::resource(&world, &staff, json!({"name": "Keys", "type": "RSA"})).await;
    let said = json!({"licenseTemplate": {"name": "Yearly", "productId": id, "releaseId": one, "signatureKeysId": key}});
    let template = staff.post("/v1/license-templates", &said).send(&world).await.done()["templateId"].as_i64().unwrap();
    let path = |release: i64| format!("/v1/products/{id}/releases/{release}/license-templates");
    let row = only(&world, &staff, &path(one), "licenseTemplates", &[("filter", "Name = \"Yearly\"")]).await;
    assert_eq!((&row["id"], &row["releaseId"]), (&json!(template), &json!(one)));
    assert_eq!(listed(&world, &staff, &path(one), "licenseTemplates", &[("filter", "Name = \"Monthly\"")]).await.1, 0);
    assert_eq!(listed(&world, &staff, &path(other), "licenseTemplates", &[]).await.1, 0);
    assert_eq!(staff.get(&path(999), &[]).send(&world).await.refused().1, 40402);

    for kept in [format!("/v1/products/{id}"), format!("/v1/products/{id}/releases/{one}"), format!("/v1/resources/{key}")] {
        let (_, code, message) = staff.delete(&kept).send(&world).await.refused();
        assert!(code == 40903 && message.contains("licence template"), "{kept}: {message}");
    }
    staff.delete(&format!("/v1/license-templates/{template}")).send(&world).await.done();
    for free in [format!("/v1/products/{id}/releases/{one}"), format!("/v1/resources/{key}"), format!("/v1/products/{id}")] {
        staff.delete(&free).send(&world).await.done();
    }
}
