//! How long lists are said to be, by the process that writes what they list.

use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

/// What is listed, made and deleted.
struct Sort {
    /// Where all of them are.
    path: String,
    /// What a list calls them.
    name: &'static str,
    /// What a new one is called, and the answer's member with its number.
    made: (&'static str, &'static str),
    /// A new one; the same body makes any number of them.
    body: Value,
}

async fn make(world: &World, staff: &Staff, sort: &Sort) -> i64 {
    let made = staff.post(&sort.path, &json!({ sort.made.0: sort.body })).send(world).await.done();
    if let Some(key) = made["userKey"].as_str() {
        world.keep_secret(key);
    }
    made[sort.made.1].as_i64().unwrap()
}

/// How many there are, said beside a page that does not end the list.
async fn total(world: &World, staff: &Staff, sort: &Sort) -> u64 {
    let answer = staff.get(&sort.path, &[("take", "1")]).send(world).await.done();
    assert_eq!(answer[sort.name].as_array().unwrap().len(), 1, "{}", sort.path);
    let (first, rest) = sort.name.split_at(1);
    answer[format!("total{}{rest}Count", first.to_uppercase())].as_u64().unwrap()
}

/// The total as it is remembered from now on.
async fn settled(world: &World, staff: &Staff, sort: &Sort) -> u64 {
    total(world, staff, sort).await;
    world.clock.advance_seconds(6);
    total(world, staff, sort).await
}

#[tokio::test]
async fn a_total_is_right_at_once_for_whoever_wrote_what_is_listed() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let sort = |path: &str, name, made, body| Sort { path: path.to_owned(), name, made, body };
    let customers = sort("/v1/customers", "customers", ("customer", "customerId"), json!({"company": "One"}));
    let products = sort("/v1/products", "products", ("product", "productId"), json!({"name": "Tool"}));
    let (customer, product) = (make(&world, &staff, &customers).await, make(&world, &staff, &products).await);
    let template = json!({"name": "Professional", "productId": product});
    let templates = sort("/v1/license-templates", "licenseTemplates", ("licenseTemplate", "templateId"), template);
    let template = make(&world, &staff, &templates).await;
    let mail = json!({"name": "Mail", "type": "email", "data": "<p>Hello</p>"});
    for sort in [
        customers,
        products,
        templates,
        sort("/v1/contacts", "contacts", ("contact", "contactId"), json!({"customerId": customer})),
        sort("/v1/orders", "orders", ("order", "orderId"), json!({"customerId": customer})),
        sort("/v1/resources", "resources", ("resource", "resourceId"), mail),
        sort("/v1/assemblies", "assemblies", ("assembly", "assemblyId"), json!({"name": "A"})),
        sort("/v1/licenses", "licenses", ("license", "licenseId"), json!({"templateId": template})),
    ] {
        for _ in 0..3 {
            make(&world, &staff, &sort).await;
        }
        let before = settled(&world, &staff, &sort).await;
        let one = make(&world, &staff, &sort).await;
        assert_eq!(total(&world, &staff, &sort).await, before + 1, "{}: one was made", sort.path);
        assert_eq!(settled(&world, &staff, &sort).await, before + 1, "{}", sort.path);
        staff.delete(&format!("{}/{one}", sort.path)).send(&world).await.done();
        assert_eq!(total(&world, &staff, &sort).await, before, "{}: one was deleted", sort.path);
    }
}

#[tokio::test]
async fn a_list_of_what_leads_somewhere_is_as_long_as_the_last_change_made_it() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let key = staff.post("/v1/resources", &json!({"resource": {"name": "Keys", "type": "Ed25519"}})).send(&world).await.done();
    let key = key["resourceId"].as_i64().unwrap();
    let mut products = Vec::new();
    for number in 0..3 {
        let product = json!({"product": {"name": format!("Tool {number}"), "signatureKeysId": key}});
        products.push(staff.post("/v1/products", &product).send(&world).await.done()["productId"].as_i64().unwrap());
    }
    let signed = async || {
        let filter = format!("SignatureKeysId = {key}");
        let answer = staff.get("/v1/products", &[("take", "1"), ("filter", &filter)]).send(&world).await.done();
        answer["totalProductsCount"].as_u64().unwrap()
    };
    signed().await;
    world.clock.advance_seconds(6);
    assert_eq!((signed().await, signed().await), (3, 3));
    staff.put("/v1/products", &json!({"product": {"id": products[0], "signatureKeysId": 0}})).send(&world).await.done();
    assert_eq!(signed().await, 2);
}
