//! Changing and deleting licences.

use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{LICENSES, activate, license, listed, one, product, sold, template};

async fn change(world: &World, staff: &latchkey_tests::staff::Staff, license: Value) -> latchkey_tests::exchange::Exchange {
    staff.put(LICENSES, &json!({"license": license})).send(world).await
}

#[tokio::test]
async fn what_is_left_out_stays_and_what_is_empty_is_cleared() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let (customer, order) = sold(&world, &staff).await;
    let made = license(&world, &staff, json!({"templateId": template, "customerId": customer, "orderId": order, "meta": "m"})).await;
    let id = made["licenseId"].as_i64().unwrap();
    let before = one(&world, &staff, id, &[]).await;
    world.clock.advance_seconds(5);
    let answer = change(&world, &staff, json!({"id": id})).await.done();
    assert_eq!((&answer["userKey"], &answer["licenseKeyId"]), (&made["userKey"], &made["licenseKeyId"]));
    let mut same = one(&world, &staff, id, &[]).await;
    assert_eq!(same["updatedAt"], "2026-11-22T06:00:05Z");
    assert_ne!(same["hash"], before["hash"]);
    same["updatedAt"] = json!(null);
    same["hash"] = before["hash"].clone();
    assert_eq!(same, before);
    // As a program does that reads, changes one thing and writes all of it.
    let mut whole = before.clone();
    whole["description"] = json!("Noted");
    change(&world, &staff, whole).await.done();
    let lists = one(&world, &staff, id, &[("select", "Features, Components, Description")]).await;
    assert_eq!(lists, json!({"features": lists["features"], "components": ["Designer"], "description": "Noted"}));
    assert_eq!(lists["features"].as_array().unwrap().len(), 1);
    let cleared = json!({
        "id": id, "customerId": 0, "orderId": 0, "templateId": 0, "meta": "", "expireDate": null, "supportExpireDate": null, "licenseType": "",
        "licenseeName": "", "licenseeEmail": "", "features": null, "fields": [{"name": "n", "value": "v"}], "maxAllowedSites": 0,
    });
    change(&world, &staff, cleared).await.done();
    let shown = one(&world, &staff, id, &[("include", "Customer, Order, Template")]).await;
    for (member, value) in [
        ("customerId", json!(0)),
        ("orderId", json!(0)),
        ("templateId", json!(0)),
        ("meta", json!("")),
        ("expireDate", json!(null)),
        ("supportExpireDate", json!(null)),
        ("licenseeName", json!("")),
        ("licenseeEmail", json!("")),
        ("customer", json!(null)),
        ("maxAllowedSites", before["maxAllowedSites"].clone()),
        ("userKey", made["userKey"].clone()),
    ] {
        assert_eq!(shown[member], value, "{member}");
    }
    let lists = one(&world, &staff, id, &[("select", "Features, Fields")]).await;
    assert_eq!(lists, json!({"features": [], "fields": [{"name": "n", "value": "v"}]}));
}

#[tokio::test]
async fn seats_stay_while_limits_move_them_and_no_fewer_than_are_taken_are_allowed() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let made = license(&world, &staff, json!({"templateId": template, "maxAllowedSites": 50})).await;
    let (id, user_key) = (made["licenseId"].as_i64().unwrap(), made["userKey"].as_str().unwrap());
    for site in 0..3 {
        let activated = activate("acme", user_key, &format!("https://site-{site}.example.com")).send(&world).await;
        assert_eq!(activated.status, 200, "{}", activated.json());
    }
    for limit in [51, -1, 50, 60, 3] {
        change(&world, &staff, json!({"id": id, "maxAllowedSites": limit})).await.done();
        let tokens = staff.get(&format!("{LICENSES}/{id}/tokens"), &[]).send(&world).await.done();
        assert_eq!(tokens["licenseTokens"].as_array().unwrap().len(), 3, "{limit}");
    }
    let (status, _, message) = change(&world, &staff, json!({"id": id, "maxAllowedSites": 2})).await.refused();
    assert!(status == 409 && message.contains('3'), "{message}");
    let (status, ..) = change(&world, &staff, json!({"id": id, "licensingMode": 2})).await.refused();
    assert_eq!(status, 409);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product_id = product(&world, &staff, "ACME").await;
    let usual = template(&world, &staff, product_id, json!({})).await;
    let other = product(&world, &staff, "OTHER").await;
    let other = template(&world, &staff, other, json!({})).await;
    let id = license(&world, &staff, json!({"templateId": usual})).await["licenseId"].as_i64().unwrap();
    let before = one(&world, &staff, id, &[]).await;
    for (said, status, word) in [
        (json!({}), 400, "license.id"),
        (json!({"id": 99}), 404, "licence"),
        (json!({"id": -5}), 404, "licence"),
        (json!({"id": id, "userKey": "ANOTHER-KEY"}), 409, "key"),
        (json!({"id": id, "templateId": other}), 409, "product"),
        (json!({"id": id, "templateId": 99}), 404, "template"),
        (json!({"id": id, "customerId": 99}), 404, "customer"),
        (json!({"id": id, "orderId": 99}), 404, "order"),
        (json!({"id": id, "signatureKeysId": 99}), 404, "resource"),
        (json!({"id": id, "format": 9}), 400, "format"),
        (json!({"id": id, "licenseeEmail": "a b"}), 400, "licenseeEmail"),
    ] {
        let (found, _, message) = change(&world, &staff, said.clone()).await.refused();
        assert!(found == status && message.contains(word), "{said}: {found} {message}");
    }
    assert_eq!(one(&world, &staff, id, &[]).await, before);
    change(&world, &staff, json!({"id": id, "revoked": true})).await.done();
    assert_eq!(change(&world, &staff, json!({"id": id, "revoked": false})).await.refused().0, 409);
    change(&world, &staff, json!({"id": id, "revoked": true, "description": "still"})).await.done();
}

#[tokio::test]
async fn a_deleted_licence_is_gone_with_its_tokens_and_its_key_stays_taken() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let made = license(&world, &staff, json!({"templateId": template, "maxAllowedSites": -1})).await;
    let (id, user_key) = (made["licenseId"].as_i64().unwrap(), made["userKey"].as_str().unwrap());
    activate("acme", user_key, "https://example.com").send(&world).await;
    assert_eq!(staff.delete(&format!("/v1/license-templates/{template}")).send(&world).await.refused().0, 409);
    staff.delete(&format!("{LICENSES}/{id}")).send(&world).await.done();
    assert_eq!(staff.delete(&format!("{LICENSES}/{id}")).send(&world).await.refused().0, 404);
    assert_eq!(listed(&world, &staff, LICENSES, &[]).await.1, 0);
    let refused = activate("acme", user_key, "https://example.com").send(&world).await;
    assert!(refused.status.is_client_error(), "{}", refused.json());
    let again = json!({"license": {"templateId": template, "userKey": user_key}});
    assert_eq!(staff.post(LICENSES, &again).send(&world).await.refused().0, 409);
    staff.delete(&format!("/v1/license-templates/{template}")).send(&world).await.done();
    for path in [format!("{LICENSES}/0"), format!("{LICENSES}/99")] {
        assert_eq!(staff.delete(&path).send(&world).await.refused().0, 404, "{path}");
    }
    assert_eq!(staff.delete(&format!("{LICENSES}/x")).send(&world).await.refused().0, 400);
}
