//! Rubbish: wrong types, too much, nothing.

use latchkey_tests::exchange::post;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{CONTACTS, CUSTOMERS, Desk, ORDERS};

#[tokio::test]
async fn a_member_of_another_type_or_beyond_its_bounds_is_named() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let customer = desk.customer(&world, json!({ "company": "One" })).await;
    let order = desk.order(&world, json!({})).await;
    let cases = [
        (CUSTOMERS, "customer", customer, "rating", json!(2_147_483_648_i64)),
        (CUSTOMERS, "customer", customer, "rating", json!("3")),
        (CUSTOMERS, "customer", customer, "email", json!("nobody")),
        (CUSTOMERS, "customer", customer, "countryCode", json!("XX")),
        (CUSTOMERS, "customer", customer, "code", json!("c".repeat(65))),
        (CUSTOMERS, "customer", customer, "company", json!("two\nlines")),
        (CUSTOMERS, "customer", customer, "notes", json!("n".repeat(4_001))),
        (CUSTOMERS, "customer", customer, "isReseller", json!("yes")),
        (CUSTOMERS, "customer", customer, "mapZoomLevel", json!(1e20)),
        (CUSTOMERS, "customer", customer, "title", json!({ "$ne": 1 })),
        (ORDERS, "order", order, "total", json!("12")),
        (ORDERS, "order", order, "currency", json!("EURO")),
        (ORDERS, "order", order, "paymentDate", json!("yesterday")),
        (ORDERS, "order", order, "customerId", json!([1])),
        (ORDERS, "order", order, "orderNumber", json!("1\u{0}")),
    ];
    for (path, of, id, member, value) in cases {
        let body = json!({ of: { "id": id, "company": "One", member: value } });
        for refused in [desk.post(&world, path, &body).await.refused(), desk.put(&world, path, &body).await.refused()] {
            assert_eq!((refused.0, refused.1), (400, 40002), "{member} {value}: {refused:?}");
            assert!(refused.2.contains(&format!("{of}.{member}")), "{member}: {refused:?}");
        }
    }
    let whole = desk.get(&world, CUSTOMERS, &[]).await;
    assert_eq!(whole["totalCustomersCount"], 1, "nothing was written");
}

#[tokio::test]
async fn a_body_that_says_nothing_is_refused() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    for (path, of) in [(CUSTOMERS, "customer"), (CONTACTS, "contact"), (ORDERS, "order")] {
        for (body, code) in
            [(json!({}), 40002), (json!({ of: null }), 40002), (json!({ of: [] }), 40002), (json!([]), 40001), (Value::Null, 40001)]
        {
            for refused in [desk.post(&world, path, &body).await.refused(), desk.put(&world, path, &body).await.refused()] {
                assert_eq!((refused.0, refused.1), (400, code), "{path} {body}: {refused:?}");
            }
        }
        let without_id = desk.put(&world, path, &json!({ of: {} })).await.refused();
        assert_eq!((without_id.0, without_id.2), (400, format!("The member {of}.id is missing.")));
        for (kind, body, code) in [("text/plain", "{}", 41501), ("application/json", "{", 40001), ("application/json", "", 40001)] {
            let refused = post(path, kind, body.as_bytes()).bearer(&desk.staff.bearer).send(&world).await.refused();
            assert_eq!(refused.1, code, "{path} {kind} {body}");
        }
    }
    let nameless = desk.post(&world, CUSTOMERS, &json!({ "customer": { "title": "Dr." } })).await.refused();
    assert_eq!((nameless.0, nameless.1), (400, 40002));
}

#[tokio::test]
async fn a_list_that_is_asked_for_wrongly_says_where() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let customer = desk.customer(&world, json!({ "company": "One" })).await;
    let order = desk.order(&world, json!({})).await;
    let lists = [
        CUSTOMERS.to_owned(),
        CONTACTS.to_owned(),
        ORDERS.to_owned(),
        format!("{CUSTOMERS}/{customer}/contacts"),
        format!("{CUSTOMERS}/{customer}/orders"),
        format!("{ORDERS}/{order}/products"),
    ];
    for path in lists {
        for query in [
            ("filter", "Nonsense = 1"),
            ("filter", "Id = "),
            ("filter", "CustomerId = 'x'"),
            ("filter", "ProductId = 'x'"),
            ("sort", "Nonsense"),
            ("select", "Nonsense"),
            ("include", "Nonsense"),
            ("take", "-1"),
            ("take", "1001"),
            ("skip", "x"),
            ("countOnly", "perhaps"),
        ] {
            let refused = desk.staff.get(&path, &[query]).send(&world).await.refused();
            assert_eq!((refused.0, refused.1), (400, 40004), "{path} {query:?}: {refused:?}");
        }
    }
    for path in ["/v1/customers/x/orders", "/v1/customers/1.5/contacts", "/v1/orders/99999999999/products"] {
        let refused = desk.staff.get(path, &[]).send(&world).await.refused();
        assert_eq!((refused.0, refused.1), (400, 40003), "{path}: {refused:?}");
    }
    assert_eq!(desk.staff.get("/v1/customers/1", &[]).send(&world).await.refused().0, 405);
    assert_eq!(desk.staff.get("/v1/customers/1/nonsense", &[]).send(&world).await.refused().0, 404);
}
