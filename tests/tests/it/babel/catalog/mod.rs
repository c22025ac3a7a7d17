//! Products, releases, assemblies, resources and packages; notifications and webhooks.

mod assemblies;
mod isolation;
mod notification;
mod packages;
mod products;
mod releases;
mod resources;
mod rubbish;
mod webhooks;

use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

/// Makes a product with this name.
async fn product(world: &World, staff: &Staff, name: &str) -> i64 {
    let made = staff.post("/v1/products", &json!({"product": {"name": name}})).send(world).await.done();
    made["productId"].as_i64().unwrap()
}

/// Makes a release with this version.
async fn release(world: &World, staff: &Staff, product: i64, version: &str) -> i64 {
    let path = format!("/v1/products/{product}/releases");
    let made = staff.post(&path, &json!({"release": {"version": version}})).send(world).await.done();
    made["releaseId"].as_i64().unwrap()
}

/// Makes a resource.
async fn resource(world: &World, staff: &Staff, resource: Value) -> i64 {
    let made = staff.post("/v1/resources", &json!({"resource": resource})).send(world).await.done();
    made["resourceId"].as_i64().unwrap()
}

/// The rows of a list, and how many fit.
async fn listed(world: &World, staff: &Staff, path: &str, name: &str, query: &[(&str, &str)]) -> (Vec<Value>, i64) {
    let answer = staff.get(path, query).send(world).await.done();
    let mut total = format!("total{name}Count");
    total.replace_range(5..6, &name[..1].to_uppercase());
    (answer[name].as_array().unwrap().clone(), answer[total.as_str()].as_i64().unwrap())
}

/// The one row of a list.
async fn only(world: &World, staff: &Staff, path: &str, name: &str, query: &[(&str, &str)]) -> Value {
    let (mut rows, total) = listed(world, staff, path, name, query).await;
    assert_eq!((rows.len(), total), (1, 1), "{rows:?}");
    rows.remove(0)
}

/// Everything that the function can be asked.
pub(crate) async fn ask_everything(world: &World) {
    let staff = world.administrator().await;
    let key = resource(world, &staff, json!({"name": "Keys", "type": "Ed25519"})).await;
    let mail = resource(world, &staff, json!({"name": "Mail", "type": "email", "data": "<p>Hello</p>"})).await;
    let ok = async |ask: latchkey_tests::exchange::Ask| ask.send(world).await.done();
    let made = ok(staff.post("/v1/products", &json!({"product": {"name": "Tool", "code": "TOOL", "signatureKeysId": key}}))).await;
    let id = made["productId"].as_i64().unwrap();
    let of = release(world, &staff, id, "1.0.0").await;
    let (product, releases) = (format!("/v1/products/{id}"), format!("/v1/products/{id}/releases"));
    let (release_path, assemblies) = (format!("{releases}/{of}"), format!("{releases}/{of}/assemblies"));
    for (path, said) in [(assemblies.as_str(), json!({"name": "A", "mappingFileId": mail})), ("/v1/assemblies", json!({"name": "B"}))] {
        let assembly = ok(staff.post(path, &json!({"assembly": said}))).await["assemblyId"].as_i64().unwrap();
        ok(staff.put(path, &json!({"assembly": {"id": assembly, "version": "2"}}))).await;
        let (rows, _) = listed(world, &staff, path, "assemblies", &[("filter", "mappingFileId > 0"), ("sort", "name desc")]).await;
        assert_eq!(rows.len(), 1, "{path}");
    }
    assert_eq!(staff.delete(&format!("/v1/resources/{mail}")).send(world).await.refused().1, 40903);
    for query in [("filter", "code = \"TOOL\""), ("include", "SignatureKeys, ProductOrders.Order.Customer"), ("sort", "id desc")] {
        only(world, &staff, "/v1/products", "products", &[query]).await;
    }
    for (path, name) in [("orders", "productOrders"), ("releases", "releases")] {
        listed(world, &staff, &format!("{product}/{path}"), name, &[]).await;
    }
    listed(world, &staff, &format!("{release_path}/license-templates"), "licenseTemplates", &[]).await;
    for query in [("filter", "type = \"email\""), ("countOnly", "true")] {
        listed(world, &staff, "/v1/resources", "resources", &[query]).await;
    }
    packages::publish_everything(world, &staff, id, of).await;
    notification::ask_everything(world, &staff).await;
    webhooks::ask_everything(world, &staff).await;
    ok(staff.put(&releases, &json!({"release": {"id": of, "description": "New."}}))).await;
    ok(staff.put("/v1/products", &json!({"product": {"id": id, "name": "Other", "code": "OTHER", "signatureKeysId": 0}}))).await;
    ok(staff.put("/v1/resources", &json!({"resource": {"id": mail, "data": "<p>Hi</p>"}}))).await;
    ok(staff.put("/v1/resources", &json!({"resource": {"id": mail, "data": ""}}))).await;
    ok(staff.delete(&release_path)).await;
    let unpublished = release(world, &staff, id, "2.0.0").await;
    ok(staff.delete(&format!("{releases}/{unpublished}"))).await;
    for path in [product, format!("/v1/resources/{key}"), format!("/v1/resources/{mail}")] {
        ok(staff.delete(&path)).await;
        assert_eq!(staff.delete(&path).send(world).await.refused().1, 40402);
    }
}
