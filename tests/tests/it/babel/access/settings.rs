//! Users' settings.

use latchkey_core::domain::role::Role;
use latchkey_core::domain::user_setting::{MOST_SETTINGS, SettingContent, UserSetting};
use latchkey_tests::world::World;
use serde_json::json;

use crate::babel::{code, members};

#[tokio::test]
async fn a_setting_is_made_changed_listed_and_deleted_by_its_user() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let sales = world.staff(administrator.account, Role::Sales).await;
    let path = format!("/v1/users/{}/settings", sales.user.id);
    let said = json!({"id": 99, "category": "ui", "group": "colours", "name": "theme", "value": "dark", "type": "string",
        "description": "d", "readOnly": true, "userId": "ignored"});
    let made = sales.post(&path, &json!({"setting": said})).send(&world).await.done();
    assert_eq!((members(&made), &made["settingId"]), (vec!["code", "message", "settingId", "success"], &json!(1)));
    let mut expected = said.clone();
    expected["id"] = json!(1);
    expected["userId"] = json!(sales.user.id.to_string());
    let listed = async || administrator.get(&path, &[]).send(&world).await.done();
    assert_eq!((&listed().await["settings"][0], &listed().await["totalSettingsCount"]), (&expected, &json!(1)));
    let changed = sales.put(&path, &json!({"setting": {"id": 1, "value": "light", "group": null}})).send(&world).await.done();
    assert_eq!((members(&changed), &changed["settingsId"]), (vec!["code", "message", "settingsId", "success"], &json!(1)));
    expected["value"] = json!("light");
    expected["group"] = json!("");
    assert_eq!(listed().await["settings"][0], expected);
    sales.post(&path, &json!({"setting": {"name": "size", "value": "12"}})).send(&world).await.done();
    let found = sales.get(&path, &[("filter", "Name = \"size\""), ("select", "id, value")]).send(&world).await.done();
    assert_eq!((&found["settings"], &found["totalSettingsCount"]), (&json!([{"id": 2, "value": "12"}]), &json!(1)));
    sales.delete(&format!("{path}/1")).send(&world).await.done();
    assert_eq!(code(&sales.delete(&format!("{path}/1")).send(&world).await), 40402);
    assert_eq!(code(&sales.put(&path, &json!({"setting": {"id": 1, "value": "x"}})).send(&world).await), 40402);
    assert_eq!(code(&sales.put(&path, &json!({"setting": {"value": "x"}})).send(&world).await), 40002);
    assert_eq!(listed().await["totalSettingsCount"], 1);
}

#[tokio::test]
async fn two_changes_side_by_side_lose_nothing() {
    let world = World::new().await;
    let sales = world.administrator().await;
    let path = format!("/v1/users/{}/settings", sales.user.id);
    sales.post(&path, &json!({"setting": {"name": "theme"}})).send(&world).await.done();
    let value = sales.put(&path, &json!({"setting": {"id": 1, "value": "dark"}})).send(&world);
    let description = sales.put(&path, &json!({"setting": {"id": 1, "description": "d"}})).send(&world);
    let (value, description) = tokio::join!(value, description);
    value.done();
    description.done();
    let listed = sales.get(&path, &[]).send(&world).await.done();
    assert_eq!((&listed["settings"][0]["value"], &listed["settings"][0]["description"]), (&json!("dark"), &json!("d")));
}

#[tokio::test]
async fn there_are_no_more_than_there_may_be_and_nobodys() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let path = format!("/v1/users/{}/settings", administrator.user.id);
    let table = &world.core.table;
    for _ in 0..MOST_SETTINGS {
        let id = table.next_user_setting(administrator.account).await.unwrap();
        let content = SettingContent::default();
        let setting = UserSetting { id, account: administrator.account, user: administrator.user.id, content };
        table.create_user_setting(&setting).await.unwrap();
    }
    let refused = administrator.post(&path, &json!({"setting": {}})).send(&world).await;
    assert_eq!(refused.refused(), (409, 40905, "A user has at most 500 settings.".to_owned()));
    let listed = administrator.get(&path, &[("take", "1"), ("skip", "499")]).send(&world).await.done();
    assert_eq!((&listed["totalSettingsCount"], &listed["settings"][0]["id"]), (&json!(500), &json!(500)));
    let nobody = "/v1/users/0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e/settings";
    assert_eq!(code(&administrator.get(nobody, &[]).send(&world).await), 40402);
    assert_eq!(code(&administrator.post(nobody, &json!({"setting": {}})).send(&world).await), 40402);
    let long = administrator.put(&path, &json!({"setting": {"id": 1, "value": "x".repeat(4_001)}})).send(&world).await;
    assert_eq!(code(&long), 40002);
}
