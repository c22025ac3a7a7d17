//! Contacts: recorded, listed, changed, deleted.

use latchkey_tests::world::World;
use serde_json::json;

use super::{CONTACTS, CUSTOMERS, Desk, EMAIL, ids};

#[tokio::test]
async fn a_contact_is_somebodys_and_kept_with_all_that_is_said() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let (one, other) = (desk.customer(&world, json!({ "company": "One" })).await, desk.customer(&world, json!({ "company": "Two" })).await);
    let mut contact = json!({
        "title": "Dr.", "firstName": "Erika", "lastName": "Mustermann", "email": EMAIL, "phone": "1", "mobile": "2", "fax": "3",
        "details": "Asks\nmuch.", "notify": true, "customerId": one, "meta": "{}",
    });
    let id = desk.contact(&world, contact.clone()).await;
    contact["id"] = json!(id);
    assert_eq!(desk.one(&world, CONTACTS, id).await, contact);
    desk.put(&world, CONTACTS, &json!({ "contact": { "id": id, "customerId": other, "phone": "", "notify": false } })).await.done();
    contact["customerId"] = json!(other);
    contact["phone"] = json!("");
    contact["notify"] = json!(false);
    assert_eq!(desk.one(&world, CONTACTS, id).await, contact);
    let of = async |customer: i64| ids(&desk.get(&world, &format!("{CUSTOMERS}/{customer}/contacts"), &[]).await, "contacts");
    assert_eq!((of(one).await, of(other).await), (vec![], vec![id]));
    desk.delete(&world, &format!("{CONTACTS}/{id}")).await.done();
    assert_eq!(desk.delete(&world, &format!("{CONTACTS}/{id}")).await.refused().0, 404);
    assert_eq!(of(other).await, Vec::<i64>::new());
}

#[tokio::test]
async fn a_contact_of_nobody_is_refused() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let customer = desk.customer(&world, json!({ "company": "One" })).await;
    let refused = desk.post(&world, CONTACTS, &json!({ "contact": { "firstName": "Max" } })).await.refused();
    assert_eq!((refused.0, refused.2.as_str()), (400, "The member contact.customerId is missing."));
    for nobody in [0, -1, 999, i32::MAX] {
        let refused = desk.post(&world, CONTACTS, &json!({ "contact": { "customerId": nobody } })).await.refused();
        assert_eq!(refused.0, 404, "{nobody}: {refused:?}");
    }
    let id = desk.contact(&world, json!({ "customerId": customer })).await;
    let refused = desk.put(&world, CONTACTS, &json!({ "contact": { "id": id, "customerId": 0 } })).await.refused();
    assert_eq!(refused.0, 404, "{refused:?}");
    let refused = desk.staff.get(&format!("{CUSTOMERS}/999/contacts"), &[]).send(&world).await.refused();
    assert_eq!(refused.0, 404, "{refused:?}");
}
