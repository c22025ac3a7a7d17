//! A customer recorded here is one everywhere.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::ids::{CustomerId, OrderId};
use latchkey_tests::exchange::get;
use latchkey_tests::vendor::new_api_key;
use latchkey_tests::world::World;
use serde_json::json;

use super::{CUSTOMERS, Desk, EMAIL};

#[tokio::test]
async fn a_customer_of_staffs_is_who_licences_are_made_out_to_in_other_dialects() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let buyer = json!({ "firstName": "Erika", "lastName": "Mustermann", "email": EMAIL, "countryCode": "DE" });
    let customer = desk.customer(&world, buyer).await;
    let order = desk.order(&world, json!({ "customerId": customer })).await;
    let license = world.license(&desk.vendor, |new| new.order = OrderId::new(u32::try_from(order).unwrap())).await;
    assert_eq!(license.customer, CustomerId::new(u32::try_from(customer).unwrap()));
    let key = world.create_api_key(&desk.vendor, new_api_key(Permissions::ALL)).await;
    let (user, key) = (key.key.email.as_str().to_owned(), key.secret.expose().to_owned());

    let cscart = get("/api/4.0/licenses", &[("user_id", &customer.to_string())]).basic(&user, &key).send(&world).await.json();
    assert_eq!(cscart.as_array().unwrap().len(), 1, "{cscart}");
    assert_eq!((&cscart[0]["user_id"], &cscart[0]["email"]), (&json!(customer), &json!(EMAIL)), "{cscart}");
    let found = get("/api/4.0/licenses", &[("email", EMAIL)]).basic(&user, &key).send(&world).await.json();
    assert_eq!(found, cscart);

    let asked = [("InternalUserIdentifier", &*format!("K{customer:09}")), ("ProductSku", desk.vendor.product.code.as_str())];
    let bytex = get("/API/Public/v1/Accounts/r1/GetProductLicenses", &asked).header("authorization", &key).send(&world).await;
    assert_eq!(bytex.status, 200);
    assert_eq!(bytex.json()["response"]["licenses"].as_array().unwrap().len(), 1, "{}", bytex.json());

    // A new address is the customer's, and no licence's that there is.
    desk.put(&world, CUSTOMERS, &json!({ "customer": { "id": customer, "email": "erika@example.net" } })).await.done();
    let found = get("/api/4.0/licenses", &[("email", EMAIL)]).basic(&user, &key).send(&world).await.json();
    assert_eq!(found, cscart);
}
