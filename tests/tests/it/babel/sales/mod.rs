//! Customers, contacts, orders and their products, as programs of the original manage them (seed 004).

mod across;
mod budgets;
mod contacts;
mod customers;
mod faults;
mod isolation;
mod lists;
mod malformed;
mod order_products;
mod orders;

use latchkey_core::domain::role::Role;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::staff::Staff;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::{Value, json};

const CUSTOMERS: &str = "/v1/customers";
const CONTACTS: &str = "/v1/contacts";
const ORDERS: &str = "/v1/orders";

const EMAIL: &str = "erika.mustermann@example.org";

/// A vendor, and who sells for it.
struct Desk {
    vendor: Vendor,
    staff: Staff,
}

impl Desk {
    async fn new(world: &World) -> Self {
        world.keep_secret(EMAIL);
        let vendor = world.vendor().await;
        let staff = world.staff(vendor.account, Role::Sales).await;
        Self { vendor, staff }
    }

    async fn get(&self, world: &World, path: &str, query: &[(&str, &str)]) -> Value {
        self.staff.get(path, query).send(world).await.done()
    }

    async fn post(&self, world: &World, path: &str, body: &Value) -> Exchange {
        self.staff.post(path, body).send(world).await
    }

    async fn put(&self, world: &World, path: &str, body: &Value) -> Exchange {
        self.staff.put(path, body).send(world).await
    }

    async fn delete(&self, world: &World, path: &str) -> Exchange {
        self.staff.delete(path).send(world).await
    }

    /// A new customer's id.
    async fn customer(&self, world: &World, customer: Value) -> i64 {
        self.post(world, CUSTOMERS, &json!({ "customer": customer })).await.done()["customerId"].as_i64().unwrap()
    }

    /// A new contact's id.
    async fn contact(&self, world: &World, contact: Value) -> i64 {
        self.post(world, CONTACTS, &json!({ "contact": contact })).await.done()["contactId"].as_i64().unwrap()
    }

    /// A new order's id.
    async fn order(&self, world: &World, order: Value) -> i64 {
        self.post(world, ORDERS, &json!({ "order": order })).await.done()["orderId"].as_i64().unwrap()
    }

    /// The one row of a list with this id.
    async fn one(&self, world: &World, path: &str, id: i64) -> Value {
        let answer = self.get(world, path, &[("filter", &format!("Id = {id}"))]).await;
        let name = path.rsplit('/').next().unwrap();
        let rows = answer[name].as_array().unwrap().clone();
        assert_eq!(rows.len(), 1, "{answer}");
        rows.into_iter().next().unwrap()
    }
}

/// The ids of an answer's rows.
fn ids(answer: &Value, name: &str) -> Vec<i64> {
    answer[name].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}
