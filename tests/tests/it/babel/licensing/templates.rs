//! Licence templates.

use latchkey_tests::world::World;
use serde_json::json;

use super::{TEMPLATES, key, license, product, template};

#[tokio::test]
async fn a_template_is_made_with_all_that_is_said_found_changed_and_deleted() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let signer = key(&world, &staff, "RSA").await;
    let said = json!({
        "id": 77, "name": "Professional", "code": "PRO", "licenseType": "Professional", "format": 3, "licensingMode": 2,
        "licenseFileName": "acme.lic", "issueDate": true, "expireDays": 30, "supportDays": 10, "generateKeyInfo": true,
        "userKey": "{TOKEN:16}", "description": "d", "template": "<t/>", "productId": product, "signatureKeysId": signer, "releaseId": 0,
        "product": {"id": "P", "name": "N", "version": "1", "copyright": "C", "url": "u", "description": "D"}, "components": ["A"],
        "assemblies": [{"id": 1, "name": "a", "version": "1", "culture": "de", "publicKeyToken": "t", "mappingFileId": 2, "debugSymbolsKey": "k"}],
        "fields": [{"name": "n", "value": "v"}],
        "features": [{"id": "f", "name": "n", "description": "d", "expireDate": "2030-01-01T00:00:00Z", "key": "k", "data": "x"}],
        "restrictions": [{"id": "r", "name": "n", "expireDate": null, "properties": {"p": "q"}, "customXmlContent": "<x/>"}],
        "unknown": 1,
    });
    let made = staff.post(TEMPLATES, &json!({"licenseTemplate": said})).send(&world).await.done();
    assert_eq!(made["template"], "<t/>");
    let id = made["templateId"].as_i64().unwrap();
    let mut expected = said.clone();
    expected["id"] = json!(id);
    expected.as_object_mut().unwrap().remove("unknown");
    for filter in
        [format!("Id = {id}"), "Code = \"PRO\"".to_owned(), format!("ProductId = {product}"), format!("SignatureKeysId = {signer}")]
    {
        let answer = staff.get(TEMPLATES, &[("filter", &filter), ("include", "Product")]).send(&world).await.done();
        assert_eq!((&answer["licenseTemplates"], &answer["totalLicenseTemplatesCount"]), (&json!([expected]), &json!(1)), "{filter}");
    }
    let change = json!({"licenseTemplate": {"id": id, "name": "Enterprise", "features": [], "expireDays": 0, "userKey": "", "code": ""}});
    assert_eq!(staff.put(TEMPLATES, &change).send(&world).await.done()["template"], "<t/>");
    for (member, value) in
        [("name", json!("Enterprise")), ("features", json!([])), ("expireDays", json!(0)), ("userKey", json!("")), ("product", json!(null))]
    {
        expected[member] = value;
    }
    let answer = staff.get(TEMPLATES, &[]).send(&world).await.done();
    assert_eq!(answer["licenseTemplates"], json!([expected]));
    let taken = json!({"licenseTemplate": {"name": "Another", "code": "PRO"}});
    assert_eq!(staff.post(TEMPLATES, &taken).send(&world).await.refused().0, 409);
    for used in [format!("/v1/products/{product}"), format!("/v1/resources/{signer}")] {
        assert_eq!(staff.delete(&used).send(&world).await.refused().0, 409, "{used}");
    }
    staff.delete(&format!("{TEMPLATES}/{id}")).send(&world).await.done();
    for ask in [staff.delete(&format!("{TEMPLATES}/{id}")), staff.put(TEMPLATES, &change)] {
        assert_eq!(ask.send(&world).await.refused().0, 404);
    }
}

#[tokio::test]
async fn what_cannot_be_a_template_is_refused() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let (one, other) = (product(&world, &staff, "ONE").await, product(&world, &staff, "OTHER").await);
    let usual = template(&world, &staff, one, json!({})).await;
    license(&world, &staff, json!({"templateId": usual})).await;
    for (said, status, word) in [
        (json!({}), 400, "licenseTemplate.name"),
        (json!({"name": "T", "productId": 99}), 404, "product"),
        (json!({"name": "T", "releaseId": 99}), 404, "product"),
        (json!({"name": "T", "productId": one, "releaseId": 99}), 404, "release"),
        (json!({"name": "T", "signatureKeysId": 99}), 404, "resource"),
        (json!({"name": "T", "format": 7}), 400, "format"),
        (json!({"name": "T", "licensingMode": -1}), 400, "licensingMode"),
        (json!({"name": "T", "expireDays": -1}), 400, "expireDays"),
        (json!({"name": "T", "supportDays": 40000}), 400, "supportDays"),
        (json!({"name": "T", "userKey": "{TOKEN:x}"}), 400, "userKey"),
        (json!({"name": "T", "fields": [{"name": "a\tb"}]}), 400, "fields[0].name"),
    ] {
        let (found, _, message) = staff.post(TEMPLATES, &json!({"licenseTemplate": said})).send(&world).await.refused();
        assert!(found == status && message.contains(word), "{said}: {found} {message}");
    }
    let moved = json!({"licenseTemplate": {"id": usual, "productId": other}});
    let (status, _, message) = staff.put(TEMPLATES, &moved).send(&world).await.refused();
    assert!(status == 409 && message.contains("licence"), "{message}");
    assert_eq!(staff.put(TEMPLATES, &json!({"licenseTemplate": {}})).send(&world).await.refused().0, 400);
}
