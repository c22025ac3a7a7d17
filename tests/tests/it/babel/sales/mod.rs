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

use latchkey_core::domain::ids::OrderId;
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

/// Everything that the function can be asked which keeps customers and orders.
pub(crate) async fn ask_everything(world: &World) {
    let desk = Desk::new(world).await;
    let customer = desk.customer(world, json!({ "company": "One", "email": EMAIL, "code": "ONE" })).await;
    let contact = desk.contact(world, json!({ "customerId": customer, "firstName": "Max" })).await;
    let order = desk.order(world, json!({ "customerId": customer, "orderNumber": "1001" })).await;
    let place = format!("{ORDERS}/{order}/products/{}", desk.vendor.product.id);
    desk.post(world, &place, &json!({ "productOrder": { "quantity": 20 } })).await.done();
    desk.put(world, &place, &json!({ "productOrder": { "quantity": 40 } })).await.done();
    desk.put(world, CUSTOMERS, &json!({ "customer": { "id": customer, "code": "OTHER" } })).await.done();
    desk.put(world, CONTACTS, &json!({ "contact": { "id": contact, "phone": "1" } })).await.done();
    desk.put(world, ORDERS, &json!({ "order": { "id": order, "orderNumber": "1002" } })).await.done();
    world.license(&desk.vendor, |new| new.order = OrderId::new(u32::try_from(order).unwrap())).await;
    let email = format!("LicenseeEmail = '{EMAIL}'");
    for (path, query) in [
        (CUSTOMERS.to_owned(), [("filter", format!("Email = '{EMAIL}'")), ("include", "Contacts".to_owned())]),
        (CUSTOMERS.to_owned(), [("filter", "Code = 'OTHER'".to_owned()), ("sort", "Id desc".to_owned())]),
        (format!("{CUSTOMERS}/{customer}/contacts"), [("take", "1".to_owned()), ("skip", "1".to_owned())]),
        (format!("{CUSTOMERS}/{customer}/orders"), [("include", "Customer.Contacts".to_owned()), ("sort", "Id desc".to_owned())]),
        (format!("{CUSTOMERS}/{customer}/licenses"), [("include", "Customer,Order".to_owned()), ("filter", email)]),
        (CONTACTS.to_owned(), [("filter", "Id > 0".to_owned()), ("countOnly", "true".to_owned())]),
        (ORDERS.to_owned(), [("filter", "OrderNumber = '1002'".to_owned()), ("include", "Customer".to_owned())]),
        (format!("{ORDERS}/{order}/products"), [("include", "Order,Product.ProductOrders".to_owned()), ("sort", "Quantity".to_owned())]),
        (format!("{ORDERS}/{order}/licenses"), [("filter", "Id > 0".to_owned()), ("sort", "Id desc".to_owned())]),
    ] {
        let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.get(world, &path, &query).await;
    }
    for path in [format!("{CUSTOMERS}/{customer}"), format!("{ORDERS}/{order}")] {
        assert_eq!(desk.delete(world, &path).await.refused().1, 40903, "{path}");
    }
    let (free, empty) = (desk.customer(world, json!({ "company": "Two" })).await, desk.order(world, json!({})).await);
    for path in [place, format!("{CONTACTS}/{contact}"), format!("{CUSTOMERS}/{free}"), format!("{ORDERS}/{empty}")] {
        desk.delete(world, &path).await.done();
        assert_eq!(desk.delete(world, &path).await.refused().1, 40402, "{path}");
    }
}

/// The ids of an answer's rows.
fn ids(answer: &Value, name: &str) -> Vec<i64> {
    answer[name].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}
