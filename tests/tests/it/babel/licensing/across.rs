//! Across dialects: a licence made here is used and listed everywhere, and one made elsewhere is listed, changed and revoked here.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::license::Licensee;
use latchkey_core::domain::role::Role;
use latchkey_tests::world::World;
use serde_json::json;

use super::{EMAIL, LICENSES, found, license, one, template};
use crate::{bytex, cscart, sellcodes, woosa};

#[tokio::test]
async fn a_licence_made_here_activates_and_is_listed_everywhere_and_its_revocation_is_seen() {
    let world = World::new().await;
    let shop = bytex::Shop::with_key(&world, "test-plugin", None).await;
    let vendor = &shop.vendor;
    cscart::api_key(&world, vendor, Permissions::ALL).await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let product = i64::from(vendor.product.id.get());
    let template = template(&world, &staff, product, json!({})).await;
    world.keep_secret(EMAIL);
    let made = license(
        &world,
        &staff,
        json!({"templateId": template, "licenseeName": "Erika Mustermann", "licenseeEmail": EMAIL, "maxAllowedSites": 5}),
    )
    .await;
    let (id, user_key) = (made["licenseId"].as_i64().unwrap(), made["userKey"].as_str().unwrap());
    let activated = woosa::activate(user_key, "https://example.com").send(&world).await;
    assert_eq!(activated.status, 200, "{}", activated.json());
    let code = vendor.product.code.as_str();
    let by_code = sellcodes::ask("activate_license", code, user_key, "https://shop.example.com").send(&world).await;
    assert_eq!((by_code.status.as_u16(), &by_code.json()["success"]), (200, &json!(true)), "{}", by_code.json());
    let tokens = staff.get(&format!("{LICENSES}/{id}/tokens"), &[]).send(&world).await.done();
    assert_eq!(tokens["licenseTokens"].as_array().unwrap().len(), 2);
    let listed = cscart::success(&world, cscart::list(&[("license_number", user_key)])).await;
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    let shown = bytex::response(&shop.get_license(user_key).send(&world).await);
    assert!(!shown.is_null());
    staff.put(LICENSES, &json!({"license": {"id": id, "revoked": true}})).send(&world).await.done();
    assert!(woosa::info(user_key).send(&world).await.status.is_client_error());
    let checked = sellcodes::ask("check_license", code, user_key, "https://shop.example.com").send(&world).await;
    assert_ne!(checked.json()["license_status"], json!("active"), "{}", checked.json());
}

#[tokio::test]
async fn a_licence_made_elsewhere_is_listed_changed_and_revoked_here() {
    let world = World::new().await;
    let (vendor, made) = woosa::one_license(&world).await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let id = i64::from(made.id.get());
    assert_eq!(found(&world, &staff, &format!("UserKey = \"{}\"", woosa::KEY)).await, [id]);
    let shown = one(&world, &staff, id, &[("include", "Product, Template")]).await;
    assert_eq!(
        (&shown["licenseId"], &shown["templateId"], &shown["product"]["name"], &shown["licensingMode"]),
        (&json!(""), &json!(0), &json!("Test Plugin"), &json!(1))
    );
    staff.put(LICENSES, &json!({"license": {"id": id, "product": {"version": "7"}}})).send(&world).await.done();
    let mut restated = shown["product"].clone();
    restated["version"] = json!("7");
    assert_eq!(one(&world, &staff, id, &[("include", "Product")]).await["product"], restated, "the rest stays as it was shown");
    woosa::activate(woosa::KEY, woosa::SITE).send(&world).await;
    let change =
        json!({"license": {"id": id, "licenseeName": "Erika Mustermann", "maxAllowedSites": 60, "licenseType": "Now with a type"}});
    staff.put(LICENSES, &change).send(&world).await.done();
    let kept = world.core.table.license(vendor.account, made.id).await.unwrap().unwrap();
    assert_eq!(
        kept.licensee,
        Some(Licensee { name: "Erika Mustermann".parse().unwrap(), email: made.licensee.and_then(|licensee| licensee.email) })
    );
    assert_eq!(woosa::info(woosa::KEY).send(&world).await.json()["license"]["activations"], 1);
    staff.put(LICENSES, &json!({"license": {"id": id, "revoked": true}})).send(&world).await.done();
    assert!(woosa::info(woosa::KEY).send(&world).await.status.is_client_error());
    assert_eq!(found(&world, &staff, "Revoked").await, [id]);
}
