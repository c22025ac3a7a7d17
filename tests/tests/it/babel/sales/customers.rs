//! Customers: recorded, listed, changed, deleted.

use latchkey_core::domain::ids::CustomerId;
use latchkey_core::ops::customers::find_customer;
use latchkey_core::table::NewCustomer;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{CUSTOMERS, Desk, EMAIL, ORDERS, ids};

fn customer() -> Value {
    json!({
        "title": "Dr.", "firstName": "Erika", "lastName": "Mustermann", "company": "Muster GmbH", "code": "ERIKA", "vatCode": "DE123456789",
        "invoiceCode": "0000000", "rating": -3, "address": "Heidestraße 17", "address1": "Hinterhaus", "address2": "3. Stock",
        "postalCode": "51147", "region": "NRW", "city": "Köln", "country": "Deutschland", "countryCode": "DE",
        "mapCoordinates": "50.87,7.14", "mapZoomLevel": 0.1, "email": EMAIL, "phone": "+49 221 1", "mobile": "+49 171 1",
        "fax": "+49 221 2", "website": "customer-site.com", "notes": "Knows what she wants.\nPays in time.", "isReseller": true,
        "image": "erika.png", "meta": "{}",
    })
}

#[tokio::test]
async fn a_customer_is_kept_with_all_that_is_said_and_what_is_read_only_is_ignored() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let mut given = customer();
    given["id"] = json!(999);
    given["createdAt"] = json!("2019-08-24T14:15:22Z");
    given["contacts"] = json!([{ "id": 1, "firstName": "Max" }]);
    let answer = desk.post(&world, CUSTOMERS, &json!({ "customer": given })).await.done();
    let id = answer["customerId"].as_i64().unwrap();
    assert_eq!((id, &answer["customerCode"]), (1, &json!("ERIKA")));
    let mut expected = customer();
    expected["id"] = json!(id);
    expected["createdAt"] = json!("2026-11-22T06:00:00Z");
    expected["updatedAt"] = Value::Null;
    expected["contacts"] = json!([]);
    assert_eq!(desk.one(&world, CUSTOMERS, id).await, expected);

    let drawn = desk.post(&world, CUSTOMERS, &json!({ "customer": { "company": "Other" } })).await.done();
    let code = drawn["customerCode"].as_str().unwrap();
    assert!(code.len() == 10 && code.starts_with("C-"), "{code}");
    let bare = desk.one(&world, CUSTOMERS, drawn["customerId"].as_i64().unwrap()).await;
    assert_eq!((&bare["rating"], &bare["mapZoomLevel"], &bare["email"], &bare["lastName"]), (&json!(0), &json!(0), &json!(""), &json!("")));
}

#[tokio::test]
async fn a_change_is_of_what_is_said_and_an_empty_text_clears() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let id = desk.customer(&world, customer()).await;
    world.clock.advance_seconds(60);
    desk.put(&world, CUSTOMERS, &json!({ "customer": { "id": id, "city": "Bonn", "rating": 0, "phone": "", "notes": null } })).await.done();
    let mut expected = customer();
    for (member, value) in [
        ("id", json!(id)),
        ("city", json!("Bonn")),
        ("rating", json!(0)),
        ("phone", json!("")),
        ("notes", json!("")),
        ("createdAt", json!("2026-11-22T06:00:00Z")),
        ("updatedAt", json!("2026-11-22T06:01:00Z")),
        ("contacts", json!([])),
    ] {
        expected[member] = value;
    }
    let shown = desk.one(&world, CUSTOMERS, id).await;
    assert_eq!(shown, expected);
    desk.put(&world, CUSTOMERS, &json!({ "customer": shown })).await.done();
    let again = desk.one(&world, CUSTOMERS, id).await;
    assert_eq!(again, shown, "what was read can be sent back");
    // A code cannot be taken away.
    desk.put(&world, CUSTOMERS, &json!({ "customer": { "id": id, "code": "" } })).await.done();
    assert_eq!(desk.one(&world, CUSTOMERS, id).await["code"], "ERIKA");
}

#[tokio::test]
async fn a_name_in_one_piece_follows_its_parts_and_stays_where_there_are_none() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let name = async |id: i64| {
        let id = CustomerId::new(u32::try_from(id).unwrap()).unwrap();
        find_customer(&world.core, desk.vendor.account, id).await.unwrap().name.as_str().to_owned()
    };
    let change = async |id: i64, member: &str, value: &str| {
        let mut customer = json!({ "id": id });
        customer[member] = json!(value);
        desk.put(&world, CUSTOMERS, &json!({ "customer": customer })).await.done();
    };
    let erika = desk.customer(&world, customer()).await;
    assert_eq!(name(erika).await, "Erika Mustermann");
    change(erika, "lastName", "Musterfrau").await;
    assert_eq!(name(erika).await, "Erika Musterfrau");
    let company = desk.customer(&world, json!({ "company": "Muster GmbH" })).await;
    change(company, "company", "Muster AG").await;
    assert_eq!(name(company).await, "Muster AG");
    let address = desk.customer(&world, json!({ "email": EMAIL })).await;
    assert_eq!(name(address).await, EMAIL);

    let whole = NewCustomer::named("Max Mustermann".parse().unwrap());
    let whole = world.core.table.record_customer(desk.vendor.account, whole, world.core.now()).await.unwrap();
    let whole = i64::from(whole.id.get());
    let shown = desk.one(&world, CUSTOMERS, whole).await;
    assert_eq!((&shown["firstName"], &shown["lastName"]), (&json!(""), &json!("Max Mustermann")));
    change(whole, "company", "Muster GmbH").await;
    assert_eq!(name(whole).await, "Max Mustermann");
    desk.put(&world, CUSTOMERS, &json!({ "customer": shown })).await.done();
    assert_eq!(name(whole).await, "Max Mustermann");
}

#[tokio::test]
async fn a_code_is_unique_and_finds_its_customer() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let id = desk.customer(&world, customer()).await;
    let other = desk.customer(&world, json!({ "company": "Other" })).await;
    let refused = desk.post(&world, CUSTOMERS, &json!({ "customer": customer() })).await.refused();
    assert_eq!((refused.0, refused.1), (409, 40901), "{refused:?}");
    let refused = desk.put(&world, CUSTOMERS, &json!({ "customer": { "id": other, "code": "ERIKA" } })).await.refused();
    assert_eq!((refused.0, refused.1), (409, 40901), "{refused:?}");
    let found = desk.get(&world, CUSTOMERS, &[("filter", "Code = \"ERIKA\"")]).await;
    assert_eq!((ids(&found, "customers"), &found["totalCustomersCount"]), (vec![id], &json!(1)));
    let none = desk.get(&world, CUSTOMERS, &[("filter", "Code = \"erika\"")]).await;
    assert_eq!((ids(&none, "customers"), &none["totalCustomersCount"]), (vec![], &json!(0)));
    let none = desk.get(&world, CUSTOMERS, &[("filter", "Code = \"\"")]).await;
    assert_eq!(ids(&none, "customers"), Vec::<i64>::new());
}

#[tokio::test]
async fn an_address_finds_its_customers_as_it_is_written_and_nobody_is_without_being_looked_for() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let one = desk.customer(&world, json!({ "company": "One", "email": EMAIL.to_uppercase() })).await;
    let other = desk.customer(&world, json!({ "company": "Other", "email": EMAIL })).await;
    let none = desk.customer(&world, json!({ "company": "None" })).await;
    let found = async |filter: &str| ids(&desk.get(&world, CUSTOMERS, &[("filter", filter)]).await, "customers");
    assert_eq!(found(&format!("Email = '{EMAIL}'")).await, [one, other]);
    assert_eq!(found(&format!("Email = '{}'", EMAIL.to_uppercase())).await, Vec::<i64>::new(), "texts are compared with their case");
    assert_eq!(found(&format!("Email.ToLower() = '{EMAIL}'")).await, [one, other]);
    assert_eq!(found("Email = ''").await, [none]);
    assert_eq!(found("Email = 'no address'").await, Vec::<i64>::new());
    assert_eq!(found(&format!("Email in ('{EMAIL}', '')")).await, [one, other, none]);
}

#[tokio::test]
async fn who_has_an_order_or_a_licence_stays_and_contacts_go_with_their_customer() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let id = desk.customer(&world, customer()).await;
    desk.contact(&world, json!({ "customerId": id, "firstName": "Max" })).await;
    let order = desk.order(&world, json!({ "customerId": id })).await;
    let path = format!("{CUSTOMERS}/{id}");
    let refused = desk.delete(&world, &path).await.refused();
    assert_eq!((refused.0, refused.1, refused.2.contains("order")), (409, 40903, true), "{refused:?}");
    desk.delete(&world, &format!("{ORDERS}/{order}")).await.done();
    let customer = CustomerId::new(u32::try_from(id).unwrap());
    let license = world.license(&desk.vendor, |new| new.customer = customer).await;
    let refused = desk.delete(&world, &path).await.refused();
    assert_eq!((refused.0, refused.2.contains("licence") || refused.2.contains("license")), (409, true), "{refused:?}");
    assert_eq!(license.customer, customer);
    let free = desk.customer(&world, json!({ "company": "Free" })).await;
    desk.contact(&world, json!({ "customerId": free, "firstName": "Max" })).await;
    desk.delete(&world, &format!("{CUSTOMERS}/{free}")).await.done();
    let left = desk.get(&world, "/v1/contacts", &[]).await;
    assert_eq!(left["totalContactsCount"], 1, "{left}");
    for ask in [desk.delete(&world, &format!("{CUSTOMERS}/{free}")).await, desk.delete(&world, &format!("{CUSTOMERS}/0")).await] {
        assert_eq!(ask.refused().0, 404);
    }
}
