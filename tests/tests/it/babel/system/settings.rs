//! `GET /v1/settings`, `PUT /v1/settings`.

use latchkey_core::domain::role::Role;
use latchkey_core::ops::settings::settings;
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::log_of;

async fn value(world: &World, staff: &Staff, group: &str, name: &str) -> Value {
    let answer = staff.get("/v1/settings", &[]).send(world).await.done();
    let settings = answer["settings"].as_array().unwrap();
    settings.iter().find(|setting| setting["group"] == group && setting["name"] == name).unwrap()["value"].clone()
}

async fn put(world: &World, staff: &Staff, settings: Value) -> latchkey_tests::exchange::Exchange {
    staff.put("/v1/settings", &json!({ "settings": settings })).send(world).await
}

#[tokio::test]
async fn all_settings_are_listed_with_their_types() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let answer = staff.get("/v1/settings", &[]).send(&world).await.done();
    insta::assert_json_snapshot!(answer);
}

#[tokio::test]
async fn what_is_set_stays_set_and_the_rest_stays_as_it_was() {
    let world = World::new().await;
    let (staff, stranger) = (world.administrator().await, world.administrator().await);
    world.keep_secret("answers@example.com");
    let all = staff.get("/v1/settings", &[]).send(&world).await.done()["settings"].clone();
    put(&world, &staff, all.clone()).await.done();
    assert!(!log_of(&world, &staff).await.contains(&"Setting Log.RetentionDays was changed".to_owned()), "it cannot be");
    let told = |setting: &&Value| !["Email", "Reports"].contains(&setting["group"].as_str().unwrap());
    let others: Vec<&Value> = all.as_array().unwrap().iter().filter(told).collect();
    put(&world, &staff, json!(others)).await.done();
    assert_eq!(staff.get("/v1/settings", &[]).send(&world).await.done()["settings"], all, "what was listed can be sent back");
    assert!(!settings(&world.core, staff.account).await.unwrap().require_application_key);
    put(
        &world,
        &staff,
        json!([
            {"group": "Email", "name": "ReplyTo", "type": "String", "value": "Answers@Example.com"},
            {"name": "RequireApplicationKey", "value": true},
            {"group": "Reports", "name": "RetentionDays", "type": "int32", "value": 30},
        ]),
    )
    .await
    .done();
    assert_eq!(value(&world, &staff, "Email", "ReplyTo").await, "answers@example.com");
    assert_eq!(value(&world, &staff, "Licensing", "RequireApplicationKey").await, true);
    assert_eq!(value(&world, &staff, "Reports", "RetentionDays").await, 30);
    assert_eq!(value(&world, &staff, "Reports", "Accept").await, true);
    assert!(settings(&world.core, staff.account).await.unwrap().require_application_key, "it counts at once");
    put(&world, &staff, json!([{"group": "Email", "name": "SenderName", "value": "Acme"}])).await.done();
    put(&world, &staff, json!([{"group": "Email", "name": "ReplyTo", "value": null}])).await.done();
    assert_eq!(value(&world, &staff, "Email", "ReplyTo").await, "");
    assert_eq!(value(&world, &staff, "Email", "SenderName").await, "Acme");
    put(&world, &staff, json!([])).await.done();
    assert_eq!(value(&world, &stranger, "Reports", "RetentionDays").await, 365);
    assert!(log_of(&world, &staff).await.contains(&"Setting Email.ReplyTo was changed".to_owned()));
    assert!(!format!("{:?}", log_of(&world, &staff).await).contains("example.com"));
}

#[tokio::test]
async fn what_cannot_be_set_is_named_and_nothing_is_set() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let good = json!({"group": "Reports", "name": "Accept", "value": false});
    for (bad, member) in [
        (json!({"group": "Reports", "name": "Colour", "value": 1}), "settings[1].name"),
        (json!({"group": "Colours", "name": "Accept", "value": true}), "settings[1].name"),
        (json!({"name": "RetentionDays", "value": 7}), "settings[1].name"),
        (json!({"group": "Log", "name": "RetentionDays", "value": 7}), "settings[1].value"),
        (json!({"group": "Patterns", "name": "UserKey", "value": "{TOKEN:5}"}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "value": "7"}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "value": 0}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "value": -1}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "value": 3651}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "value": 7.5}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "value": 1e300}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "value": null}), "settings[1].value"),
        (json!({"group": "Reports", "name": "RetentionDays", "type": "String", "value": 7}), "settings[1].type"),
        (json!({"group": "Reports", "name": "Accept", "value": "true"}), "settings[1].value"),
        (json!({"group": "Reports", "name": "Accept", "value": [true]}), "settings[1].value"),
        (json!({"group": "Email", "name": "SenderName", "value": "Acme\r\nBcc: x@example.com"}), "settings[1].value"),
        (json!({"group": "Email", "name": "SenderName", "value": "x".repeat(121)}), "settings[1].value"),
        (json!({"group": "Email", "name": "ReplyTo", "value": "nobody"}), "settings[1].value"),
        (json!({"group": "Email", "value": "nobody"}), "settings[1].name"),
        (json!("Accept"), "settings[1]"),
    ] {
        let (status, code, message) = put(&world, &staff, json!([good, bad])).await.refused();
        assert_eq!((status, code), (400, 40002), "{bad}: {message}");
        assert!(message.contains(&format!("member {member} ")), "{bad}: {message}");
    }
    for body in [json!({}), json!({"settings": null}), json!({"settings": {}}), json!({"settings": vec![good.clone(); 101]})] {
        assert_eq!(staff.put("/v1/settings", &body).send(&world).await.refused().0, 400, "{body}");
    }
    assert_eq!(value(&world, &staff, "Reports", "Accept").await, true);
    for role in [Role::LicenseManager, Role::Sales, Role::Customer] {
        let other = world.staff(staff.account, role).await;
        assert_eq!(other.get("/v1/settings", &[]).send(&world).await.refused().0, 403);
        assert_eq!(put(&world, &other, json!([good])).await.refused().0, 403);
    }
}

#[tokio::test]
async fn two_who_set_different_things_at_once_are_not_in_each_others_way() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let one = put(&world, &staff, json!([{"group": "Reports", "name": "Accept", "value": false}]));
    let other = put(&world, &staff, json!([{"group": "Email", "name": "SenderName", "value": "Acme"}]));
    let (one, other) = tokio::join!(Box::pin(one), Box::pin(other));
    one.done();
    other.done();
    assert_eq!(value(&world, &staff, "Reports", "Accept").await, false);
    assert_eq!(value(&world, &staff, "Email", "SenderName").await, "Acme");
}
