//! Making licences.

use latchkey_tests::world::World;
use serde_json::json;

use super::{EMAIL, LICENSES, license, one, product, sold, template};

#[tokio::test]
async fn a_template_a_mode_a_licensee_and_a_limit_are_enough() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    world.keep_secret(EMAIL);
    let made = license(
        &world,
        &staff,
        json!({
            "templateId": template, "licensingMode": 1, "licenseeName": "Erika Mustermann", "licenseeCompany": "Mustermann GmbH",
            "licenseeEmail": EMAIL, "maxAllowedSites": 5,
        }),
    )
    .await;
    let name = made["licenseKeyId"].as_str().unwrap();
    assert!(name.len() == 11 && name.starts_with("lic"), "{name}");
    assert_eq!(made["userKey"].as_str().unwrap().len(), 23);
    assert_eq!(made["licenseKey"], "", "without a signature key nothing is signed");
    let id = made["licenseId"].as_i64().unwrap();
    let mut shown = one(&world, &staff, id, &[]).await;
    assert_eq!(shown["hash"].as_str().unwrap().len(), 32);
    shown["hash"] = json!("");
    let expected = json!({
        "id": id, "licenseId": name, "licenseType": "Professional", "format": 0, "description": "", "createdAt": "2026-11-22T06:00:00Z",
        "updatedAt": null, "issueDate": "2026-11-22T06:00:00Z", "expireDate": "2027-11-22T06:00:00Z",
        "supportExpireDate": "2027-02-20T06:00:00Z", "revoked": false, "trace": false, "licenseKey": "", "maxAllowedSites": 5,
        "userKey": made["userKey"], "licensingMode": 1, "licenseeName": "Erika Mustermann", "licenseeCompany": "Mustermann GmbH",
        "licenseeEmail": EMAIL, "hash": "", "meta": "", "templateId": template, "signatureKeysId": 0, "customerId": 0, "orderId": 0,
        "product": null, "order": null, "customer": null, "template": null, "licensee": null, "components": [], "assemblies": [],
        "fields": [], "features": [], "restrictions": [],
    });
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_licence_is_made_whole_for_a_customers_order() {
    let world = World::new().await;
    let staff = world.administrator().await;
    product(&world, &staff, "ACME").await;
    let (customer, order) = sold(&world, &staff).await;
    let restriction = json!({"id": "domain", "name": "", "expireDate": null, "properties": {"a": "1", "b": null}, "customXmlContent": ""});
    let made = license(
        &world,
        &staff,
        json!({
            "id": 99, "licenseId": "licMINE", "licenseType": "Enterprise", "format": 2, "description": "Two\nlines", "trace": true,
            "issueDate": "2026-01-01T00:00:00Z", "expireDate": "2030-01-01T00:00:00Z", "userKey": "MY-VERY-OWN-KEY", "licensingMode": 2,
            "meta": "{\"a\":1}", "customerId": customer, "orderId": order, "maxAllowedSites": -1,
            "product": {"id": "ACME", "name": "Renamed", "version": "7"},
            "licensee": {"contactInfo": "by post", "url": "https://customer-site.com"},
            "features": [{"id": "export", "expireDate": "2029-01-01T00:00:00Z"}], "restrictions": [restriction],
            "assemblies": [{"id": 3, "name": "Acme.dll"}], "components": ["A", "B"], "fields": [{"name": "n", "value": "v"}],
            "customer": {"id": 77}, "order": {"id": 77}, "licenseKey": "forged", "hash": "forged", "createdAt": "2000-01-01T00:00:00Z",
        }),
    )
    .await;
    assert_eq!((&made["userKey"], &made["licenseKeyId"]), (&json!("MY-VERY-OWN-KEY"), &json!("licMINE")));
    let id = made["licenseId"].as_i64().unwrap();
    let shown = one(&world, &staff, id, &[("include", "Product, Licensee, Customer, Order.Customer, Template")]).await;
    assert_eq!(
        (&shown["licenseeName"], &shown["licenseeEmail"], &shown["maxAllowedSites"], &shown["licensingMode"], &shown["orderId"]),
        (&json!("Erika Mustermann"), &json!(EMAIL), &json!(-1), &json!(2), &json!(order))
    );
    assert_eq!(shown["product"]["name"], "Renamed");
    assert_eq!(
        shown["licensee"],
        json!({"name": "Erika Mustermann", "company": "", "contactInfo": "by post", "url": "https://customer-site.com"})
    );
    assert_eq!((&shown["customer"]["id"], &shown["order"]["customer"]["id"]), (&json!(customer), &json!(customer)));
    assert_eq!((&shown["template"], &shown["createdAt"]), (&json!(null), &json!("2026-11-22T06:00:00Z")));
    let lists = [("select", "Features, Restrictions, Assemblies, Components, Fields")];
    let lists = one(&world, &staff, id, &lists).await;
    assert_eq!(lists.as_object().unwrap().len(), 5);
    assert_eq!(lists["features"][0]["expireDate"], "2029-01-01T00:00:00Z");
    assert_eq!(lists["restrictions"][0]["properties"], json!({"a": "1", "b": ""}));
    assert_eq!(
        (&lists["assemblies"][0]["id"], &lists["components"], &lists["fields"][0]["value"]),
        (&json!(3), &json!(["A", "B"]), &json!("v"))
    );
}

#[tokio::test]
async fn texts_that_are_patterns_are_drawn_from_and_weak_ones_refused() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({"userKey": "PRO-{TOKEN:20}"})).await;
    let by_template = license(&world, &staff, json!({"templateId": template})).await;
    assert!(by_template["userKey"].as_str().unwrap().starts_with("PRO-"));
    let said = license(&world, &staff, json!({"templateId": template, "userKey": "X-{HEX:32}", "licenseId": "my{token:4}"})).await;
    assert!(said["userKey"].as_str().unwrap().starts_with("X-") && said["userKey"].as_str().unwrap().len() == 34);
    assert_eq!(said["licenseKeyId"].as_str().unwrap().len(), 6);
    let weak = json!({"license": {"templateId": template, "userKey": "X-{HEX:4}"}});
    let (status, _, message) = staff.post(LICENSES, &weak).send(&world).await.refused();
    assert!(status == 400 && message.contains("userKey") && message.contains("64"), "{message}");
    let weak = json!({"licenseTemplate": {"name": "Weak", "userKey": "{HEX:4}"}});
    let (status, _, message) = staff.post(super::TEMPLATES, &weak).send(&world).await.refused();
    assert!(status == 400 && message.contains("licenseTemplate.userKey"), "{message}");
}

#[tokio::test]
async fn what_is_not_there_or_taken_is_refused_with_its_reason() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product_id = product(&world, &staff, "ACME").await;
    let usual = template(&world, &staff, product_id, json!({})).await;
    let bare = template(&world, &staff, 0, json!({})).await;
    license(&world, &staff, json!({"templateId": usual, "userKey": "TAKEN-KEY-1"})).await;
    for (said, status, word) in [
        (json!({}), 400, "license.templateId"),
        (json!({"product": {"id": "NOTHING"}}), 404, "product"),
        (json!({"templateId": 99}), 404, "template"),
        (json!({"templateId": -1}), 404, "template"),
        (json!({"templateId": bare}), 409, "product"),
        (json!({"templateId": usual, "userKey": "TAKEN-KEY-1"}), 409, "key"),
        (json!({"templateId": usual, "customerId": 99}), 404, "customer"),
        (json!({"templateId": usual, "orderId": 99}), 404, "order"),
        (json!({"templateId": usual, "signatureKeysId": 99}), 404, "resource"),
        (json!({"templateId": usual, "licensingMode": 3}), 400, "licensingMode"),
        (json!({"templateId": usual, "format": 5}), 400, "format"),
        (json!({"templateId": usual, "maxAllowedSites": -2}), 400, "maxAllowedSites"),
        (json!({"templateId": usual, "maxAllowedSites": 1_000_001}), 400, "maxAllowedSites"),
        (json!({"templateId": usual, "licenseeEmail": "nobody"}), 400, "licenseeEmail"),
        (json!({"templateId": usual, "features": [{"id": "a"}, {"id": "b\u{7}"}]}), 400, "features[1].id"),
        (json!({"templateId": usual, "fields": vec![json!({"name": "n"}); 101]}), 400, "100"),
        (json!({"templateId": usual, "expireDate": "soon"}), 400, "license.expireDate"),
    ] {
        let (found, _, message) = staff.post(LICENSES, &json!({"license": said})).send(&world).await.refused();
        assert!(found == status && message.contains(word), "{said}: {found} {message}");
    }
}
