//! Resources.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey_core::domain::role::Role;
use latchkey_core::ops::signing_key::signing_key;
use latchkey_tests::world::World;
use serde_json::json;

use super::{listed, only, resource};

const PATH: &str = "/v1/resources";
const PEM: &str = include_str!("../../../../../shared/src/signing/vectors/rsa.pem");
const PUBLIC: &str = include_str!("../../../../../shared/src/signing/vectors/rsa.pub.pem");
const PFX: &[u8] = include_bytes!("../../../../../shared/src/signing/vectors/rsa.pfx");
const SNK: &[u8] = include_bytes!("../../../../../shared/src/signing/vectors/rsa.snk");
const PFX_PASSWORD: &str = "a-password";

#[tokio::test]
async fn a_resource_is_made_listed_changed_and_deleted() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let said = json!({
        "id": 5, "name": "Welcome", "type": "email", "code": "welcome", "description": "Sent first.", "source": "welcome.html",
        "password": "ignored", "createdAt": "2019-08-24T14:15:22Z", "updatedAt": "2019-08-24T14:15:22Z", "data": "<p>Grüße,\r\n{{name}}</p>",
        "dataFormat": "HTML", "meta": "{}",
    });
    let id = resource(&world, &staff, said.clone()).await;
    let mut expected = said.clone();
    expected["id"] = json!(id);
    expected["password"] = json!("");
    expected["createdAt"] = json!("2026-11-22T06:00:00Z");
    expected["updatedAt"] = json!(null);
    assert_eq!(only(&world, &staff, PATH, "resources", &[("filter", "Type = \"email\" and Code = \"welcome\"")]).await, expected);

    world.clock.advance_seconds(60);
    staff.put(PATH, &json!({"resource": {"id": id, "name": "Hello", "code": ""}})).send(&world).await.done();
    (expected["name"], expected["code"], expected["updatedAt"]) = (json!("Hello"), json!(""), json!("2026-11-22T06:01:00Z"));
    assert_eq!(only(&world, &staff, PATH, "resources", &[("filter", &format!("id = {id}"))]).await, expected, "the data stays");
    staff.put(PATH, &json!({"resource": {"id": id, "data": "<p>Hello</p>"}})).send(&world).await.done();
    let selected = only(&world, &staff, PATH, "resources", &[("select", "Data")]).await;
    assert_eq!(selected, json!({"data": "<p>Hello</p>"}));
    staff.put(PATH, &json!({"resource": {"id": id, "data": null}})).send(&world).await.done();
    assert_eq!(only(&world, &staff, PATH, "resources", &[]).await["data"], json!(""));

    staff.delete(&format!("{PATH}/{id}")).send(&world).await.done();
    assert_eq!(staff.delete(&format!("{PATH}/{id}")).send(&world).await.refused().1, 40402);
    assert_eq!(listed(&world, &staff, PATH, "resources", &[]).await.1, 0);
}

#[tokio::test]
async fn a_key_comes_as_pem_pfx_or_snk_and_nothing_private_leaves_or_is_logged() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let secret = PEM.lines().nth(5).unwrap();
    for line in PEM.lines().filter(|line| line.len() == 64) {
        world.keep_secret(line);
    }
    world.keep_secret(&STANDARD.encode(PFX)[..64]);
    world.keep_secret(PFX_PASSWORD);
    for (data, format) in
        [(PEM.to_owned(), "PEM"), (STANDARD.encode(PFX), "PFX"), (STANDARD.encode(SNK), "SNK"), (STANDARD.encode(PFX), "")]
    {
        let said = json!({"name": "Keys", "type": "RSA", "data": data, "dataFormat": format, "password": PFX_PASSWORD});
        let id = resource(&world, &staff, said).await;
        let answer = staff.get(PATH, &[("filter", &format!("id = {id}"))]).send(&world).await;
        let row = answer.done()["resources"][0].clone();
        assert_eq!((&row["data"], &row["dataFormat"], &row["password"]), (&json!(PUBLIC), &json!("PEM"), &json!("")), "{format}");
        let text = String::from_utf8_lossy(&answer.body);
        assert!(!text.contains("PRIVATE") && !text.contains(secret) && !text.contains(PFX_PASSWORD));
        // What a client has read it may write back.
        staff.put(PATH, &json!({"resource": row})).send(&world).await.done();
    }
    let wrong = json!({"resource": {"name": "Keys", "type": "RSA", "data": STANDARD.encode(PFX), "password": "another"}});
    let (_, code, message) = staff.post(PATH, &wrong).send(&world).await.refused();
    assert_eq!(code, 40002);
    assert!(message.contains("password") && !message.contains("another"), "{message}");
    let wrong = json!({"resource": {"name": "Keys", "type": "Ed25519", "data": PEM}});
    let (_, code, message) = staff.post(PATH, &wrong).send(&world).await.refused();
    assert!(code == 40002 && !message.contains(secret), "{message}");
    assert_eq!(listed(&world, &staff, PATH, "resources", &[]).await.1, 4);
}

#[tokio::test]
async fn keys_are_made_where_none_is_brought_along() {
    let world = World::new().await;
    let staff = world.administrator().await;
    for (sort, bytes) in [("RSA", 400..500), ("Ed25519", 100..130)] {
        let id = resource(&world, &staff, json!({"name": "Keys", "type": sort})).await;
        let row = only(&world, &staff, PATH, "resources", &[("filter", &format!("id = {id}"))]).await;
        let public = row["data"].as_str().unwrap();
        assert!(public.starts_with("-----BEGIN PUBLIC KEY-----") && bytes.contains(&public.len()), "{public}");
        let id = u32::try_from(id).ok().and_then(latchkey_core::domain::ids::ResourceId::new).unwrap();
        let key = signing_key(&world.core, &world.signature_keys, staff.account, id).await.unwrap();
        assert_eq!(key.public().to_pem(), public);
    }
}

#[tokio::test]
async fn what_uses_a_key_keeps_it() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let id = resource(&world, &staff, json!({"name": "Keys", "type": "Ed25519"})).await;
    let product = json!({"product": {"name": "Tool", "signatureKeysId": id}});
    let product = staff.post("/v1/products", &product).send(&world).await.done()["productId"].as_i64().unwrap();
    let (_, code, message) = staff.delete(&format!("{PATH}/{id}")).send(&world).await.refused();
    assert!(code == 40903 && message.contains("product"), "{message}");
    staff.put("/v1/products", &json!({"product": {"id": product, "signatureKeysId": 0}})).send(&world).await.done();
    let key = u32::try_from(id).ok().and_then(latchkey_core::domain::ids::ResourceId::new).unwrap();
    signing_key(&world.core, &world.signature_keys, staff.account, key).await.unwrap();
    let (_, code, message) = staff.delete(&format!("{PATH}/{id}")).send(&world).await.refused();
    assert!(code == 40904 && message.contains("signed"), "{message}");
    let another = json!({"resource": {"id": id, "data": PEM, "type": "Ed25519"}});
    assert_eq!(staff.put(PATH, &another).send(&world).await.refused().1, 40002, "it is no Ed25519 key");
    let mail = json!({"resource": {"id": id, "type": "email"}});
    assert_eq!(staff.put(PATH, &mail).send(&world).await.refused().1, 40904);
}

#[tokio::test]
async fn heavy_data_is_read_of_what_is_shown_and_never_cut_short() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let data = "ü".repeat(128 * 1_024);
    for number in 0..17 {
        resource(&world, &staff, json!({"name": format!("Text {number}"), "type": "text", "data": data})).await;
    }
    let too_long = json!({"resource": {"name": "Text", "data": format!("{data}x")}});
    assert_eq!(staff.post(PATH, &too_long).send(&world).await.refused().1, 40002);
    assert_eq!(staff.get(PATH, &[]).send(&world).await.refused().1, 40005, "more than an answer holds");
    assert_eq!(only(&world, &staff, PATH, "resources", &[("filter", "Name = \"Text 3\"")]).await["data"], json!(data));
    world.table.reset_calls();
    let (rows, total) = listed(&world, &staff, PATH, "resources", &[("select", "Id, Name")]).await;
    assert_eq!((rows.len(), total), (17, 17));
    if world.engines.is_embedded {
        assert!(world.table.capacity().total <= 3.0, "the data is not read: {:?}", world.table.capacity());
    }
    assert_eq!(staff.get(PATH, &[("filter", "Data = \"x\"")]).send(&world).await.refused().1, 40004);
}

#[tokio::test]
async fn sales_reads_and_makes_resources_and_changes_none() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let sales = world.staff(staff.account, Role::Sales).await;
    let id = resource(&world, &sales, json!({"name": "Mail", "type": "email"})).await;
    assert_eq!(listed(&world, &sales, PATH, "resources", &[]).await.1, 1);
    assert_eq!(sales.put(PATH, &json!({"resource": {"id": id}})).send(&world).await.refused().1, 40301);
    assert_eq!(sales.delete(&format!("{PATH}/{id}")).send(&world).await.refused().1, 40301);
}
