//! The products of orders.

use latchkey_core::domain::ids::OrderId;
use latchkey_core::ops::create_product::create_product;
use latchkey_core::table::Freshness;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{Desk, ORDERS};

#[tokio::test]
async fn an_order_has_a_product_once_and_its_total_is_what_was_said() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let order = desk.order(&world, json!({ "total": 5 })).await;
    let product = desk.vendor.product.id.get();
    let path = format!("{ORDERS}/{order}/products/{product}");
    let mut sold = json!({ "quantity": 3, "unitPrice": 9.9, "discount": -0.5, "taxes": 0.19, "description": "Three seats" });
    let mut given = sold.clone();
    given["productId"] = json!(77);
    given["orderId"] = json!(77);
    desk.post(&world, &path, &json!({ "productOrder": given })).await.done();
    sold["productId"] = json!(product);
    sold["orderId"] = json!(order);
    sold["product"] = Value::Null;
    sold["order"] = Value::Null;
    let list = format!("{ORDERS}/{order}/products");
    let listed = desk.get(&world, &list, &[]).await;
    assert_eq!((&listed["orderProducts"], &listed["totalOrderProductsCount"]), (&json!([sold]), &json!(1)));
    let refused = desk.post(&world, &path, &json!({ "productOrder": {} })).await.refused();
    assert_eq!((refused.0, refused.1), (409, 40901), "{refused:?}");
    desk.put(&world, &path, &json!({ "productOrder": { "quantity": 4, "description": "" } })).await.done();
    sold["quantity"] = json!(4);
    sold["description"] = json!("");
    assert_eq!(desk.get(&world, &list, &[]).await["orderProducts"], json!([sold]));
    let with = desk.get(&world, &list, &[("include", "Product, Order"), ("filter", "Order.Total = 5")]).await;
    let row = &with["orderProducts"][0];
    assert_eq!((&row["product"]["id"], &row["order"]["id"], &row["order"]["total"]), (&json!(product), &json!(order), &json!(5)));
    desk.delete(&world, &path).await.done();
    for refused in [desk.delete(&world, &path).await, desk.put(&world, &path, &json!({ "productOrder": {} })).await] {
        assert_eq!(refused.refused().0, 404);
    }
}

#[tokio::test]
async fn products_of_an_order_are_listed_by_their_numbers_from_either_end() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let order = desk.order(&world, json!({})).await;
    let mut products = vec![desk.vendor.product.id.get()];
    for slug in ["second", "third", "fourth"] {
        products.push(create_product(&world.core, desk.vendor.account, new_product(slug)).await.unwrap().id.get());
    }
    for (product, quantity) in products.iter().zip(1..) {
        let path = format!("{ORDERS}/{order}/products/{product}");
        desk.post(&world, &path, &json!({ "productOrder": { "quantity": quantity } })).await.done();
    }
    let list = async |query: &[(&str, &str)]| {
        let answer = desk.get(&world, &format!("{ORDERS}/{order}/products"), query).await;
        let rows = answer["orderProducts"].as_array().unwrap();
        let ids: Vec<_> = rows.iter().map(|row| u32::try_from(row["productId"].as_u64().unwrap()).unwrap()).collect();
        (ids, answer["totalOrderProductsCount"].as_u64().unwrap())
    };
    assert_eq!(list(&[]).await, (products.clone(), 4));
    assert_eq!(list(&[("sort", "ProductId desc"), ("skip", "1"), ("take", "2")]).await, (vec![products[2], products[1]], 4));
    assert_eq!(list(&[("filter", &format!("ProductId > {}", products[1]))]).await, (products[2..].to_vec(), 2));
    assert_eq!(list(&[("filter", &format!("ProductId = {}", products[3]))]).await, (products[3..].to_vec(), 1));
    assert_eq!(list(&[("filter", "Quantity <= 2"), ("sort", "Quantity desc")]).await, (vec![products[1], products[0]], 2));
    assert_eq!(list(&[("countOnly", "true")]).await, (vec![], 4));
    assert_eq!(list(&[("filter", "ProductId = -1")]).await, (vec![], 0));
}

#[tokio::test]
async fn what_is_not_there_is_in_no_order() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let order = desk.order(&world, json!({})).await;
    let product = desk.vendor.product.id.get();
    for (order, product) in [(i64::from(i32::MAX), product), (order, 999), (0, product), (-1, product)] {
        let refused = desk.post(&world, &format!("{ORDERS}/{order}/products/{product}"), &json!({ "productOrder": {} })).await.refused();
        assert_eq!((refused.0, refused.1), (404, 40402), "{order} {product}: {refused:?}");
    }
    for (quantity, status) in [(json!(-1), 400), (json!(1_000_000_001), 400), (json!(1.5), 400), (json!("3"), 400)] {
        let path = format!("{ORDERS}/{order}/products/{product}");
        let refused = desk.post(&world, &path, &json!({ "productOrder": { "quantity": quantity } })).await.refused();
        assert_eq!((refused.0, refused.1), (status, 40002), "{quantity}: {refused:?}");
    }
}

#[tokio::test]
async fn an_order_has_numbers_for_as_many_licences_as_its_products_say() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let other = create_product(&world.core, desk.vendor.account, new_product("other")).await.unwrap().id.get();
    let order = desk.order(&world, json!({})).await;
    let reserved = async || {
        let id = OrderId::new(u32::try_from(order).unwrap()).unwrap();
        world.core.table.order_lines(desk.vendor.account, id, Freshness::Strong).await.unwrap().unwrap().reserved()
    };
    let path = |product: u32| format!("{ORDERS}/{order}/products/{product}");
    let said = |quantity: u32| json!({ "productOrder": { "quantity": quantity } });
    assert_eq!(reserved().await, 8);
    desk.post(&world, &path(desk.vendor.product.id.get()), &said(8)).await.done();
    assert_eq!(reserved().await, 8);
    desk.post(&world, &path(other), &said(30)).await.done();
    assert_eq!(reserved().await, 38, "for both");
    desk.put(&world, &path(other), &said(2)).await.done();
    assert_eq!(reserved().await, 38, "fewer are none less");
    desk.put(&world, &path(other), &said(1_000_000_000)).await.done();
    assert_eq!(reserved().await, 1_038, "as many at once as a shop is promised");
}
