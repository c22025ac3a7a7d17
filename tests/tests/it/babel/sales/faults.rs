//! Faults between the interface and its table: never a refusal, and nothing is done twice.

use latchkey_tests::proxy::Rule;
use latchkey_tests::world::World;
use serde_json::json;

use super::{CUSTOMERS, Desk, ORDERS, ids};
use crate::faults;

#[tokio::test]
async fn a_fault_that_stays_is_ours_whatever_is_asked() {
    let world = faults::world().await;
    let desk = Desk::new(&world).await;
    let customer = desk.customer(&world, json!({ "company": "One" })).await;
    let order = desk.order(&world, json!({ "customerId": customer })).await;
    let product = desk.vendor.product.id.get();
    for (what, fault) in faults::staying() {
        // Who asks is read by one GetItem.
        for (operation, ask) in [
            ("Query", desk.staff.get(ORDERS, &[])),
            ("Query", desk.staff.get(&format!("{CUSTOMERS}/{customer}/orders"), &[])),
            ("BatchGetItem", desk.staff.get(ORDERS, &[("include", "Customer")])),
            ("UpdateItem", desk.staff.post(CUSTOMERS, &json!({ "customer": { "company": "Two" } }))),
            ("TransactWriteItems", desk.staff.put(ORDERS, &json!({ "order": { "id": order, "status": "x" } }))),
            ("TransactWriteItems", desk.staff.post(&format!("{ORDERS}/{order}/products/{product}"), &json!({ "productOrder": {} }))),
            ("Query", desk.staff.delete(&format!("{CUSTOMERS}/{customer}"))),
        ] {
            world.table.inject(Rule::every(fault.clone()).on(operation));
            let answer = ask.send(&world).await;
            world.table.clear();
            let (status, code, message) = answer.refused();
            assert!(status == 503 || status == 500, "{what} at {operation}: {status} {code} {message}");
            assert!(answer.header("retry-after").is_some(), "{what}");
        }
    }
    assert_eq!(desk.one(&world, ORDERS, order).await["status"], "");
    let customers = desk.get(&world, CUSTOMERS, &[]).await;
    assert_eq!(ids(&customers, "customers"), [customer]);
}

#[tokio::test]
async fn what_passes_is_come_through_and_nothing_is_there_twice() {
    let world = faults::world().await;
    let desk = Desk::new(&world).await;
    let mut count = 0;
    for (what, rule) in faults::passing() {
        for operation in ["GetItem", "UpdateItem", "TransactWriteItems"] {
            world.table.inject(rule.clone().on(operation));
            let answer = desk.post(&world, CUSTOMERS, &json!({ "customer": { "company": "One" } })).await;
            world.table.clear();
            let id = answer.done()["customerId"].as_i64().unwrap();
            count += 1;
            world.table.inject(rule.clone().on(operation));
            desk.put(&world, CUSTOMERS, &json!({ "customer": { "id": id, "company": "Two" } })).await.done();
            world.table.clear();
            assert_eq!(desk.one(&world, CUSTOMERS, id).await["company"], "Two", "{what} at {operation}");
        }
    }
    assert_eq!(desk.get(&world, CUSTOMERS, &[("countOnly", "true")]).await["totalCustomersCount"], count);
}
