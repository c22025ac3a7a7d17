//! Objects inside objects: an array with an object's values is none, wherever the contract's examples have one.

use http::Method;
use latchkey_tests::exchange::post_json;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::contract::operations;

/// Objects that a request may have and that nobody looks at.
const IGNORED: [&str; 13] = [
    "customer.contacts",
    "license.customer",
    "license.order",
    "license.template",
    "licenseToken.license",
    "licenseToken.nodeLockedLicense",
    "order.customer",
    "product.productOrders",
    "product.signatureKeys",
    "productOrder.order",
    "productOrder.product",
    "user.apiKeys",
    "user.settings",
];

/// `body` once for each object inside it, which is an array there, with that object's path.
fn flattened(body: &Value) -> Vec<(String, Value)> {
    fn collect(body: &Value, at: &Value, pointer: &str, path: &str, found: &mut Vec<(String, Value)>) {
        if IGNORED.contains(&path) {
            return;
        }
        match at {
            Value::Object(members) => {
                if !pointer.is_empty() {
                    let mut body = body.clone();
                    *body.pointer_mut(pointer).unwrap() = members.values().cloned().collect();
                    found.push((path.to_owned(), body));
                }
                for (name, value) in members {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    collect(body, value, &format!("{pointer}/{name}"), &path, found);
                }
            }
            Value::Array(entries) => {
                for (place, value) in entries.iter().enumerate() {
                    collect(body, value, &format!("{pointer}/{place}"), path, found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    collect(body, body, "", "", &mut found);
    found
}

#[tokio::test]
async fn an_array_is_no_object_wherever_a_request_has_one() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let bearer = format!("Bearer {}", staff.bearer);
    let mut bodies: Vec<(String, String, Value)> =
        operations().into_iter().filter_map(|operation| Some((operation.method, operation.path, operation.body_example?))).collect();
    let package = json!({"package": {"fileName": "a.zip", "size": 1, "sha256": "00"}});
    bodies.push(("POST".into(), "/v1/products/{productId}/releases/{releaseId}/packages".into(), package));
    let report = json!({"userKey": "K", "name": "n", "properties": [{"name": "n", "value": "v"}]});
    bodies.push(("POST".into(), "/v1/license/report".into(), report));
    bodies.push(("POST".into(), "/v1/webhooks".into(), json!({"webhook": {"url": "https://hooks.example.com"}})));
    let mut looked_at = 0;
    for (method, path, body) in bodies {
        let path: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        let path = path.join("/");
        for (member, body) in flattened(&body) {
            let ask = post_json(&path, &body).method(method.parse::<Method>().unwrap()).header("authorization", &bearer);
            let answer = ask.send(&world).await;
            assert_eq!(answer.status, 400, "{method} {path}: {member} is an array: {}", String::from_utf8_lossy(&answer.body));
            let (_, code, message) = answer.refused();
            assert_eq!(code, 40002, "{method} {path}: {member}: {message}");
            // A place in a list stands between the names.
            let named = message.strip_prefix("The member ").and_then(|rest| rest.split_once(' ')).map_or("", |(named, _)| named);
            assert_eq!(named.replace("[0]", ""), member, "{method} {path}: {message}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 50, "{looked_at} objects");
}
