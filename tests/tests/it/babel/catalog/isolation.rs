//! What one account has, is nothing to another.

use latchkey_tests::world::World;
use serde_json::json;

use super::{listed, product, release, resource};

#[tokio::test]
async fn nothing_of_another_account_is_seen_changed_or_deleted() {
    let world = World::new().await;
    let (owner, stranger) = (world.administrator().await, world.administrator().await);
    let id = product(&world, &owner, "Tool").await;
    let of = release(&world, &owner, id, "1.0.0").await;
    let key = resource(&world, &owner, json!({"name": "Keys", "type": "Ed25519"})).await;
    let assemblies = format!("/v1/products/{id}/releases/{of}/assemblies");
    let assembly = json!({"assembly": {"name": "Acme.Core"}});
    let assembly_id = owner.post(&assemblies, &assembly).send(&world).await.done()["assemblyId"].as_i64().unwrap();

    let notification = format!("/v1/products/{id}/releases/{of}/notification");
    let said = json!({"webhook": {"url": "https://hooks.example/"}});
    let webhook = owner.post("/v1/webhooks", &said).send(&world).await.done();
    world.keep_secret(webhook["secret"].as_str().unwrap());
    let webhook = webhook["webhookId"].as_i64().unwrap();

    let refused = [
        stranger.put("/v1/products", &json!({"product": {"id": id, "name": "Mine"}})),
        stranger.delete(&format!("/v1/products/{id}")),
        stranger.get(&format!("/v1/products/{id}/orders"), &[]),
        stranger.get(&format!("/v1/products/{id}/releases"), &[]),
        stranger.post(&format!("/v1/products/{id}/releases"), &json!({"release": {"version": "2.0.0"}})),
        stranger.put(&format!("/v1/products/{id}/releases"), &json!({"release": {"id": of, "name": "Mine"}})),
        stranger.delete(&format!("/v1/products/{id}/releases/{of}")),
        stranger.get(&assemblies, &[]),
        stranger.post(&assemblies, &assembly),
        stranger.put(&assemblies, &json!({"assembly": {"id": assembly_id, "name": "Mine"}})),
        stranger.delete(&format!("{assemblies}/{assembly_id}")),
        stranger.put("/v1/assemblies", &json!({"assembly": {"id": assembly_id, "name": "Mine"}})),
        stranger.delete(&format!("/v1/assemblies/{assembly_id}")),
        stranger.put("/v1/resources", &json!({"resource": {"id": key, "name": "Mine"}})),
        stranger.delete(&format!("/v1/resources/{key}")),
        stranger.post("/v1/products", &json!({"product": {"name": "Mine", "signatureKeysId": key}})),
        stranger.post("/v1/assemblies", &json!({"assembly": {"name": "Mine", "mappingFileId": key}})),
        stranger.post(
            &format!("/v1/products/{id}/releases/{of}/packages"),
            &json!({"package": {"fileName": "x.zip", "size": 1, "sha256": "00".repeat(32)}}),
        ),
        stranger.post(&format!("/v1/products/{id}/releases/{of}/packages/1/publish"), &json!({})),
        stranger.post(&notification, &json!({})),
        stranger.get(&notification, &[]),
        stranger.delete(&notification),
        stranger.get(&format!("{notification}/failed-sites"), &[]),
        stranger.put("/v1/webhooks", &json!({"webhook": {"id": webhook, "url": "https://mine.example/"}})),
        stranger.delete(&format!("/v1/webhooks/{webhook}")),
        stranger.post(&format!("/v1/webhooks/{webhook}/secret"), &json!({})),
        stranger.post(&format!("/v1/webhooks/{webhook}/deliveries/evt_{}/redeliver", "0".repeat(32)), &json!({})),
    ];
    for ask in refused {
        assert_eq!(ask.send(&world).await.refused().1, 40402);
    }
    let deliveries = format!("/v1/webhooks/{webhook}/deliveries");
    assert_eq!(listed(&world, &stranger, &deliveries, "deliveries", &[]).await.1, 0);
    let lists =
        [("/v1/products", "products"), ("/v1/assemblies", "assemblies"), ("/v1/resources", "resources"), ("/v1/webhooks", "webhooks")];
    for (path, name) in lists {
        assert_eq!(listed(&world, &stranger, path, name, &[]).await.1, 0, "{path}");
        assert_eq!(listed(&world, &owner, path, name, &[]).await.1, 1, "{path}");
    }
}
