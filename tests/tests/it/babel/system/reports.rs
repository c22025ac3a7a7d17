//! `GET /v1/reports`, `DELETE /v1/reports/{reportId}`, and how reports come to be there.

use latchkey_core::domain::ids::LicenseId;
use latchkey_core::domain::report::{MOST_CONTENT, MOST_PROPERTIES, Report, ReportBody, ReportCard, ReportProperty};
use latchkey_core::domain::role::Role;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::ops::reports::{NewReport, submit_report};
use latchkey_core::sink::on_behalf_of;
use latchkey_tests::staff::Staff;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{listed, log_of};

const DAY: i64 = 24 * 60 * 60;

fn card(name: &str) -> ReportCard {
    let name = name.parse().unwrap();
    ReportCard { uid: None, name, version: None, machine: None, client: None, client_name: None, content_type: None }
}

pub(super) async fn submit(
    world: &World,
    staff: &Staff,
    license: Option<LicenseId>,
    name: &str,
    content: &str,
) -> Result<Report, Rejected> {
    let body = ReportBody { content: content.to_owned(), properties: Vec::new() };
    submit_report(&world.core, NewReport { account: staff.account, license, card: card(name), body }).await
}

/// An administrator of an account with a product.
async fn office(world: &World) -> (Staff, Vendor) {
    let vendor = world.vendor().await;
    (world.staff(vendor.account, Role::Administrator).await, vendor)
}

#[tokio::test]
async fn a_report_has_every_member_and_the_key_of_its_licence() {
    let world = World::new().await;
    let (staff, vendor) = office(&world).await;
    let license = world.license_with(&vendor, "USER-KEY-0001", None).await;
    let card = ReportCard {
        uid: "7f".parse().ok(),
        version: "1.2.3".parse().ok(),
        machine: "machine".parse().ok(),
        client: "client".parse().ok(),
        client_name: "Editor".parse().ok(),
        content_type: "text/plain".parse().ok(),
        ..card("ExceptionReport")
    };
    let property = |name: &str, value: &str| ReportProperty { name: name.parse().unwrap(), value: value.parse().unwrap() };
    let body = ReportBody { content: "It broke.\n<b>".to_owned(), properties: vec![property("os", "Windows"), property("culture", "")] };
    let new = NewReport { account: staff.account, license: Some(license.id), card, body };
    on_behalf_of("203.0.113.9".parse().ok(), submit_report(&world.core, new)).await.unwrap();
    let (reports, total) = listed(&world, &staff, "/v1/reports", "reports", &[("include", "Properties")]).await;
    let expected = json!({
        "id": 1,
        "uid": "7f",
        "name": "ExceptionReport",
        "version": "1.2.3",
        "date": "2026-11-22T06:00:00Z",
        "userKey": "USER-KEY-0001",
        "machineId": "machine",
        "clientId": "client",
        "clientName": "Editor",
        "contentType": "text/plain",
        "content": "It broke.\n<b>",
        "address": "203.0.113.9",
        "properties": [
            {"id": 1, "name": "os", "value": "Windows", "reportId": 1},
            {"id": 2, "name": "culture", "value": "", "reportId": 1},
        ],
    });
    assert_eq!((reports, total), (vec![expected.clone()], 1));
    let (without, _) = listed(&world, &staff, "/v1/reports", "reports", &[]).await;
    assert_eq!((&without[0]["content"], &without[0]["properties"]), (&expected["content"], &json!([])));
    let selected = [("select", "Id, Properties"), ("include", "Properties")];
    assert_eq!(
        listed(&world, &staff, "/v1/reports", "reports", &selected).await.0,
        [json!({"id": 1, "properties": expected["properties"]})]
    );
    // Without its content a report is a small item.
    world.table.reset_calls();
    listed(&world, &staff, "/v1/reports", "reports", &[("select", "Id, Name")]).await;
    let read = world.table.calls().into_iter().map(|call| String::from_utf8_lossy(&call.request).into_owned());
    assert!(!read.collect::<String>().contains("REPORT#0000000001#"), "contents that are not shown are not read");
    let log = log_of(&world, &staff).await;
    assert_eq!(log, [format!("Report 1 came from license {}", license.id)]);
}

#[tokio::test]
async fn reports_are_listed_sorted_and_filtered_and_end_with_their_time() {
    let world = World::new().await;
    let (staff, vendor) = office(&world).await;
    let license = world.license_with(&vendor, "USER-KEY-0002", None).await;
    for number in 0..5 {
        let name = if number % 2 == 0 { "ExceptionReport" } else { "LicenseReport" };
        submit(&world, &staff, (number > 2).then_some(license.id), name, &format!("content {number}")).await.unwrap();
        world.clock.advance_seconds(60);
    }
    let ids = async |query: &[(&str, &str)]| {
        let (reports, total) = listed(&world, &staff, "/v1/reports", "reports", query).await;
        (reports.iter().map(|report| report["id"].as_i64().unwrap()).collect::<Vec<_>>(), total)
    };
    assert_eq!(ids(&[("sort", "Id desc"), ("take", "2")]).await, (vec![5, 4], 5));
    assert_eq!(ids(&[("filter", "Name = \"LicenseReport\"")]).await, (vec![2, 4], 2));
    assert_eq!(ids(&[("filter", "UserKey = \"USER-KEY-0002\""), ("sort", "Date desc")]).await, (vec![5, 4], 2));
    assert_eq!(ids(&[("filter", "Id > 1 && Id <= 3")]).await, (vec![2, 3], 2));
    assert_eq!(ids(&[("filter", "Date >= DateTime(2026,11,22,6,3,0)"), ("countOnly", "true")]).await, (vec![], 2));
    let refused = staff.get("/v1/reports", &[("filter", "Content.Contains(\"3\")")]).send(&world).await.refused();
    assert_eq!(refused.1, 40004, "contents are not asked for in conditions");
    world.clock.advance_seconds(365 * DAY - 270);
    let staff = Staff { bearer: world.bearer(&staff.user), ..staff };
    assert_eq!(listed(&world, &staff, "/v1/reports", "reports", &[]).await.1, 4, "the first one's time is over");
}

#[tokio::test]
async fn a_report_is_deleted_whole_and_by_its_own_account() {
    let world = World::new().await;
    let ((staff, _), stranger) = (office(&world).await, world.administrator().await);
    submit(&world, &staff, None, "ExceptionReport", "content").await.unwrap();
    assert_eq!(stranger.delete("/v1/reports/1").send(&world).await.refused().0, 404);
    assert_eq!(listed(&world, &stranger, "/v1/reports", "reports", &[]).await.1, 0);
    let manager = world.staff(staff.account, Role::LicenseManager).await;
    assert_eq!(manager.delete("/v1/reports/1").send(&world).await.refused().0, 403);
    assert_eq!(listed(&world, &manager, "/v1/reports", "reports", &[]).await.1, 1);
    staff.delete("/v1/reports/1").send(&world).await.done();
    assert_eq!(staff.delete("/v1/reports/1").send(&world).await.refused().0, 404);
    assert_eq!(listed(&world, &staff, "/v1/reports", "reports", &[]).await, (vec![], 0));
    for path in ["/v1/reports/0", "/v1/reports/-1", "/v1/reports/2147483647"] {
        assert_eq!(staff.delete(path).send(&world).await.refused().0, 404, "{path}");
    }
    for path in ["/v1/reports/one", "/v1/reports/2147483648", "/v1/reports/1.5"] {
        assert_eq!(staff.delete(path).send(&world).await.refused().1, 40003, "{path}");
    }
    let scan = world.dynamodb.scan().table_name(world.core.table.name()).send().await.unwrap();
    let left = scan.items().iter().filter(|item| format!("{item:?}").contains("REPORT#"));
    assert_eq!(left.count(), 0, "its content is gone too");
}

#[tokio::test]
async fn reports_are_bounded_and_may_be_turned_off() {
    let world = World::new().await;
    let (staff, _) = office(&world).await;
    let too_long = submit(&world, &staff, None, "ExceptionReport", &"x".repeat(MOST_CONTENT + 1)).await;
    assert!(matches!(too_long, Err(Rejected::TooMuchData { .. })), "{too_long:?}");
    let property = ReportProperty { name: "name".parse().unwrap(), value: "value".parse().unwrap() };
    let body = ReportBody { content: String::new(), properties: vec![property; MOST_PROPERTIES + 1] };
    let many = submit_report(&world.core, NewReport { account: staff.account, license: None, card: card("name"), body }).await;
    assert!(matches!(many, Err(Rejected::TooManyProperties { .. })), "{many:?}");
    for _ in 0..13 {
        submit(&world, &staff, None, "ExceptionReport", &"x".repeat(MOST_CONTENT)).await.unwrap();
    }
    let refused = staff.get("/v1/reports", &[]).send(&world).await.refused();
    assert_eq!(refused.1, 40005, "more than an answer can be is refused and not cut");
    assert_eq!(listed(&world, &staff, "/v1/reports", "reports", &[("take", "12")]).await.0.len(), 12);
    assert_eq!(listed(&world, &staff, "/v1/reports", "reports", &[("select", "Id")]).await.0.len(), 13);
    let off = json!({"settings": [{"group": "Reports", "name": "Accept", "value": false}]});
    staff.put("/v1/settings", &off).send(&world).await.done();
    let turned_off = submit(&world, &staff, None, "ExceptionReport", "content").await;
    assert!(matches!(turned_off, Err(Rejected::NoReports)), "{turned_off:?}");
    let days = json!({"settings": [{"group": "Reports", "name": "Accept", "value": true}, {"group": "Reports", "name": "RetentionDays", "value": 1}]});
    staff.put("/v1/settings", &days).send(&world).await.done();
    let report = submit(&world, &staff, None, "ExceptionReport", "content").await.unwrap();
    assert_eq!(report.until, world.core.now().plus_seconds(DAY));
    let _: Value = staff.get("/v1/reports", &[("filter", "Id = 14")]).send(&world).await.done();
}
