//! Assemblies, and which releases they are of.

use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{listed, only, product, release, resource};

const PATH: &str = "/v1/assemblies";

fn said(name: &str) -> Value {
    json!({
        "id": 5, "name": name, "version": "1.2.3.4", "culture": "neutral", "publicKeyToken": "b77a5c561934e089", "mappingFileId": 0,
        "debugSymbolsKey": "symbols-1",
    })
}

#[tokio::test]
async fn an_assembly_is_made_listed_changed_and_deleted() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let map = resource(&world, &staff, json!({"name": "Map", "type": "map", "data": "a=b"})).await;
    let mut assembly = said("Acme.Core");
    assembly["mappingFileId"] = json!(map);
    let id = staff.post(PATH, &json!({"assembly": assembly})).send(&world).await.done()["assemblyId"].as_i64().unwrap();
    assembly["id"] = json!(id);
    staff.post(PATH, &json!({"assembly": said("Acme.UI")})).send(&world).await.done();
    assert_eq!(only(&world, &staff, PATH, "assemblies", &[("filter", &format!("mappingFileId = {map}"))]).await, assembly);
    assert_eq!(listed(&world, &staff, PATH, "assemblies", &[("sort", "name desc")]).await.0[1], assembly);

    assert_eq!(staff.delete(&format!("/v1/resources/{map}")).send(&world).await.refused().1, 40903);
    let change = json!({"assembly": {"id": id, "version": "2.0.0.0", "mappingFileId": 0, "culture": ""}});
    staff.put(PATH, &change).send(&world).await.done();
    (assembly["version"], assembly["mappingFileId"], assembly["culture"]) = (json!("2.0.0.0"), json!(0), json!(""));
    assert_eq!(only(&world, &staff, PATH, "assemblies", &[("filter", &format!("id = {id}"))]).await, assembly);
    staff.delete(&format!("/v1/resources/{map}")).send(&world).await.done();

    staff.delete(&format!("{PATH}/{id}")).send(&world).await.done();
    for ask in [staff.delete(&format!("{PATH}/{id}")), staff.put(PATH, &change)] {
        assert_eq!(ask.send(&world).await.refused().1, 40402);
    }
    let lost = json!({"assembly": {"name": "Acme.Core", "mappingFileId": map}});
    assert_eq!(staff.post(PATH, &lost).send(&world).await.refused().1, 40402);
}

#[tokio::test]
async fn an_assembly_is_of_its_release_and_goes_with_it() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    let (one, other) = (release(&world, &staff, id, "1.0.0").await, release(&world, &staff, id, "2.0.0").await);
    let path = |release: i64| format!("/v1/products/{id}/releases/{release}/assemblies");
    let body = json!({"productId": 999, "releaseId": other, "assembly": said("Acme.Core")});
    let assembly = staff.post(&path(one), &body).send(&world).await.done()["assemblyId"].as_i64().unwrap();
    staff.post(PATH, &json!({"assembly": said("Acme.Loose")})).send(&world).await.done();
    assert_eq!(only(&world, &staff, &path(one), "assemblies", &[]).await["id"], json!(assembly), "the address counts");
    assert_eq!(listed(&world, &staff, &path(other), "assemblies", &[]).await.1, 0);
    assert_eq!(listed(&world, &staff, PATH, "assemblies", &[]).await.1, 2);

    let change = json!({"assembly": {"id": assembly, "name": "Acme.Main"}});
    assert_eq!(staff.put(&path(other), &change).send(&world).await.refused().1, 40402, "it is of another release");
    assert_eq!(staff.delete(&format!("{}/{assembly}", path(other))).send(&world).await.refused().1, 40402);
    staff.put(&path(one), &change).send(&world).await.done();
    let filter = [("filter", "name.StartsWith(\"Acme.M\")")];
    assert_eq!(only(&world, &staff, &path(one), "assemblies", &filter).await["name"], json!("Acme.Main"));

    let second = staff.post(&path(one), &body).send(&world).await.done()["assemblyId"].as_i64().unwrap();
    staff.delete(&format!("{}/{second}", path(one))).send(&world).await.done();
    assert_eq!(listed(&world, &staff, &path(one), "assemblies", &[]).await.1, 1);
    staff.delete(&format!("/v1/products/{id}/releases/{one}")).send(&world).await.done();
    assert_eq!(only(&world, &staff, PATH, "assemblies", &[]).await["name"], json!("Acme.Loose"));
    assert_eq!(staff.post(&path(one), &body).send(&world).await.refused().1, 40402);
}
