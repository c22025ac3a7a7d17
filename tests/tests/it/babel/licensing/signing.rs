//! Signed licences over the wire, verified with the public key as the operator's tool does.

use latchkey_core::signing::{Form, PublicKey, look, verify};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{LICENSES, TEMPLATES, key, license, one, product, template};

#[tokio::test]
async fn each_format_is_signed_verified_and_the_same_whenever_it_is_asked_for() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let (rsa, ed25519) = (key(&world, &staff, "RSA").await, key(&world, &staff, "Ed25519").await);
    for (signer, format, form, shown) in [
        (rsa, 0, Form::Xml, 0),
        (rsa, 1, Form::XmlDsig, 1),
        (rsa, 2, Form::Ascii, 2),
        (rsa, 3, Form::Base32, 3),
        (ed25519, 0, Form::File, 4),
        (ed25519, 2, Form::Ascii, 2),
        (ed25519, 4, Form::File, 4),
    ] {
        let template = template(&world, &staff, product, json!({"format": format, "signatureKeysId": signer})).await;
        let made = license(&world, &staff, json!({"templateId": template, "licenseeName": "Erika Mustermann"})).await;
        let text = made["licenseKey"].as_str().unwrap();
        assert_eq!(look(text.as_bytes()).unwrap().form, form);
        let public = staff.get("/v1/resources", &[("filter", &format!("Id = {signer}"))]).send(&world).await.done();
        let public = PublicKey::parse(public["resources"][0]["data"].as_str().unwrap().as_bytes()).unwrap();
        let said = verify(text.as_bytes(), &public).unwrap();
        assert_eq!(said.id.as_str(), made["licenseKeyId"].as_str().unwrap());
        assert_eq!((said.features[0].id.as_str(), said.fields[0].value.as_str(), said.kind.as_str()), ("export", "EU", "Professional"));
        assert_eq!(said.licensee.unwrap().name.unwrap().as_str(), "Erika Mustermann");
        let id = made["licenseId"].as_i64().unwrap();
        world.clock.advance_seconds(120);
        // What becomes of the template and the product is no matter.
        let change = json!({"licenseTemplate": {"id": template, "features": [], "name": "Changed"}});
        staff.put(TEMPLATES, &change).send(&world).await.done();
        staff.put("/v1/products", &json!({"product": {"id": product, "name": format!("Tool {id}")}})).send(&world).await.done();
        let again = one(&world, &staff, id, &[("select", "LicenseKey, Format")]).await;
        assert_eq!(again, json!({"licenseKey": text, "format": shown}));
        let changed = staff.put(LICENSES, &json!({"license": {"id": id, "licenseType": "Other"}})).send(&world).await.done();
        let changed = verify(changed["licenseKey"].as_str().unwrap().as_bytes(), &public).unwrap();
        assert_eq!((changed.kind.as_str(), changed.features.len()), ("Other", 1));
    }
    // A key that something was signed with stays, and so does one that a template names.
    assert_eq!(staff.delete(&format!("/v1/resources/{rsa}")).send(&world).await.refused().0, 409);
}

#[tokio::test]
async fn the_products_key_signs_where_no_other_is_named_and_a_key_that_cannot_is_refused() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product_id = product(&world, &staff, "ACME").await;
    let (rsa, ed25519) = (key(&world, &staff, "RSA").await, key(&world, &staff, "Ed25519").await);
    staff.put("/v1/products", &json!({"product": {"id": product_id, "signatureKeysId": ed25519}})).send(&world).await.done();
    let made = license(&world, &staff, json!({"product": {"id": "ACME"}})).await;
    assert_eq!(look(made["licenseKey"].as_str().unwrap().as_bytes()).unwrap().form, Form::File);
    let whole = json!({"license": {"product": {"id": "ACME"}, "signatureKeysId": rsa, "format": 4}});
    let (status, _, message) = staff.post(LICENSES, &whole).send(&world).await.refused();
    assert!(status == 409 && message.contains("Ed25519"), "{message}");
    assert_eq!(staff.get(LICENSES, &[]).send(&world).await.done()["totalLicensesCount"], 1, "nothing was made");
    let id = made["licenseId"].as_i64().unwrap();
    let refused = staff.put(LICENSES, &json!({"license": {"id": id, "signatureKeysId": rsa}})).send(&world).await.refused();
    assert_eq!(refused.0, 409);
    let changed = staff.put(LICENSES, &json!({"license": {"id": id, "signatureKeysId": rsa, "format": 0}})).send(&world).await.done();
    assert_eq!(look(changed["licenseKey"].as_str().unwrap().as_bytes()).unwrap().form, Form::Xml);
}

#[tokio::test]
async fn a_product_is_stated_as_it_is_known_but_for_what_is_said_of_it() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product_id = product(&world, &staff, "ACME").await;
    let signer = key(&world, &staff, "Ed25519").await;
    let public = staff.get("/v1/resources", &[("filter", &format!("Id = {signer}"))]).send(&world).await.done();
    let public = PublicKey::parse(public["resources"][0]["data"].as_str().unwrap().as_bytes()).unwrap();
    let stated = |answer: &Value| {
        let product = verify(answer["licenseKey"].as_str().unwrap().as_bytes(), &public).unwrap().product.unwrap();
        let texts = [Some(product.id), product.name, product.version, product.url];
        texts.map(|text| text.map(|text| text.as_str().to_owned()).unwrap_or_default())
    };
    let known = ["ACME", "Acme Tool", "", "https://example.com/tool"];
    for said in [json!({"id": "ACME"}), json!({"id": "ACME", "name": "", "url": null})] {
        let made = license(&world, &staff, json!({"product": said, "signatureKeysId": signer})).await;
        assert_eq!(stated(&made), known, "{said}");
    }
    let said = json!({"product": {"id": "ACME", "version": "7"}, "signatureKeysId": signer, "licensee": {"contactInfo": "by post"}});
    let made = license(&world, &staff, said).await;
    assert_eq!(stated(&made), ["ACME", "Acme Tool", "7", "https://example.com/tool"]);

    let id = made["licenseId"].as_i64().unwrap();
    let put = async |said: Value| staff.put(LICENSES, &json!({"license": said})).send(&world).await.done();
    let changed = put(json!({"id": id, "product": {"id": "NEW"}, "licensee": {"url": "https://customer-site.com"}})).await;
    assert_eq!(stated(&changed), ["NEW", "Acme Tool", "7", "https://example.com/tool"], "an id alone says nothing of the rest");
    let licensee = one(&world, &staff, id, &[("include", "Licensee")]).await["licensee"].clone();
    assert_eq!((&licensee["contactInfo"], &licensee["url"]), (&json!("by post"), &json!("https://customer-site.com")));
    let changed = put(json!({"id": id, "product": {"version": "", "url": null}})).await;
    assert_eq!(stated(&changed), ["NEW", "Acme Tool", "", ""], "what is said to be nothing is cleared");

    let of_template = template(&world, &staff, product_id, json!({"signatureKeysId": signer, "product": {"version": "8"}})).await;
    let made = license(&world, &staff, json!({"templateId": of_template})).await;
    assert_eq!(stated(&made), ["ACME", "Acme Tool", "8", "https://example.com/tool"]);
    let change = json!({"licenseTemplate": {"id": of_template, "product": {"id": "P", "url": ""}}});
    staff.put(TEMPLATES, &change).send(&world).await.done();
    let made = license(&world, &staff, json!({"templateId": of_template, "product": {"name": "Special"}})).await;
    assert_eq!(stated(&made), ["P", "Special", "8", ""]);
}
