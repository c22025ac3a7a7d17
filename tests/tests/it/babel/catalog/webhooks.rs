//! Webhooks, by their vendor's staff.

use latchkey_core::domain::role::Role;
use latchkey_core::domain::webhook::{ROTATION_SECONDS, WebhookSecret};
use latchkey_tests::sink::{Received, Reply, Sink};
use latchkey_tests::staff::Staff;
use latchkey_tests::tape::Tape;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{listed, only};
use crate::babel::members;

const WEBHOOKS: &str = "/v1/webhooks";

/// Makes a webhook that is told of these events; gives its number and its secret.
async fn webhook(world: &World, staff: &Staff, events: Value) -> (i64, WebhookSecret) {
    let said = json!({"webhook": {"name": "Shop", "url": "https://hooks.example/shop", "events": events}});
    let made = staff.post(WEBHOOKS, &said).send(world).await.done();
    assert_eq!(members(&made), ["code", "message", "secret", "success", "webhookId"]);
    (made["webhookId"].as_i64().unwrap(), secret(world, &made))
}

fn secret(world: &World, answer: &Value) -> WebhookSecret {
    let text = answer["secret"].as_str().unwrap();
    world.keep_secret(text);
    WebhookSecret::parse(text).unwrap()
}

/// The vendor that staff work for.
async fn vendor(world: &World) -> (Vendor, Staff) {
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    (vendor, staff)
}

/// The same as of now: a Bearer is good for half an hour.
fn renewed(world: &World, staff: &Staff) -> Staff {
    Staff { bearer: world.bearer(&staff.user), ..staff.clone() }
}

/// All that these operations can be asked that makes the function do something else.
pub(super) async fn ask_everything(world: &World, staff: &Staff) {
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    let (id, _) = webhook(world, staff, json!([])).await;
    let mut tape = Tape::begin(world).await;
    let said = json!({"product": {"name": "Told", "code": "TOLD"}});
    let product = staff.post("/v1/products", &said).send(world).await.done()["productId"].as_i64().unwrap();
    let said = json!({"license": {"product": {"id": "TOLD"}}});
    let license = staff.post("/v1/licenses", &said).send(world).await.done()["licenseId"].clone();
    tape.note(world).await;
    assert!(tape.announce(&world.direct()).await.is_done());
    tape.deliver_all(&world.direct(), &client).await;
    let one = format!("{WEBHOOKS}/{id}");
    let (rows, _) = listed(world, staff, &format!("{one}/deliveries"), "deliveries", &[]).await;
    let event = rows[0]["id"].as_str().unwrap();
    for query in [("filter", format!("id = \"{event}\"")), ("sort", "id".to_owned())] {
        listed(world, staff, &format!("{one}/deliveries"), "deliveries", &[(query.0, &query.1)]).await;
    }
    staff.post(&format!("{one}/deliveries/{event}/redeliver"), &json!({})).send(world).await.done_unless_overtaken();
    listed(world, staff, WEBHOOKS, "webhooks", &[]).await;
    staff.put(WEBHOOKS, &json!({"webhook": {"id": id, "disabled": true}})).send(world).await.done();
    let rotated = staff.post(&format!("{one}/secret"), &json!({})).send(world).await.done();
    secret(world, &rotated);
    staff.delete(&one).send(world).await.done();
    staff.delete(&format!("/v1/licenses/{license}")).send(world).await;
    staff.delete(&format!("/v1/products/{product}")).send(world).await;
}

/// What was received under a secret.
fn is_believed(secret: &WebhookSecret, received: &Received) -> bool {
    let header = |name: &str| received.header(name).unwrap();
    let at = latchkey_core::domain::time::Timestamp::from_seconds(header("webhook-timestamp").parse().unwrap()).unwrap();
    let body = String::from_utf8(received.body.clone()).unwrap();
    secret.verifies(header("webhook-signature"), header("webhook-id"), at, &body)
}

#[tokio::test]
async fn a_webhook_is_made_told_looked_at_and_told_again() {
    let world = World::new().await;
    let (vendor, staff) = vendor(&world).await;
    let (id, secret) = webhook(&world, &staff, json!(["license.issued"])).await;
    let row = only(&world, &staff, WEBHOOKS, "webhooks", &[]).await;
    assert_eq!(
        members(&row),
        ["createdDate", "disabled", "disabledDate", "disabledReason", "events", "failingDate", "formerSecretDate", "id", "name", "url"]
    );
    assert_eq!((&row["id"], &row["name"], &row["disabled"]), (&json!(id), &json!("Shop"), &json!(false)));
    assert_eq!((&row["url"], &row["events"]), (&json!("https://hooks.example/shop"), &json!(["license.issued"])));

    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    sink.answer(|_| Reply::Status(410));
    let mut tape = Tape::begin(&world).await;
    for key in ["KEY-1", "KEY-2", "KEY-3"] {
        world.license_with(&vendor, key, Some(1)).await;
        world.clock.advance_seconds(2);
        tape.note(&world).await;
    }
    assert!(tape.announce(&world.core).await.is_done());
    tape.deliver_all(&world.core, &client).await;
    let path = format!("{WEBHOOKS}/{id}/deliveries");
    let (rows, total) = listed(&world, &staff, &path, "deliveries", &[]).await;
    assert_eq!((rows.len(), total), (3, 3));
    assert_eq!(members(&rows[0]), ["attempts", "content", "date", "error", "event", "id", "lastDate", "nextDate", "state", "status"]);
    let told = |row: &Value| (row["event"].clone(), row["state"].clone(), row["status"].clone(), row["attempts"].clone());
    assert_eq!(told(&rows[0]), (json!("license.issued"), json!("refused"), json!(410), json!(1)));
    let sent: Vec<Vec<u8>> = sink.received().into_iter().map(|received| received.body).collect();
    assert!(sent.contains(&rows[0]["content"].as_str().unwrap().as_bytes().to_vec()));
    let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let mut backwards = ids(&rows);
    backwards.reverse();
    assert_eq!(ids(&listed(&world, &staff, &path, "deliveries", &[("sort", "id")]).await.0), backwards);
    let paged = listed(&world, &staff, &path, "deliveries", &[("take", "1"), ("skip", "1")]).await;
    assert_eq!((ids(&paged.0), paged.1), (vec![ids(&rows)[1].clone()], 3));

    sink.answer(|_| Reply::Status(200));
    let again = format!("{path}/{}/redeliver", ids(&rows)[0]);
    staff.post(&again, &json!({})).send(&world).await.done();
    assert_eq!(staff.post(&again, &json!({})).send(&world).await.refused().1, 40904, "it is on its way");
    tape.deliver_all(&world.core, &client).await;
    let last = sink.received().pop().unwrap();
    assert!(is_believed(&secret, &last));
    assert_eq!(last.header("webhook-id"), Some(ids(&rows)[0].as_str()), "the same event");
    let found = only(&world, &staff, &path, "deliveries", &[("filter", &format!("id = \"{}\"", ids(&rows)[0]))]).await;
    assert_eq!((&found["state"], &found["status"]), (&json!("delivered"), &json!(200)));
    for event in ["evt_00000000000000000000000000000000", "1", "%00"] {
        assert_eq!(staff.post(&format!("{path}/{event}/redeliver"), &json!({})).send(&world).await.refused().1, 40402, "{event}");
    }
}

#[tokio::test]
async fn a_webhook_is_changed_disabled_enabled_rotated_and_deleted() {
    let world = World::new().await;
    let (vendor, staff) = vendor(&world).await;
    let (id, first) = webhook(&world, &staff, json!([])).await;
    let put = async |said: Value| staff.put(WEBHOOKS, &json!({"webhook": said})).send(&world).await;
    assert_eq!(put(json!({"id": id, "name": "Other", "events": ["license.revoked", "license.issued"]})).await.done()["webhookId"], id);
    let row = only(&world, &staff, WEBHOOKS, "webhooks", &[]).await;
    assert_eq!((&row["name"], &row["url"]), (&json!("Other"), &json!("https://hooks.example/shop")), "what is not said stays");
    assert_eq!(row["events"].as_array().unwrap().len(), 2);
    put(json!({"id": id, "disabled": true, "events": null})).await.done();
    let row = only(&world, &staff, WEBHOOKS, "webhooks", &[]).await;
    assert_eq!((&row["disabled"], &row["disabledReason"], &row["events"]), (&json!(true), &json!("asked"), &json!([])));
    put(json!({"id": id, "disabled": false})).await.done();
    assert_eq!(only(&world, &staff, WEBHOOKS, "webhooks", &[]).await["disabledDate"], Value::Null);
    assert_eq!(put(json!({"name": "x"})).await.refused().1, 40002);
    assert_eq!(put(json!({"id": 999, "name": "x"})).await.refused().1, 40402);
    assert_eq!(put(json!({"id": id, "url": "https://10.0.0.1/"})).await.refused().1, 40002);

    let rotated = staff.post(&format!("{WEBHOOKS}/{id}/secret"), &json!({})).send(&world).await.done();
    let second = secret(&world, &rotated);
    assert_ne!(first, second);
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    let mut tape = Tape::begin(&world).await;
    for (key, signs_on) in [("KEY-1", true), ("KEY-2", false)] {
        world.license_with(&vendor, key, Some(1)).await;
        tape.note(&world).await;
        assert!(tape.announce(&world.core).await.is_done());
        tape.deliver_all(&world.core, &client).await;
        let last = sink.received().pop().unwrap();
        assert_eq!((is_believed(&first, &last), is_believed(&second, &last)), (signs_on, true), "{key}");
        world.clock.advance_seconds(ROTATION_SECONDS);
    }
    let staff = renewed(&world, &staff);
    staff.delete(&format!("{WEBHOOKS}/{id}")).send(&world).await.done();
    assert_eq!(staff.delete(&format!("{WEBHOOKS}/{id}")).send(&world).await.refused().1, 40402);
    assert_eq!(listed(&world, &staff, WEBHOOKS, "webhooks", &[]).await.1, 0);
    assert_eq!(listed(&world, &staff, &format!("{WEBHOOKS}/{id}/deliveries"), "deliveries", &[]).await.1, 2, "the log stays");
}

#[tokio::test]
async fn a_webhook_is_made_disabled_where_that_is_said_and_there_are_so_many_and_no_more() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let said = json!({"webhook": {"url": "https://hooks.example/", "disabled": true}});
    for _ in 0..16 {
        let made = staff.post(WEBHOOKS, &said).send(&world).await.done();
        secret(&world, &made);
    }
    assert_eq!(staff.post(WEBHOOKS, &said).send(&world).await.refused().1, 40905);
    let query = [("filter", "disabled = true"), ("sort", "id desc"), ("take", "3")];
    let (rows, total) = listed(&world, &staff, WEBHOOKS, "webhooks", &query).await;
    assert_eq!((rows.len(), total), (3, 16));
    for role in [Role::LicenseManager, Role::Sales] {
        let other = world.staff(staff.account, role).await;
        assert_eq!(other.get(WEBHOOKS, &[]).send(&world).await.refused().1, 40301, "{role:?}");
    }
}
