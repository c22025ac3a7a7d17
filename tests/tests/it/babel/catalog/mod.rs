//! Products, releases, assemblies, resources and packages.

mod assemblies;
mod isolation;
mod packages;
mod products;
mod releases;
mod resources;
mod rubbish;

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
    let mut total = format!("total{}Count", name);
    total.replace_range(5..6, &name[..1].to_uppercase());
    (answer[name].as_array().unwrap().clone(), answer[total.as_str()].as_i64().unwrap())
}

/// The one row of a list.
async fn only(world: &World, staff: &Staff, path: &str, name: &str, query: &[(&str, &str)]) -> Value {
    let (mut rows, total) = listed(world, staff, path, name, query).await;
    assert_eq!((rows.len(), total), (1, 1), "{rows:?}");
    rows.remove(0)
}
