//! Lists of licences.

use latchkey_tests::world::World;
use serde_json::json;

use super::{EMAIL, LICENSES, TEMPLATES, found, license, listed, product, sold, template};

#[tokio::test]
async fn every_index_gives_what_looking_at_all_would() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let (one, other) = (product(&world, &staff, "ONE").await, product(&world, &staff, "OTHER").await);
    let (of_one, of_other) = (template(&world, &staff, one, json!({})).await, template(&world, &staff, other, json!({})).await);
    let (customer, order) = sold(&world, &staff).await;
    let mut ids = Vec::new();
    for number in 0..12 {
        let said = match number % 4 {
            0 => json!({"templateId": of_one, "licenseType": "A"}),
            1 => json!({"templateId": of_other, "customerId": customer}),
            2 => json!({"product": {"id": "ONE"}, "orderId": order, "licenseeName": "Sam", "licenseeEmail": ""}),
            _ => json!({"product": {"id": "OTHER"}, "licenseeEmail": EMAIL, "userKey": format!("KEY-{number}")}),
        };
        ids.push(license(&world, &staff, said).await["licenseId"].as_i64().unwrap());
    }
    let of = |kinds: &[usize]| {
        let mut of: Vec<i64> = (0..12).filter(|number| kinds.contains(&(number % 4))).map(|number| ids[number]).collect();
        of.sort_unstable();
        of
    };
    for (filter, wanted) in [
        (format!("TemplateId = {of_one}"), of(&[0])),
        (format!("TemplateId in ({of_one}, {of_other})"), of(&[0, 1])),
        (format!("CustomerId == {customer}"), of(&[1, 2])),
        (format!("OrderId = {order}"), of(&[2])),
        (format!("OrderId = {order} and LicenseeName = \"Sam\""), of(&[2])),
        ("OrderId = 0".to_owned(), of(&[0, 1, 3])),
        ("TemplateId = 0".to_owned(), of(&[2, 3])),
        (format!("LicenseeEmail = \"{EMAIL}\""), of(&[1, 3])),
        ("LicenseeEmail = \"Erika.Mustermann@customer-site.com\"".to_owned(), vec![]),
        (format!("LicenseeEmail.ToUpper() = \"{}\"", EMAIL.to_uppercase()), of(&[1, 3])),
        ("UserKey = \"KEY-3\"".to_owned(), vec![ids[3]]),
        ("UserKey = \"key-3\"".to_owned(), vec![]),
        (format!("Template.ProductId = {one}"), of(&[0])),
        ("Product.Id = \"OTHER\"".to_owned(), of(&[1, 3])),
        ("Template.Name.StartsWith(\"Prof\")".to_owned(), of(&[0, 1])),
        ("Customer.LastName = \"Mustermann\"".to_owned(), of(&[1, 2])),
        ("Template = null".to_owned(), of(&[2, 3])),
        ("LicenseType = \"A\" or UserKey = \"KEY-7\"".to_owned(), {
            let mut both = of(&[0]);
            both.push(ids[7]);
            both.sort_unstable();
            both
        }),
        ("Revoked".to_owned(), vec![]),
        ("ExpireDate > DateTime(2027,1,1)".to_owned(), of(&[0, 1])),
        (format!("Id >= {} and Id < {}", ids[3].min(ids[4]), ids[3].max(ids[4])), vec![ids[3].min(ids[4])]),
    ] {
        let mut given = found(&world, &staff, &filter).await;
        given.sort_unstable();
        assert_eq!(given, wanted, "{filter}");
    }
}

#[tokio::test]
async fn pages_totals_and_orders_are_right_from_either_end() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let (customer, order) = sold(&world, &staff).await;
    let mut ids = Vec::new();
    for number in 0..9 {
        let said = json!({"templateId": template, "customerId": customer, "orderId": order, "description": format!("{}", 9 - number)});
        ids.push(license(&world, &staff, said).await["licenseId"].as_i64().unwrap());
    }
    let numbers = |rows: &[serde_json::Value]| rows.iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>();
    let of_template = format!("{TEMPLATES}/{template}/licenses");
    for path in [LICENSES, of_template.as_str()] {
        let (rows, total) = listed(&world, &staff, path, &[("skip", "2"), ("take", "3")]).await;
        assert_eq!((numbers(&rows), total), (ids[2..5].to_vec(), 9), "{path}");
        let (rows, total) = listed(&world, &staff, path, &[("sort", "Id desc"), ("skip", "1"), ("take", "2")]).await;
        assert_eq!((numbers(&rows), total), (vec![ids[7], ids[6]], 9), "{path}");
        let (rows, _) = listed(&world, &staff, path, &[("sort", "Description"), ("take", "2")]).await;
        assert_eq!(numbers(&rows), [ids[8], ids[7]], "{path}");
        let (rows, total) = listed(&world, &staff, path, &[("countOnly", "true")]).await;
        assert_eq!((rows.len(), total), (0, 9), "{path}");
    }
    let filter = format!("OrderId = {order}");
    let (rows, total) = listed(&world, &staff, LICENSES, &[("filter", &filter), ("sort", "Id desc"), ("take", "4")]).await;
    assert_eq!((numbers(&rows), total), (vec![ids[8], ids[7], ids[6], ids[5]], 9));
    // A total is not remembered past this process's own writes.
    staff.delete(&format!("{LICENSES}/{}", ids[0])).send(&world).await.done();
    assert_eq!(listed(&world, &staff, LICENSES, &[("take", "1")]).await.1, 8);
    assert_eq!(staff.get(&format!("{TEMPLATES}/99/licenses"), &[]).send(&world).await.refused().0, 404);
}

#[tokio::test]
async fn wrong_expressions_are_told_where_and_signing_is_bounded() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    for _ in 0..26 {
        license(&world, &staff, json!({"templateId": template})).await;
    }
    for query in [
        ("filter", "Nothing = 1"),
        ("filter", "Id = \"x\""),
        ("sort", "Features"),
        ("include", "Features"),
        ("select", "Nothing"),
        ("take", "-1"),
    ] {
        assert_eq!(staff.get(LICENSES, &[query]).send(&world).await.refused().0, 400, "{query:?}");
    }
    let (status, _, message) = staff.get(LICENSES, &[("select", "Id, LicenseKey")]).send(&world).await.refused();
    assert!(status == 400 && message.contains("25"), "{message}");
    assert_eq!(listed(&world, &staff, LICENSES, &[("select", "Id, LicenseKey"), ("take", "25")]).await.0.len(), 25);
}
