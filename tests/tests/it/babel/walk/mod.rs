//! The whole contract, walked: each of the 83 operations is called with its example, ids made real, and the answer has exactly the
//! members of the example's, each of its type.

mod contract;
mod example;
mod objects;
mod shape;

use std::collections::BTreeMap;

use http::Method;
use latchkey_tests::exchange::{get, post_json};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use self::contract::{Operation, operations};
use self::shape::{Navigations, differences};

/// Every operation, in an order in which what it needs is there and what it deletes is used no more. Beside each the id that its
/// answer gives, and the name under which the contract's paths and bodies ask for it.
const STEPS: &[(&str, &[(&str, &str)])] = &[
    ("POST /v1/resources", &[("resourceId", "resourceId")]),
    ("POST /v1/customers", &[("customerId", "customerId")]),
    ("POST /v1/contacts", &[("contactId", "contactId")]),
    ("POST /v1/products", &[("productId", "productId")]),
    ("POST /v1/products/{productId}/releases", &[("releaseId", "releaseId")]),
    ("POST /v1/assemblies", &[("assemblyId", "looseAssemblyId")]),
    ("POST /v1/products/{productId}/releases/{releaseId}/assemblies", &[("assemblyId", "assemblyId")]),
    ("POST /v1/license-templates", &[("templateId", "templateId")]),
    ("POST /v1/orders", &[("orderId", "orderId")]),
    ("POST /v1/orders/{orderId}/products/{productId}", &[]),
    ("POST /v1/licenses", &[("licenseId", "licenseId"), ("userKey", "userKey")]),
    ("POST /v1/licenses/{licenseId}/tokens", &[("licenseTokenId", "tokenId")]),
    ("POST /v1/users", &[("userId", "userId")]),
    ("POST /v1/users/{userId}/settings", &[("settingId", "settingId")]),
    ("POST /v1/users/{userId}/roles", &[]),
    ("POST /v1/api-keys", &[("apiKeyId", "apiKeyId")]),
    ("PUT /v1/api-keys", &[]),
    ("PUT /v1/users", &[]),
    ("PUT /v1/users/{userId}/settings", &[]),
    ("PUT /v1/assemblies", &[]),
    ("PUT /v1/licenses", &[]),
    ("PUT /v1/license-templates", &[]),
    ("PUT /v1/customers", &[]),
    ("PUT /v1/contacts", &[]),
    ("PUT /v1/products", &[]),
    ("PUT /v1/products/{productId}/releases", &[]),
    ("PUT /v1/products/{productId}/releases/{releaseId}/assemblies", &[]),
    ("PUT /v1/orders", &[]),
    ("PUT /v1/orders/{orderId}/products/{productId}", &[]),
    ("PUT /v1/resources", &[]),
    ("PUT /v1/settings", &[]),
    ("POST /v1/email/send", &[]),
    ("POST /v1/email/license", &[]),
    ("GET /v1/api-keys", &[]),
    ("GET /v1/users", &[]),
    ("GET /v1/users/{userId}/settings", &[]),
    ("GET /v1/roles", &[]),
    ("GET /v1/users/{userId}/roles", &[]),
    ("GET /v1/assemblies", &[]),
    ("GET /v1/licenses", &[]),
    ("GET /v1/license-tokens", &[]),
    ("GET /v1/licenses/{licenseId}/tokens", &[]),
    ("GET /v1/license-traces", &[]),
    ("GET /v1/license-templates", &[]),
    ("GET /v1/license-templates/{templateId}/licenses", &[]),
    ("GET /v1/customers", &[]),
    ("GET /v1/customers/{customerId}/contacts", &[]),
    ("GET /v1/customers/{customerId}/orders", &[]),
    ("GET /v1/customers/{customerId}/licenses", &[]),
    ("GET /v1/contacts", &[]),
    ("GET /v1/products", &[]),
    ("GET /v1/products/{productId}/orders", &[]),
    ("GET /v1/products/{productId}/releases", &[]),
    ("GET /v1/products/{productId}/releases/{releaseId}/assemblies", &[]),
    ("GET /v1/products/{productId}/releases/{releaseId}/license-templates", &[]),
    ("GET /v1/orders", &[]),
    ("GET /v1/orders/{orderId}/products", &[]),
    ("GET /v1/orders/{orderId}/licenses", &[]),
    ("GET /v1/resources", &[]),
    ("GET /v1/reports", &[]),
    ("GET /v1/log/levels", &[]),
    ("GET /v1/log", &[]),
    ("GET /v1/settings", &[]),
    ("GET /v1/info", &[]),
    ("DELETE /v1/licenses/{licenseId}/tokens/{tokenId}", &[]),
    ("DELETE /v1/license-traces", &[]),
    ("DELETE /v1/licenses/{licenseId}", &[]),
    ("DELETE /v1/orders/{orderId}/products/{productId}", &[]),
    ("DELETE /v1/orders/{orderId}", &[]),
    ("DELETE /v1/contacts/{contactId}", &[]),
    ("DELETE /v1/customers/{customerId}", &[]),
    ("DELETE /v1/license-templates/{templateId}", &[]),
    ("DELETE /v1/products/{productId}/releases/{releaseId}/assemblies/{assemblyId}", &[]),
    ("DELETE /v1/assemblies/{assemblyId}", &[]),
    ("DELETE /v1/products/{productId}/releases/{releaseId}", &[]),
    ("DELETE /v1/products/{productId}", &[]),
    ("DELETE /v1/resources/{resourceId}", &[]),
    ("DELETE /v1/reports/{reportId}", &[]),
    ("DELETE /v1/users/{userId}/settings/{settingId}", &[]),
    ("DELETE /v1/users/{userId}/roles", &[]),
    ("DELETE /v1/users/{userId}", &[]),
    ("DELETE /v1/api-keys/{apiKeyId}", &[]),
    ("DELETE /v1/log", &[]),
];

/// The navigations of lists that can fill them.
const INCLUDES: &[(&str, &str)] = &[
    ("GET /v1/users", "ApiKeys,Settings"),
    ("GET /v1/licenses", "Order.Customer.Contacts,Customer.Contacts,Template,Product,Licensee"),
    ("GET /v1/customers", "Contacts"),
    ("GET /v1/products", "SignatureKeys,ProductOrders.Order"),
    ("GET /v1/orders", "Customer.Contacts"),
    ("GET /v1/orders/{orderId}/products", "Product.SignatureKeys,Order.Customer"),
];

#[test]
fn every_operation_of_the_contract_is_walked_once() {
    let mut walked: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
    let mut stated: Vec<String> = operations().iter().map(Operation::name).collect();
    walked.sort_unstable();
    stated.sort_unstable();
    assert_eq!(walked, stated);
}

#[tokio::test]
async fn every_operation_takes_its_example_and_answers_in_the_examples_shape() {
    let world = World::new().await;
    let mut walk = Walk::new(&world).await;
    let operations = operations();
    let mut wrong = Vec::new();
    for (name, gives) in STEPS {
        let operation = operations.iter().find(|operation| operation.name() == *name).unwrap();
        walk.before(name).await;
        let answer = match walk.call(operation).await {
            Ok(answer) => answer,
            // What follows would ask for what is not there.
            Err(refused) if !gives.is_empty() => panic!("{refused}"),
            Err(refused) => {
                wrong.push(refused);
                continue;
            }
        };
        for (member, id) in *gives {
            walk.ids.insert((*id).to_owned(), answer[*member].clone());
        }
        wrong.extend(judge(operation, &answer).into_iter().map(|difference| format!("{name} answers {difference}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// A walk through the contract, in one account.
struct Walk<'w> {
    world: &'w World,
    bearer: String,
    /// What is there by now, under the names of the contract.
    ids: BTreeMap<String, Value>,
}

impl<'w> Walk<'w> {
    async fn new(world: &'w World) -> Self {
        let staff = world.administrator().await;
        let bearer = format!("Bearer {}", staff.bearer);
        Self { world, bearer, ids: BTreeMap::new() }
    }

    /// What an operation needs that none of the contract makes.
    async fn before(&mut self, name: &str) {
        match name {
            "GET /v1/license-traces" => {
                let body = json!({"userKey": self.ids["userKey"], "machineId": "walked", "clientId": "walk", "clientName": "The walk"});
                let activated = post_json("/v1/license/activate", &body).send(self.world).await;
                assert_eq!(activated.status, 200, "{}", String::from_utf8_lossy(&activated.body));
                let report = json!({
                    "userKey": self.ids["userKey"], "name": "ExceptionReport", "version": "1.0", "machineId": "walked", "clientId": "walk",
                    "clientName": "The walk", "contentType": "text/plain", "content": "It broke.",
                    "properties": [{"name": "os", "value": "any"}],
                });
                let reported = post_json("/v1/license/report", &report).send(self.world).await;
                assert_eq!(reported.status, 200, "{}", String::from_utf8_lossy(&reported.body));
                self.world.core.sink.settle().await;
                self.world.follow_changes().await;
            }
            "POST /v1/email/license" => {
                let resource = json!({"resource": {"name": "Thanks", "type": "email", "code": "thanks", "data": "<p>Thank you.</p>"}});
                let made = post_json("/v1/resources", &resource).header("authorization", &self.bearer).send(self.world).await;
                assert_eq!(made.status, 200, "{}", String::from_utf8_lossy(&made.body));
                self.ids.insert("mailResourceId".to_owned(), made.json()["resourceId"].clone());
            }
            // The index of seats follows.
            "GET /v1/license-tokens" => self.world.follow_changes().await,
            // A key that has signed stays.
            "DELETE /v1/resources/{resourceId}" => {
                let unused = self.ids["mailResourceId"].clone();
                self.ids.insert("resourceId".to_owned(), unused);
            }
            "DELETE /v1/license-traces" => self.first("/v1/license-traces", "licenseTraces", "traceId").await,
            "DELETE /v1/reports/{reportId}" => self.first("/v1/reports", "reports", "reportId").await,
            "DELETE /v1/assemblies/{assemblyId}" => {
                let loose = self.ids["looseAssemblyId"].clone();
                self.ids.insert("assemblyId".to_owned(), loose);
            }
            _ => {}
        }
    }

    /// Takes the id of a list's first row.
    async fn first(&mut self, path: &str, rows: &str, name: &str) {
        let list = get(path, &[]).header("authorization", &self.bearer).send(self.world).await;
        self.ids.insert(name.to_owned(), list.json()[rows][0]["id"].clone());
    }

    async fn call(&self, operation: &Operation) -> Result<Value, String> {
        let name = operation.name();
        let mut path = operation.path.clone();
        for (id, value) in &self.ids {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            path = path.replace(&format!("{{{id}}}"), &value);
        }
        let ask = if let Some(example) = &operation.body_example {
            let method: Method = operation.method.parse().unwrap();
            post_json(&path, &example::real(&name, example, &self.ids)).method(method)
        } else {
            let mut query = example::query(operation);
            query.extend(INCLUDES.iter().filter(|(list, _)| *list == name).map(|(_, include)| ("include", *include)));
            get(&path, &query).method(operation.method.parse().unwrap())
        };
        let answer = ask.header("authorization", &self.bearer).send(self.world).await;
        if answer.status == 200 {
            Ok(answer.json())
        } else {
            Err(format!("{name} is {}: {}", answer.status, String::from_utf8_lossy(&answer.body)))
        }
    }
}

/// What an answer has that the contract has not, and what it lacks.
fn judge(operation: &Operation, answer: &Value) -> Vec<String> {
    // The one answer that the JSON form lost: it stands in the seed's text, and every answer has the envelope.
    let deleted = json!({"success": true, "code": 0, "message": "string", "Success": true, "Message": "string", "DeletedLogCount": 0});
    let example = operation.response_example.as_ref().unwrap_or(&deleted);
    let navigations = if operation.takes("include") && INCLUDES.iter().any(|(list, _)| *list == operation.name()) {
        Navigations::Included
    } else {
        Navigations::Perhaps
    };
    let mut wrong = differences(example, answer, navigations);
    if answer["success"] == false {
        wrong.push(format!("a refusal: {}", answer["message"]));
    }
    if operation.method == "GET" {
        let empty = example.as_object().unwrap().iter().filter(|(_, value)| value.is_array());
        wrong.extend(empty.filter(|(name, _)| answer[*name] == json!([])).map(|(name, _)| format!("no {name} to look at")));
    }
    wrong
}
