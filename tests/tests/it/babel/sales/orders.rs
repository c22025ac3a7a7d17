//! Orders: recorded, listed, changed, deleted.

use latchkey_core::domain::ids::OrderId;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{CUSTOMERS, Desk, EMAIL, ORDERS, ids};

#[tokio::test]
async fn an_order_is_kept_with_all_that_is_said_and_nothing_is_computed() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let (buyer, reseller) =
        (desk.customer(&world, json!({ "company": "One" })).await, desk.customer(&world, json!({ "company": "Two" })).await);
    let mut order = json!({
        "orderNumber": "1001", "status": "paid", "processedBy": "Max Mustermann", "purchaseOrder": "PO-1", "total": 119.5, "currency": "EUR",
        "invoiceNumber": "2026-1", "paymentType": "card", "paymentNumber": "ch_1", "paymentStatus": "captured",
        "paymentDate": "2026-11-21T10:00:00Z", "description": "A trial, then\na purchase.", "customerId": buyer, "resellerId": reseller,
    });
    let mut given = order.clone();
    given["createdAt"] = json!("2019-08-24T14:15:22Z");
    given["customer"] = json!({ "id": 77 });
    let answer = desk.post(&world, ORDERS, &json!({ "order": given })).await.done();
    let id = answer["orderId"].as_i64().unwrap();
    assert_eq!(answer["orderNumber"], "1001");
    order["id"] = json!(id);
    order["createdAt"] = json!("2026-11-22T06:00:00Z");
    order["updatedAt"] = Value::Null;
    order["customer"] = Value::Null;
    assert_eq!(desk.one(&world, ORDERS, id).await, order);

    world.clock.advance_seconds(60);
    let change = json!({ "order": { "id": id, "orderNumber": "", "status": "closed", "paymentDate": null, "resellerId": 0, "total": 0 } });
    desk.put(&world, ORDERS, &change).await.done();
    for (member, value) in [
        ("status", json!("closed")),
        ("paymentDate", Value::Null),
        ("resellerId", json!(0)),
        ("total", json!(0)),
        ("updatedAt", json!("2026-11-22T06:01:00Z")),
    ] {
        order[member] = value;
    }
    assert_eq!(desk.one(&world, ORDERS, id).await, order, "a number stays, for an order always has one");
    let drawn = desk.post(&world, ORDERS, &json!({ "order": {} })).await.done();
    let number = drawn["orderNumber"].as_str().unwrap();
    assert!(number.len() == 10 && number.starts_with("O-"), "{number}");
}

#[tokio::test]
async fn an_orders_number_is_unique_and_finds_it() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let id = desk.order(&world, json!({ "orderNumber": "1001" })).await;
    let other = desk.order(&world, json!({})).await;
    for refused in [
        desk.post(&world, ORDERS, &json!({ "order": { "orderNumber": "1001" } })).await,
        desk.put(&world, ORDERS, &json!({ "order": { "id": other, "orderNumber": "1001" } })).await,
    ] {
        let refused = refused.refused();
        assert_eq!((refused.0, refused.1), (409, 40901), "{refused:?}");
    }
    let found = desk.get(&world, ORDERS, &[("filter", "OrderNumber = \"1001\"")]).await;
    assert_eq!((ids(&found, "orders"), &found["totalOrdersCount"]), (vec![id], &json!(1)));
}

#[tokio::test]
async fn who_bought_is_shown_where_that_is_asked_for_and_with_whom_to_speak_to() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let buyer = desk.customer(&world, json!({ "company": "One", "email": EMAIL })).await;
    let contact = desk.contact(&world, json!({ "customerId": buyer, "firstName": "Max" })).await;
    let (mut of_buyer, mut of_nobody) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        of_buyer.push(desk.order(&world, json!({ "customerId": buyer })).await);
        of_nobody.push(desk.order(&world, json!({})).await);
    }
    let bare = desk.get(&world, ORDERS, &[]).await;
    assert!(bare["orders"].as_array().unwrap().iter().all(|order| order["customer"].is_null()), "{bare}");
    let with = desk.get(&world, ORDERS, &[("include", "Customer")]).await;
    for order in with["orders"].as_array().unwrap() {
        let is_somebodys = order["customerId"] == buyer;
        assert_eq!(order["customer"]["company"], if is_somebodys { json!("One") } else { Value::Null }, "{order}");
        assert_eq!(order["customer"]["contacts"].as_array().map(Vec::len), is_somebodys.then_some(0), "{order}");
    }
    let deep = desk.get(&world, ORDERS, &[("include", "Customer.Contacts"), ("filter", "Customer.Company = \"One\""), ("take", "1")]).await;
    assert_eq!((ids(&deep, "orders"), &deep["totalOrdersCount"]), (vec![of_buyer[0]], &json!(3)));
    assert_eq!(deep["orders"][0]["customer"]["contacts"][0]["id"], contact);
    let nobodys = desk.get(&world, ORDERS, &[("filter", "Customer = null")]).await;
    assert_eq!(ids(&nobodys, "orders"), of_nobody);
    assert!(nobodys["orders"][0]["customer"].is_null());
    let nobodys = desk.get(&world, ORDERS, &[("filter", "CustomerId = 0")]).await;
    assert_eq!(ids(&nobodys, "orders"), of_nobody);
    let of = desk.get(&world, &format!("{CUSTOMERS}/{buyer}/orders"), &[("sort", "Id desc"), ("take", "2")]).await;
    assert_eq!((ids(&of, "orders"), &of["totalOrdersCount"]), (vec![of_buyer[2], of_buyer[1]], &json!(3)));
    let chosen = desk.get(&world, ORDERS, &[("select", "OrderNumber,Customer"), ("include", "Customer"), ("take", "1")]).await;
    let members: Vec<_> = chosen["orders"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["customer", "orderNumber"]);
    let refused = desk.staff.get(&format!("{CUSTOMERS}/999/orders"), &[]).send(&world).await.refused();
    assert_eq!(refused.0, 404);
}

#[tokio::test]
async fn an_order_with_a_licence_stays_and_its_products_go_with_it() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let (id, other) = (desk.order(&world, json!({})).await, desk.order(&world, json!({})).await);
    let product = desk.vendor.product.id.get();
    for order in [id, other] {
        desk.post(&world, &format!("{ORDERS}/{order}/products/{product}"), &json!({ "productOrder": { "quantity": 1 } })).await.done();
    }
    world.license(&desk.vendor, |new| new.order = OrderId::new(u32::try_from(id).unwrap())).await;
    let refused = desk.delete(&world, &format!("{ORDERS}/{id}")).await.refused();
    assert_eq!((refused.0, refused.1), (409, 40903), "{refused:?}");
    desk.delete(&world, &format!("{ORDERS}/{other}")).await.done();
    let refused = desk.staff.get(&format!("{ORDERS}/{other}/products"), &[]).send(&world).await.refused();
    assert_eq!(refused.0, 404);
    for gone in [other, 999, -1] {
        assert_eq!(desk.delete(&world, &format!("{ORDERS}/{gone}")).await.refused().0, 404, "{gone}");
        assert_eq!(desk.put(&world, ORDERS, &json!({ "order": { "id": gone, "status": "x" } })).await.refused().0, 404, "{gone}");
    }
}

#[tokio::test]
async fn an_order_is_no_strangers() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let id = desk.order(&world, json!({})).await;
    for member in ["customerId", "resellerId"] {
        for nobody in [999, -1] {
            let mut order = json!({ "id": id });
            order[member] = json!(nobody);
            for refused in [
                desk.post(&world, ORDERS, &json!({ "order": order })).await.refused(),
                desk.put(&world, ORDERS, &json!({ "order": order })).await.refused(),
            ] {
                assert_eq!((refused.0, refused.1), (404, 40402), "{member} {nobody}: {refused:?}");
            }
        }
    }
}
