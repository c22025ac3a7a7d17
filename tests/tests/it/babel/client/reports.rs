//! Reports: what a program tells its vendor.

use latchkey_core::domain::license::LicenseMode;
use latchkey_core::domain::role::Role;
use latchkey_core::domain::setting::SettingValue;
use latchkey_core::ops::settings::{SettingChange, change_settings};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{named, program, refused, signed, who};
use crate::woosa::stop;

fn with(mut body: Value, members: Value) -> Value {
    let Value::Object(members) = members else { panic!("members") };
    body.as_object_mut().unwrap().extend(members);
    body
}

#[tokio::test]
async fn a_report_is_shown_to_the_licences_vendor_and_to_nobody_else() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor_of(new_product("other")).await);
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let told = json!({
        "name": "ExceptionReport",
        "uid": "4711",
        "version": "1.2.3",
        "contentType": "text/plain",
        "content": "It broke.\n\tat line 7",
        "properties": [{"name": "os", "value": "Windows 11"}, {"name": "empty"}],
    });
    let taken = program("report", &with(who(&license, "MACHINE"), told)).from_address("203.0.113.7").send(&world).await.done();
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let listed = staff.get("/v1/reports", &[("include", "properties")]).send(&world).await.done();
    assert_eq!(listed["totalReportsCount"], 1);
    let report = &listed["reports"][0];
    for (member, value) in [
        ("id", taken["reportId"].clone()),
        ("uid", "4711".into()),
        ("name", "ExceptionReport".into()),
        ("version", "1.2.3".into()),
        ("machineId", "MACHINE".into()),
        ("clientId", "studio".into()),
        ("clientName", "Studio".into()),
        ("contentType", "text/plain".into()),
        ("content", "It broke.\n\tat line 7".into()),
        ("address", "203.0.113.7".into()),
        ("userKey", license.key.expose().into()),
    ] {
        assert_eq!(report[member], value, "{member}");
    }
    let properties: Vec<_> = report["properties"].as_array().unwrap().iter().map(|one| (&one["name"], &one["value"])).collect();
    assert_eq!(properties, [(&json!("os"), &json!("Windows 11")), (&json!("empty"), &json!(""))]);
    let strangers = world.staff(stranger.account, Role::Administrator).await;
    assert_eq!(strangers.get("/v1/reports", &[]).send(&world).await.done()["totalReportsCount"], 0);
}

#[tokio::test]
async fn a_program_whose_licence_is_stopped_may_report_and_one_without_a_licence_may_not() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    stop(&world, &license, "revoked").await;
    let key = license.key.expose();
    program("report", &json!({"userKey": key, "name": "LicenseReport"})).send(&world).await.done();
    let unknown = program("report", &json!({"userKey": "NO-SUCH-KEY", "name": "LicenseReport"})).send(&world).await;
    assert_eq!(named(&unknown), refused(404, "LicenseKeyNotFound"));
    let (group, name) = ("Reports".to_owned(), "Accept".to_owned());
    let change = SettingChange { group, name, value: SettingValue::Boolean(false) };
    change_settings(&world.core, vendor.account, vec![change]).await.unwrap();
    let refusal = program("report", &json!({"userKey": key, "name": "LicenseReport"})).send(&world).await;
    assert_eq!(refusal.status, 409, "the account takes none");
}

#[tokio::test]
async fn reports_are_bounded() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let send = async |members: Value| {
        let answer = program("report", &with(who(&license, "MACHINE"), members)).send(&world).await;
        if answer.status == 200 { (200, String::new()) } else { named(&answer) }
    };
    let invalid = refused(400, "InvalidMember");
    assert_eq!(send(json!({})).await, invalid);
    assert_eq!(send(json!({"name": null})).await, invalid);
    assert_eq!(send(json!({"name": 7})).await, invalid);
    assert_eq!(send(json!({"name": "n".repeat(121)})).await, invalid);
    assert_eq!(send(json!({"name": "R", "uid": "u".repeat(101)})).await, invalid);
    assert_eq!(send(json!({"name": "R", "version": "v".repeat(65)})).await, invalid);
    assert_eq!(send(json!({"name": "R", "contentType": "c".repeat(121)})).await, invalid);
    assert_eq!(send(json!({"name": "R", "content": ["text"]})).await, invalid);
    assert_eq!(send(json!({"name": "R", "properties": {}})).await, invalid);
    assert_eq!(send(json!({"name": "R", "properties": [{}]})).await, invalid);
    assert_eq!(send(json!({"name": "R", "properties": [{"name": "", "value": "v"}]})).await, invalid);
    assert_eq!(send(json!({"name": "R", "properties": [{"name": "n", "value": "v".repeat(1_001)}]})).await, invalid);
    let properties = |count: usize| vec![json!({"name": "n", "value": "v"}); count];
    assert_eq!(send(json!({"name": "R", "properties": properties(50)})).await.0, 200);
    assert!([400, 409].contains(&send(json!({"name": "R", "properties": properties(51)})).await.0));
    assert_eq!(send(json!({"name": "R", "content": "c".repeat(256 * 1024)})).await.0, 200);
    assert!([400, 413].contains(&send(json!({"name": "R", "content": "c".repeat(256 * 1024 + 1)})).await.0));
    assert_eq!(send(json!({"name": "R", "content": "c".repeat(512 * 1024)})).await, refused(413, "TooLarge"));
    let staff = world.staff(vendor.account, Role::Administrator).await;
    assert_eq!(staff.get("/v1/reports", &[("countOnly", "true")]).send(&world).await.done()["totalReportsCount"], 2);
}
