//! Products.

use latchkey_core::domain::ids::ProductId;
use latchkey_core::domain::product::ProductKind;
use latchkey_core::domain::role::Role;
use latchkey_core::ops::products::complete_products;
use latchkey_core::table::Freshness;
use latchkey_tests::world::World;
use serde_json::json;

use super::{listed, only, product, release, resource};

const PATH: &str = "/v1/products";

#[tokio::test]
async fn a_product_is_made_with_all_that_is_said_found_changed_and_deleted() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let key = resource(&world, &staff, json!({"name": "Keys", "type": "Ed25519"})).await;
    let said = json!({
        "id": 77, "code": "ACME-1", "name": "Acme Tool", "description": "A tool.\nAnd more.", "url": "https://example.com/tool",
        "copyright": "© 2026 Acme", "createdAt": "2019-08-24T14:15:22Z", "image": "tool.png", "price": 49.9, "resellerPrice": 40,
        "currency": "EUR", "signatureKeysId": key, "meta": "{}", "signatureKeys": {"id": 5}, "productOrders": [{}], "unknown": true,
    });
    let made = staff.post(PATH, &json!({"product": said})).send(&world).await.done();
    let id = made["productId"].as_i64().unwrap();
    let mut expected = said.clone();
    expected.as_object_mut().unwrap().remove("unknown");
    expected["id"] = json!(id);
    expected["createdAt"] = json!("2026-11-22T06:00:00Z");
    expected["signatureKeys"] = json!(null);
    expected["productOrders"] = json!([]);
    for filter in [format!("id = {id}"), "Code == \"ACME-1\"".to_owned(), format!("SignatureKeysId = {key} and Price > 49")] {
        assert_eq!(only(&world, &staff, PATH, "products", &[("filter", &filter)]).await, expected, "{filter}");
    }
    let shown = only(&world, &staff, PATH, "products", &[("include", "SignatureKeys"), ("select", "Name, SignatureKeys")]).await;
    assert_eq!((&shown["signatureKeys"]["id"], &shown["signatureKeys"]["type"]), (&json!(key), &json!("Ed25519")));
    assert!(shown["signatureKeys"]["data"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
    assert_eq!(shown.as_object().unwrap().len(), 2);

    world.clock.advance_seconds(5);
    let change = json!({"product": {"id": id, "name": "Acme Tool 2", "description": "", "price": null, "signatureKeysId": 0, "slug": "x"}});
    staff.put(PATH, &change).send(&world).await.done();
    expected["name"] = json!("Acme Tool 2");
    expected["description"] = json!("");
    expected["price"] = json!(0);
    expected["signatureKeysId"] = json!(0);
    assert_eq!(only(&world, &staff, PATH, "products", &[]).await, expected);

    staff.delete(&format!("{PATH}/{id}")).send(&world).await.done();
    assert_eq!(listed(&world, &staff, PATH, "products", &[]).await, (Vec::new(), 0));
    for ask in [staff.delete(&format!("{PATH}/{id}")), staff.put(PATH, &change)] {
        assert_eq!(ask.send(&world).await.refused().1, 40402);
    }
    let again = staff.post(PATH, &json!({"product": {"name": "Acme Tool", "code": "ACME-1"}})).send(&world).await.done();
    assert_ne!(again["productId"], json!(id), "a number is not given out again");
}

#[tokio::test]
async fn a_code_is_one_products_in_an_account_and_public_where_it_can_be() {
    let world = World::new().await;
    let (one, other) = (world.administrator().await, world.administrator().await);
    let make = |code: &str| json!({"product": {"name": "Acme Tool", "code": code}});
    let first = one.post(PATH, &make("ACME")).send(&world).await.done()["productId"].as_i64().unwrap();
    assert_eq!(one.post(PATH, &make("ACME")).send(&world).await.refused().1, 40901);
    let second = other.post(PATH, &make("ACME")).send(&world).await.done()["productId"].as_i64().unwrap();
    let spaced = one.post(PATH, &make("Acme Tool: No. 1")).send(&world).await.done()["productId"].as_i64().unwrap();
    let stored = async |account, id: i64| {
        let id = ProductId::new(u32::try_from(id).unwrap()).unwrap();
        world.core.table.product(account, id, Freshness::Strong).await.unwrap().unwrap()
    };
    assert_eq!(stored(one.account, first).await.code.as_str(), "ACME");
    let (second, spaced) = (stored(other.account, second).await, stored(one.account, spaced).await);
    assert_eq!((second.code.as_str().len(), spaced.code.as_str().len()), (8, 8), "another public code was drawn");
    assert_eq!(spaced.slug.as_str(), "acme-tool-no-1");

    let renamed = json!({"product": {"id": first, "code": "ACME-2"}});
    one.put(PATH, &renamed).send(&world).await.done();
    one.put(PATH, &renamed).send(&world).await.done();
    let third = one.post(PATH, &make("ACME")).send(&world).await.done()["productId"].as_i64().unwrap();
    assert_eq!(one.put(PATH, &json!({"product": {"id": third, "code": "ACME-2"}})).send(&world).await.refused().1, 40901);
    assert_ne!(stored(one.account, third).await.code.as_str(), "ACME", "the public code is the first one's for good");
}

#[tokio::test]
async fn a_product_has_a_slug_a_code_and_a_kind_for_all_other_interfaces() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let stored = async |id: i64| {
        let id = ProductId::new(u32::try_from(id).unwrap()).unwrap();
        world.core.table.product(staff.account, id, Freshness::Strong).await.unwrap().unwrap()
    };
    let (first, second) = (product(&world, &staff, "My Tool!").await, product(&world, &staff, "My Tool?").await);
    let (first, second) = (stored(first).await, stored(second).await);
    assert_eq!((first.slug.as_str(), second.slug.as_str()), ("my-tool", format!("my-tool-{}", second.id).as_str()));
    assert_eq!((first.kind, first.author.as_str(), first.code.as_str().len()), (ProductKind::Program, "Acme", 8));
    let shown = only(&world, &staff, PATH, "products", &[("filter", &format!("Code = \"{}\"", first.code))]).await;
    assert_eq!(shown["id"], json!(first.id));

    let plugin = json!({"product": {"name": "東京", "slug": "acme-plugin", "kind": "Plugin", "url": "https://example.com/p"}});
    let plugin = stored(staff.post(PATH, &plugin).send(&world).await.done()["productId"].as_i64().unwrap()).await;
    assert_eq!((plugin.slug.as_str(), plugin.kind), ("acme-plugin", ProductKind::Plugin));
    assert_eq!(plugin.url.unwrap().as_str(), "https://example.com/p");
    let taken = json!({"product": {"name": "Another", "slug": "acme-plugin"}});
    assert_eq!(staff.post(PATH, &taken).send(&world).await.refused().1, 40901);
    let nameless = product(&world, &staff, "東京").await;
    assert_eq!(stored(nameless).await.slug.as_str(), format!("product-{nameless}"));
}

#[tokio::test]
async fn a_product_of_the_operators_tool_is_a_product_here() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::LicenseManager).await;
    let shown = only(&world, &staff, PATH, "products", &[("filter", &format!("code = \"{}\"", vendor.product.code))]).await;
    assert_eq!((&shown["id"], &shown["name"]), (&json!(vendor.product.id), &json!(vendor.product.name)));
    let change = json!({"product": {"id": vendor.product.id, "name": "Renamed", "url": "no address"}});
    staff.put(PATH, &change).send(&world).await.done();
    let stored = world.core.table.product(vendor.account, vendor.product.id, Freshness::Strong).await.unwrap().unwrap();
    assert_eq!((stored.name.as_str(), stored.url), ("Renamed", None));
}

#[tokio::test]
async fn a_product_from_before_there_were_records_is_given_one() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let record = world.core.table.product_record(vendor.account, vendor.product.id).await.unwrap().unwrap();
    world.core.table.delete_record(&record).await.unwrap();
    assert_eq!(listed(&world, &staff, PATH, "products", &[]).await.1, 0);
    let taken = json!({"product": {"name": "Other", "code": vendor.product.code}});
    staff.post(PATH, &taken).send(&world).await.done();
    for _ in 0..2 {
        complete_products(&world.core, vendor.account).await.unwrap();
    }
    let shown = only(&world, &staff, PATH, "products", &[("filter", &format!("id = {}", vendor.product.id))]).await;
    assert_eq!((&shown["name"], &shown["code"]), (&json!(vendor.product.name), &json!(format!("test-plugin-{}", vendor.product.id))));
}

#[tokio::test]
async fn what_refers_to_a_product_keeps_it() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let path = format!("{PATH}/{}", vendor.product.id);
    let refused = async |by: &str| {
        let (_, code, message) = staff.delete(&path).send(&world).await.refused();
        assert_eq!(code, 40903, "{message}");
        assert!(message.contains(by), "{message}");
    };
    world.publish(&vendor, "1.0.0").await;
    refused("release").await;
    let order = staff.post("/v1/orders", &json!({"order": {}})).send(&world).await.done()["orderId"].as_i64().unwrap();
    let sold = format!("/v1/orders/{order}/products/{}", vendor.product.id);
    staff.post(&sold, &json!({"productOrder": {"quantity": 2}})).send(&world).await.done();
    refused("order").await;
    world.license(&vendor, |_| {}).await;
    refused("licence").await;
}

#[tokio::test]
async fn the_orders_of_a_product_are_listed_and_included() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let (id, other) = (product(&world, &staff, "Tool").await, product(&world, &staff, "Other").await);
    let customer = json!({"customer": {"firstName": "Erika", "lastName": "Mustermann"}});
    let customer = staff.post("/v1/customers", &customer).send(&world).await.done()["customerId"].as_i64().unwrap();
    let mut orders = Vec::new();
    for quantity in [1, 2] {
        let order = json!({"order": {"orderNumber": format!("O-{quantity}"), "customerId": customer}});
        let order = staff.post("/v1/orders", &order).send(&world).await.done()["orderId"].as_i64().unwrap();
        let sold = json!({"productOrder": {"quantity": quantity, "unitPrice": 9.5}});
        staff.post(&format!("/v1/orders/{order}/products/{id}"), &sold).send(&world).await.done();
        orders.push(order);
    }
    let path = format!("{PATH}/{id}/orders");
    let (rows, total) =
        listed(&world, &staff, &path, "productOrders", &[("include", "Order.Customer, Product"), ("sort", "orderId desc")]).await;
    assert_eq!((rows.len(), total), (2, 2));
    assert_eq!((&rows[0]["orderId"], &rows[1]["orderId"]), (&json!(orders[1]), &json!(orders[0])));
    assert_eq!((&rows[0]["quantity"], &rows[0]["unitPrice"], &rows[0]["product"]["name"]), (&json!(2), &json!(9.5), &json!("Tool")));
    assert_eq!((&rows[0]["order"]["orderNumber"], &rows[0]["order"]["customer"]["lastName"]), (&json!("O-2"), &json!("Mustermann")));
    let filter = format!("orderId = {} and Order.OrderNumber = \"O-1\"", orders[0]);
    assert_eq!(only(&world, &staff, &path, "productOrders", &[("filter", &filter)]).await["order"], json!(null));

    let query = [("include", "ProductOrders.Order"), ("sort", "id")];
    let (products, _) = listed(&world, &staff, PATH, "products", &query).await;
    assert_eq!(products[0]["productOrders"].as_array().unwrap().len(), 2);
    assert_eq!(products[0]["productOrders"][1]["order"]["orderNumber"], json!("O-2"));
    assert_eq!((&products[1]["id"], &products[1]["productOrders"]), (&json!(other), &json!([])));
    assert_eq!(staff.get(&format!("{PATH}/999/orders"), &[]).send(&world).await.refused().1, 40402);
    let manager = world.staff(staff.account, Role::LicenseManager).await;
    for ask in [manager.get(&path, &[]), manager.get(PATH, &[("include", "ProductOrders.Order")])] {
        assert_eq!(ask.send(&world).await.refused().1, 40301, "who may not see orders does not see them here either");
    }
}

#[tokio::test]
async fn a_key_that_is_not_there_or_none_is_refused() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let mail = resource(&world, &staff, json!({"name": "Mail", "type": "email", "data": "<p>Hello</p>"})).await;
    let make = |key: i64| json!({"product": {"name": "Tool", "signatureKeysId": key}});
    assert_eq!(staff.post(PATH, &make(mail)).send(&world).await.refused().1, 40904);
    assert_eq!(staff.post(PATH, &make(999)).send(&world).await.refused().1, 40402);
    let id = product(&world, &staff, "Tool").await;
    assert_eq!(staff.put(PATH, &json!({"product": {"id": id, "signatureKeysId": mail}})).send(&world).await.refused().1, 40904);
}

#[tokio::test]
async fn finding_a_product_costs_a_unit_and_no_more() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = product(&world, &staff, "Tool").await;
    release(&world, &staff, id, "1.0.0").await;
    world.table.reset_calls();
    only(&world, &staff, PATH, "products", &[("filter", &format!("id = {id}"))]).await;
    // Half a unit is the Bearer's.
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= 1.5, "{spent} units");
    }
}
