//! Who sees and changes what: not another account's, and a customer their own alone.

use latchkey_core::domain::ids::{CustomerId, OrderId};
use latchkey_core::domain::role::Role;
use latchkey_core::ops::create_product::create_product;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{CONTACTS, CUSTOMERS, Desk, ORDERS, ids};

#[tokio::test]
async fn another_accounts_things_are_not_there() {
    let world = World::new().await;
    let (ours, theirs) = (Desk::new(&world).await, Desk::new(&world).await);
    // Ids of ours that they have not.
    for _ in 0..2 {
        ours.customer(&world, json!({ "company": "Filler" })).await;
    }
    let customer = ours.customer(&world, json!({ "company": "One", "code": "ONE" })).await;
    let contact = ours.contact(&world, json!({ "customerId": customer })).await;
    let order = ours.order(&world, json!({ "customerId": customer, "orderNumber": "1001" })).await;
    let product = ours.vendor.product.id.get();
    let place = format!("{ORDERS}/{order}/products/{product}");
    ours.post(&world, &place, &json!({ "productOrder": { "quantity": 1 } })).await.done();

    for (path, name) in [(CUSTOMERS, "customers"), (CONTACTS, "contacts"), (ORDERS, "orders")] {
        for filter in ["", "Id > 0", "Id = 1", "Id in (1, 2, 3)"] {
            assert_eq!(ids(&theirs.get(&world, path, &[("filter", filter)]).await, name), Vec::<i64>::new(), "{path} {filter}");
        }
    }
    assert_eq!(ids(&theirs.get(&world, CUSTOMERS, &[("filter", "Code = 'ONE'")]).await, "customers"), Vec::<i64>::new());
    assert_eq!(ids(&theirs.get(&world, ORDERS, &[("filter", "OrderNumber = '1001'")]).await, "orders"), Vec::<i64>::new());
    assert_eq!(ids(&theirs.get(&world, ORDERS, &[("filter", &format!("CustomerId = {customer}"))]).await, "orders"), Vec::<i64>::new());
    let mut refused = Vec::new();
    for path in [format!("{CUSTOMERS}/{customer}/contacts"), format!("{CUSTOMERS}/{customer}/orders"), format!("{ORDERS}/{order}/products")]
    {
        refused.push(theirs.staff.get(&path, &[]).send(&world).await);
    }
    for path in [format!("{CUSTOMERS}/{customer}"), format!("{CONTACTS}/{contact}"), format!("{ORDERS}/{order}"), place.clone()] {
        refused.push(theirs.delete(&world, &path).await);
    }
    refused.push(theirs.put(&world, CUSTOMERS, &json!({ "customer": { "id": customer, "company": "x" } })).await);
    refused.push(theirs.put(&world, CONTACTS, &json!({ "contact": { "id": contact, "title": "x" } })).await);
    refused.push(theirs.put(&world, ORDERS, &json!({ "order": { "id": order, "status": "x" } })).await);
    refused.push(theirs.put(&world, &place, &json!({ "productOrder": { "quantity": 2 } })).await);
    refused.push(theirs.post(&world, &place, &json!({ "productOrder": { "quantity": 2 } })).await);
    refused.push(theirs.post(&world, CONTACTS, &json!({ "contact": { "customerId": customer } })).await);
    refused.push(theirs.post(&world, ORDERS, &json!({ "order": { "customerId": customer } })).await);
    for exchange in refused {
        assert_eq!(exchange.refused().0, 404, "{:?}", exchange.ask);
    }
    assert_eq!(ours.one(&world, ORDERS, order).await["status"], "");
    // The same texts are theirs to give.
    theirs.customer(&world, json!({ "company": "One", "code": "ONE" })).await;
    theirs.order(&world, json!({ "orderNumber": "1001" })).await;
}

#[tokio::test]
async fn a_customer_sees_their_own_orders_and_nothing_else() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let (own, other) =
        (desk.customer(&world, json!({ "company": "Own" })).await, desk.customer(&world, json!({ "company": "Other" })).await);
    let (mine, foreign) =
        (desk.order(&world, json!({ "customerId": own })).await, desk.order(&world, json!({ "customerId": other })).await);
    let nobodys = desk.order(&world, json!({})).await;
    let product = desk.vendor.product.id.get();
    for order in [mine, foreign] {
        desk.post(&world, &format!("{ORDERS}/{order}/products/{product}"), &json!({ "productOrder": { "quantity": 1 } })).await.done();
    }
    let customer = world.customer_staff(desk.vendor.account, CustomerId::new(u32::try_from(own).unwrap()).unwrap()).await;
    let get = async |path: &str, query: &[(&str, &str)]| customer.get(path, query).send(&world).await;
    for filter in
        ["", "Id > 0", "CustomerId > 0 or CustomerId = 0", &format!("CustomerId = {other}"), "not (Id = 0)", &format!("Id = {foreign}")]
    {
        let answer = get(ORDERS, &[("filter", filter), ("include", "Customer")]).await.done();
        let expected =
            if filter.ends_with(&format!("= {other}")) || filter.ends_with(&format!("Id = {foreign}")) { vec![] } else { vec![mine] };
        assert_eq!(ids(&answer, "orders"), expected, "{filter}");
        assert_eq!(answer["totalOrdersCount"], expected.len(), "{filter}");
        assert!(answer["orders"].as_array().unwrap().iter().all(|order| order["customer"]["company"] == "Own"), "{filter}");
    }
    assert_eq!(ids(&get(&format!("{CUSTOMERS}/{own}/orders"), &[]).await.done(), "orders"), [mine]);
    let products = get(&format!("{ORDERS}/{mine}/products"), &[("include", "Order.Customer")]).await.done();
    assert_eq!(products["orderProducts"][0]["order"]["customer"]["company"], "Own");
    for (path, status) in [
        (format!("{CUSTOMERS}/{other}/orders"), 404),
        (format!("{ORDERS}/{foreign}/products"), 404),
        (format!("{ORDERS}/{nobodys}/products"), 404),
        (CUSTOMERS.to_owned(), 403),
        (CONTACTS.to_owned(), 403),
        (format!("{CUSTOMERS}/{own}/contacts"), 403),
    ] {
        assert_eq!(get(&path, &[]).await.refused().0, status, "{path}");
    }
    for body in [json!({ "order": { "id": mine, "status": "x" } })] {
        assert_eq!(customer.put(ORDERS, &body).send(&world).await.refused().0, 403);
        assert_eq!(customer.post(ORDERS, &body).send(&world).await.refused().0, 403);
    }
    assert_eq!(customer.delete(&format!("{ORDERS}/{mine}")).send(&world).await.refused().0, 403);
}

#[tokio::test]
async fn licences_of_a_customer_and_of_an_order_are_those_that_who_asks_may_see() {
    let world = World::new().await;
    let (desk, strangers) = (Desk::new(&world).await, Desk::new(&world).await);
    let (own, other) =
        (desk.customer(&world, json!({ "company": "Own" })).await, desk.customer(&world, json!({ "company": "Other" })).await);
    let (mine, foreign) =
        (desk.order(&world, json!({ "customerId": own })).await, desk.order(&world, json!({ "customerId": other })).await);
    let id = |id: i64| u32::try_from(id).unwrap();
    let mut issued = Vec::new();
    for order in [mine, mine, foreign] {
        issued.push(i64::from(world.license(&desk.vendor, |new| new.order = OrderId::new(id(order))).await.id.get()));
    }
    // In their order, and another's.
    let gift = world.license(&desk.vendor, |new| {
        new.order = OrderId::new(id(mine));
        new.customer = CustomerId::new(id(other));
    });
    let gift = i64::from(gift.await.id.get());
    let customer = world.customer_staff(desk.vendor.account, CustomerId::new(id(own)).unwrap()).await;
    let manager = world.staff(desk.vendor.account, Role::LicenseManager).await;
    let (of_customer, of_order) = (format!("{CUSTOMERS}/{own}/licenses"), format!("{ORDERS}/{mine}/licenses"));
    for staff in [&desk.staff, &manager] {
        let licenses = staff.get(&of_customer, &[("sort", "Id desc")]).send(&world).await.done();
        assert_eq!((ids(&licenses, "licenses"), &licenses["totalLicensesCount"]), (vec![issued[1], issued[0]], &json!(2)));
        let licenses = staff.get(&of_order, &[]).send(&world).await.done();
        assert_eq!((ids(&licenses, "licenses"), &licenses["totalLicensesCount"]), (vec![issued[0], issued[1], gift], &json!(3)));
    }
    for path in [&of_customer, &of_order] {
        let licenses = customer.get(path, &[]).send(&world).await.done();
        assert_eq!((ids(&licenses, "licenses"), &licenses["totalLicensesCount"]), (vec![issued[0], issued[1]], &json!(2)), "{path}");
        assert_eq!(strangers.staff.get(path, &[]).send(&world).await.refused().0, 404, "{path}");
    }
    for path in [format!("{CUSTOMERS}/{other}/licenses"), format!("{ORDERS}/{foreign}/licenses"), format!("{ORDERS}/999/licenses")] {
        assert_eq!(customer.get(&path, &[]).send(&world).await.refused().0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_customer_looks_behind_no_product_for_others_orders() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let own = desk.customer(&world, json!({ "company": "Own" })).await;
    let mine = desk.order(&world, json!({ "customerId": own })).await;
    let product = create_product(&world.core, desk.vendor.account, new_product("other")).await.unwrap().id.get();
    desk.post(&world, &format!("{ORDERS}/{mine}/products/{product}"), &json!({ "productOrder": {} })).await.done();
    let customer = world.customer_staff(desk.vendor.account, CustomerId::new(u32::try_from(own).unwrap()).unwrap()).await;
    let path = format!("{ORDERS}/{mine}/products");
    let shown = customer.get(&path, &[("include", "Product")]).send(&world).await.done();
    assert_eq!(shown["orderProducts"][0]["product"]["id"], product);
    for query in [
        ("include", "Product.ProductOrders"),
        ("include", "Product.ProductOrders.Order.Customer"),
        ("include", "Product.SignatureKeys"),
        ("filter", "Product.SignatureKeys.Name = 'x'"),
        ("sort", "Product.SignatureKeys.Name"),
    ] {
        assert_eq!(customer.get(&path, &[query]).send(&world).await.refused().0, 403, "{query:?}");
    }
}

#[tokio::test]
async fn a_customer_who_is_none_and_roles_that_do_not_sell_are_refused() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let lost = world.staff(desk.vendor.account, Role::Customer).await;
    assert_eq!(lost.get(ORDERS, &[]).send(&world).await.refused().0, 403);
    let manager = world.staff(desk.vendor.account, Role::LicenseManager).await;
    for path in [CUSTOMERS, CONTACTS, ORDERS] {
        assert_eq!(manager.get(path, &[]).send(&world).await.refused().0, 403, "{path}");
        assert_eq!(manager.post(path, &Value::Null).send(&world).await.refused().0, 403, "{path}: before anything is looked at");
    }
    for (what, exchange) in [
        ("nobody", latchkey_tests::exchange::get(ORDERS, &[]).send(&world).await),
        ("a lie", latchkey_tests::exchange::get(ORDERS, &[]).bearer("x.y.z").send(&world).await),
    ] {
        assert_eq!(exchange.refused().0, 401, "{what}");
    }
}
