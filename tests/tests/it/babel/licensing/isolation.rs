//! Nobody sees or changes another account's licences, and a customer none but their own.

use latchkey_core::domain::ids::CustomerId;
use latchkey_core::domain::role::Role;
use latchkey_tests::world::World;
use serde_json::json;

use super::{LICENSES, TEMPLATES, found, license, listed, product, sold, template};

#[tokio::test]
async fn another_accounts_licences_and_templates_are_nobodys() {
    let world = World::new().await;
    let (staff, stranger) = (world.administrator().await, world.administrator().await);
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let made = license(&world, &staff, json!({"templateId": template})).await;
    let id = made["licenseId"].as_i64().unwrap();
    for filter in [format!("Id = {id}"), format!("UserKey = \"{}\"", made["userKey"].as_str().unwrap()), format!("TemplateId = {template}")]
    {
        assert!(found(&world, &stranger, &filter).await.is_empty(), "{filter}");
    }
    assert_eq!(listed(&world, &stranger, LICENSES, &[]).await.1, 0);
    for ask in [
        stranger.put(LICENSES, &json!({"license": {"id": id, "revoked": true}})),
        stranger.delete(&format!("{LICENSES}/{id}")),
        stranger.post(LICENSES, &json!({"license": {"templateId": template}})),
        stranger.post(LICENSES, &json!({"license": {"product": {"id": "ACME"}}})),
        stranger.put(TEMPLATES, &json!({"licenseTemplate": {"id": template, "name": "Mine"}})),
        stranger.delete(&format!("{TEMPLATES}/{template}")),
        stranger.get(&format!("{TEMPLATES}/{template}/licenses"), &[]),
    ] {
        assert_eq!(ask.send(&world).await.refused().0, 404);
    }
    assert_eq!(found(&world, &staff, "not Revoked").await, [id]);
}

#[tokio::test]
async fn a_customer_sees_their_own_licences_and_changes_none() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let (customer, _) = sold(&world, &staff).await;
    let own = license(&world, &staff, json!({"templateId": template, "customerId": customer})).await["licenseId"].as_i64().unwrap();
    let other = license(&world, &staff, json!({"templateId": template})).await["licenseId"].as_i64().unwrap();
    let customer = CustomerId::new(u32::try_from(customer).unwrap()).unwrap();
    let customer = world.customer_staff(staff.account, customer).await;
    for filter in ["Id > 0".to_owned(), format!("Id = {other} or Id = {own}"), "true".to_owned()] {
        assert_eq!(found(&world, &customer, &filter).await, [own], "{filter}");
    }
    assert!(found(&world, &customer, &format!("Id = {other}")).await.is_empty());
    for ask in [
        customer.put(LICENSES, &json!({"license": {"id": own}})),
        customer.post(LICENSES, &json!({"license": {"templateId": template}})),
        customer.delete(&format!("{LICENSES}/{own}")),
        customer.get(TEMPLATES, &[]),
        customer.get(&format!("{TEMPLATES}/{template}/licenses"), &[]),
    ] {
        assert_eq!(ask.send(&world).await.refused().0, 403);
    }
    let sales = world.staff(staff.account, Role::Sales).await;
    assert_eq!(sales.delete(&format!("{LICENSES}/{own}")).send(&world).await.refused().0, 403);
    assert_eq!(found(&world, &sales, "Id > 0").await.len(), 2);
}

#[tokio::test]
async fn a_customer_whose_licence_was_moved_to_somebody_elses_order_sees_nothing_of_it() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let ((own, own_order), (_, foreign_order)) = (sold(&world, &staff).await, sold(&world, &staff).await);
    let made = license(&world, &staff, json!({"templateId": template, "customerId": own, "orderId": own_order})).await;
    let id = made["licenseId"].clone();
    let customer = CustomerId::new(u32::try_from(own).unwrap()).unwrap();
    let customer = world.customer_staff(staff.account, customer).await;
    let include = [("include", "Order.Customer")];
    let (rows, _) = listed(&world, &customer, LICENSES, &include).await;
    assert_eq!(rows[0]["order"]["id"], own_order);

    staff.put(LICENSES, &json!({"license": {"id": id, "orderId": foreign_order}})).send(&world).await.done();
    let (rows, _) = listed(&world, &staff, LICENSES, &include).await;
    assert_eq!(rows[0]["order"]["id"], foreign_order);
    let (rows, _) = listed(&world, &customer, LICENSES, &include).await;
    assert_eq!((&rows[0]["id"], &rows[0]["order"]), (&id, &json!(null)));
    assert!(found(&world, &customer, "Order.OrderNumber.StartsWith(\"O\")").await.is_empty(), "nor can it be asked about");
}
