//! What makes no sense is refused, and told why.

use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{product, release};

#[tokio::test]
async fn members_of_another_type_or_beyond_their_bounds_are_named() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    let releases = format!("/v1/products/{id}/releases");
    let of = release(&world, &staff, id, "1.0.0").await;
    let packages = format!("{releases}/{of}/packages");
    let long = "x".repeat(100_000);
    let cases: Vec<(&str, Value, &str)> = vec![
        ("/v1/products", json!({}), "product"),
        ("/v1/products", json!({"product": {}}), "product.name"),
        ("/v1/products", json!({"product": {"name": "  "}}), "product.name"),
        ("/v1/products", json!({"product": {"name": 5}}), "product.name"),
        ("/v1/products", json!({"product": {"name": "Tool", "price": "9"}}), "product.price"),
        ("/v1/products", json!({"product": {"name": "Tool", "price": 1e300}}), "product.price"),
        ("/v1/products", json!({"product": {"name": "Tool", "signatureKeysId": 2_147_483_648_i64}}), "product.signatureKeysId"),
        ("/v1/products", json!({"product": {"name": "Tool", "code": "a\u{0}b"}}), "product.code"),
        ("/v1/products", json!({"product": {"name": "Tool", "meta": long}}), "product.meta"),
        ("/v1/products", json!({"product": {"name": "Tool", "image": long}}), "product.image"),
        ("/v1/products", json!({"product": {"name": "Tool", "slug": "../etc"}}), "product.slug"),
        ("/v1/products", json!({"product": {"name": "Tool", "kind": "car"}}), "product.kind"),
        (&releases, json!({"release": {}}), "release.version"),
        (&releases, json!({"release": {"version": "a b"}}), "release.version"),
        (&releases, json!({"release": {"version": "1.1", "releaseDate": "yesterday"}}), "release.releaseDate"),
        (&releases, json!({"release": {"version": "1.1", "description": long}}), "release.description"),
        ("/v1/assemblies", json!({"assembly": {"name": ""}}), "assembly.name"),
        ("/v1/assemblies", json!({"assembly": {"name": "A", "version": "1".repeat(65)}}), "assembly.version"),
        ("/v1/resources", json!({"resource": {"name": null}}), "resource.name"),
        ("/v1/resources", json!({"resource": {"name": "R", "type": "x".repeat(65)}}), "resource.type"),
        ("/v1/resources", json!({"resource": {"name": "R", "data": [1]}}), "resource.data"),
        (&packages, json!({"package": {"fileName": "a/b.zip", "size": 1, "sha256": "00".repeat(32)}}), "package.fileName"),
        (&packages, json!({"package": {"fileName": "b.zip", "size": -1, "sha256": "00".repeat(32)}}), "package.size"),
        (&packages, json!({"package": {"fileName": "b.zip", "size": 1}}), "package.sha256"),
        (&packages, json!({"package": {"fileName": "b.zip", "size": 1, "sha256": "00"}}), "SHA-256"),
        (&packages, json!({"package": {"fileName": "b.zip", "size": 67_108_865, "sha256": "00".repeat(32)}}), "67108864"),
        ("/v1/webhooks", json!({}), "webhook"),
        ("/v1/webhooks", json!({"webhook": {}}), "webhook.url"),
        ("/v1/webhooks", json!({"webhook": {"url": "http://hooks.example/"}}), "webhook.url"),
        ("/v1/webhooks", json!({"webhook": {"url": "https://127.0.0.1/"}}), "webhook.url"),
        ("/v1/webhooks", json!({"webhook": {"url": "https://[::1]/"}}), "webhook.url"),
        ("/v1/webhooks", json!({"webhook": {"url": format!("https://hooks.example/{}", "x".repeat(5_000))}}), "webhook.url"),
        ("/v1/webhooks", json!({"webhook": {"url": "https://hooks.example/", "events": ["license.eaten"]}}), "webhook.events"),
        ("/v1/webhooks", json!({"webhook": {"url": "https://hooks.example/", "events": "all"}}), "webhook.events"),
        ("/v1/webhooks", json!({"webhook": {"url": "https://hooks.example/", "name": "x".repeat(101)}}), "webhook.name"),
        ("/v1/webhooks", json!({"webhook": {"url": "https://hooks.example/", "disabled": "yes"}}), "webhook.disabled"),
    ];
    for (path, body, named) in cases {
        let (status, code, message) = staff.post(path, &body).send(&world).await.refused();
        assert_eq!((status, code), (400, 40002), "{path} {named}: {message}");
        assert!(message.contains(named), "{path} {named}: {message}");
    }
}

#[tokio::test]
async fn numbers_that_lead_nowhere_are_not_found_whatever_they_are() {
    let world = World::new().await;
    let staff = world.administrator().await;
    for (path, member) in [("/v1/products", "product"), ("/v1/assemblies", "assembly"), ("/v1/resources", "resource")] {
        for id in [0, -1, 999, i32::MAX] {
            assert_eq!(staff.delete(&format!("{path}/{id}")).send(&world).await.refused().1, 40402, "{path}/{id}");
            assert_eq!(staff.put(path, &json!({member: {"id": id, "name": "x"}})).send(&world).await.refused().1, 40402);
        }
        assert_eq!(staff.put(path, &json!({member: {"name": "x"}})).send(&world).await.refused().1, 40002);
        for id in ["abc", "99999999999", "1.5"] {
            assert_eq!(staff.delete(&format!("{path}/{id}")).send(&world).await.refused().1, 40003, "{path}/{id}");
        }
        assert_eq!(staff.get(path, &[("filter", "Nonsense = 1")]).send(&world).await.refused().1, 40004);
    }
    let huge = "x".repeat(3 << 20);
    assert_eq!(staff.post("/v1/resources", &json!({"resource": {"name": "R", "data": huge}})).send(&world).await.refused().1, 41301);
}

#[tokio::test]
async fn a_fault_of_the_store_is_a_fault_and_not_a_refusal() {
    use latchkey_tests::proxy::{Fault, Rule};
    let world = World::with_patience(latchkey_core::table::Patience {
        attempt: std::time::Duration::from_millis(200),
        call: std::time::Duration::from_millis(400),
        attempts: 2,
    })
    .await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    world.table.inject(Rule::every(Fault::Status(500)).on("TransactWriteItems"));
    for ask in [
        staff.post("/v1/products", &json!({"product": {"name": "Other"}})),
        staff.put("/v1/products", &json!({"product": {"id": id, "name": "Other"}})),
        staff.delete(&format!("/v1/products/{id}")),
        staff.post(&format!("/v1/products/{id}/releases"), &json!({"release": {"version": "1.0"}})),
        staff.post("/v1/assemblies", &json!({"assembly": {"name": "A"}})),
        staff.post("/v1/resources", &json!({"resource": {"name": "R"}})),
    ] {
        let (status, code, _) = ask.send(&world).await.refused();
        assert_eq!((status, code), (503, 50301));
    }
}
