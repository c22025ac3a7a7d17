//! License traces: what clients of every dialect did with the licences whose vendor wants to know.

use http::Method;
use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::release::ReleaseState;
use latchkey_core::domain::role::Role;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::traces::change_trace;
use latchkey_tests::exchange::Ask;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::staff::Staff;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::client::{ask, named, signed};
use crate::{sellcodes, woosa};

const PATH: &str = "/v1/license-traces";

async fn traced(world: &World, vendor: &Vendor, mode: LicenseMode) -> License {
    let license = signed(world, vendor, mode, 3).await;
    change_trace(&world.core, Edit { account: vendor.account, license: license.id, seen: None }, true).await.unwrap()
}

async fn rows(world: &World, staff: &Staff, query: &[(&str, &str)]) -> (Vec<Value>, u64) {
    world.core.sink.settle().await;
    let answer = staff.get(PATH, query).send(world).await.done();
    (answer["licenseTraces"].as_array().unwrap().clone(), answer["totalLicenseTracesCount"].as_u64().unwrap())
}

/// Machine, action and outcome of each.
async fn told(world: &World, staff: &Staff, license: &License) -> Vec<(String, i64, String)> {
    let (rows, _) = rows(world, staff, &[("licenseId", &license.id.to_string())]).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter().map(|row| (text(&row["machineId"]), row["action"].as_i64().unwrap(), text(&row["meta"]))).collect()
}

fn delete(staff: &Staff, body: &Value) -> Ask {
    staff.post(PATH, body).method(Method::DELETE)
}

fn said(expected: &[(&str, i64, &str)]) -> Vec<(String, i64, String)> {
    expected.iter().map(|(machine, action, outcome)| ((*machine).to_owned(), *action, (*outcome).to_owned())).collect()
}

#[tokio::test]
async fn what_programs_do_is_traced_with_who_from_where_and_what_came_of_it() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::LicenseManager).await;
    let activated = traced(&world, &vendor, LicenseMode::Activation).await;
    for what in ["validate", "activate", "validate", "deactivate", "deactivate"] {
        ask(what, &activated, "MACHINE").from_address("203.0.113.9").send(&world).await;
    }
    let expected = [
        ("MACHINE", 2, "not_activated_here"),
        ("MACHINE", 0, "ok"),
        ("MACHINE", 2, "ok"),
        ("MACHINE", 1, "ok"),
        ("MACHINE", 1, "not_activated_here"),
    ];
    assert_eq!(told(&world, &staff, &activated).await, said(&expected));
    let floats = traced(&world, &vendor, LicenseMode::Floating).await;
    for what in ["floating/request", "floating/heartbeat", "floating/release", "activate"] {
        ask(what, &floats, "MACHINE").send(&world).await;
    }
    let expected = [("MACHINE", 3, "ok"), ("MACHINE", 4, "ok"), ("MACHINE", 5, "ok"), ("MACHINE", 0, "other_mode")];
    assert_eq!(told(&world, &staff, &floats).await, said(&expected));
    let (all, total) = rows(&world, &staff, &[]).await;
    assert_eq!((all.len(), total), (9, 9));
    assert_eq!(
        all[1],
        json!({
            "id": all[1]["id"],
            "clientIp": "203.0.113.9",
            "clientId": "studio",
            "clientName": "Studio",
            "machineId": "MACHINE",
            "createdDate": "2026-11-22T06:00:00Z",
            "action": 0,
            "geoLocation": "",
            "meta": "ok",
            "licenseId": activated.id.get(),
        })
    );
}

#[tokio::test]
async fn what_is_done_through_other_dialects_is_traced_and_what_nobody_asked_for_is_not() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let license = traced(&world, &vendor, LicenseMode::Activation).await;
    let silent = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let code = vendor.product.code.as_str();
    let api_key = world.api_key(&vendor, Permissions::ALL).await;
    let (shop, blog) = ("https://shop.customer-site.com", "https://blog.customer-site.com");
    for license in [&license, &silent] {
        let key = license.key.expose();
        for ask in [
            woosa::activate(key, shop),
            woosa::info(key),
            woosa::software_info(key, shop),
            woosa::prepare(key, shop),
            woosa::deactivate(key, shop),
            sellcodes::ask("activate_license", code, key, blog),
            sellcodes::ask("check_license", code, key, blog),
            sellcodes::ask("get_version", code, key, blog),
            sellcodes::ask("deactivate_license", code, key, blog),
            latchkey_tests::exchange::get("/API/Public/v1/Licenses/r1/Get", &[("LicenseKey", key)])
                .header("authorization", api_key.expose()),
        ] {
            let answer = ask.send(&world).await;
            assert!(answer.status.is_success(), "{}", String::from_utf8_lossy(&answer.body));
        }
    }
    let told = told(&world, &staff, &license).await;
    let expected = [
        (shop, 0, "ok"),
        ("", 2, "ok"),
        (shop, 6, "ok"),
        (shop, 6, "ok"),
        (shop, 1, "ok"),
        (blog, 0, "ok"),
        (blog, 2, "ok"),
        (blog, 6, "ok"),
        (blog, 1, "ok"),
        ("", 2, "ok"),
    ];
    assert_eq!(told, said(&expected));
    assert_eq!(rows(&world, &staff, &[]).await.1, 10, "the other licence's are not there");
}

#[tokio::test]
async fn a_package_that_a_shop_fetches_is_traced() {
    let world = World::new().await;
    let vendor = crate::cscart::vendor(&world).await;
    let license = world.license(&vendor, |new| new.trace = true).await;
    let release = world.publish(&vendor, "1.0.0").await;
    let ReleaseState::Published(published) = &release.state else { panic!("it was published") };
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let query = [
        ("dispatch", "product_packages.get_package"),
        ("product_id", &*vendor.product.id.to_string()),
        ("package_id", &*published.package.id.to_string()),
        ("license_number", license.key.expose()),
    ];
    let answer = latchkey_tests::exchange::get("/index.php", &query).send(&world).await;
    assert!(answer.status.is_redirection(), "{}", answer.status);
    assert_eq!(told(&world, &staff, &license).await, said(&[("", 6, "ok")]));
}

#[tokio::test]
async fn traces_are_filtered_ordered_paged_and_counted() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::LicenseManager).await;
    let one = traced(&world, &vendor, LicenseMode::Activation).await;
    let two = traced(&world, &vendor, LicenseMode::Activation).await;
    for number in 0..5 {
        for license in [&one, &two] {
            ask("activate", license, &format!("MACHINE-{number}")).send(&world).await;
            world.core.sink.settle().await;
            world.clock.advance_seconds(1);
        }
    }
    let (all, total) = rows(&world, &staff, &[]).await;
    assert_eq!((all.len(), total), (10, 10));
    let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>();
    let numbers = ids(&all);
    assert!(numbers.is_sorted());
    let reversed: Vec<i64> = numbers.iter().rev().copied().collect();
    let license = two.id.to_string();
    for path in [vec![], vec![("licenseId", license.as_str())]] {
        let of_path: Vec<i64> = if path.is_empty() {
            numbers.clone()
        } else {
            ids(&all.iter().filter(|row| row["licenseId"] == two.id.get()).cloned().collect::<Vec<_>>())
        };
        let with = |more: &[(&'static str, &'static str)]| [path.clone(), more.to_vec()].concat();
        let backward: Vec<i64> = of_path.iter().rev().copied().collect();
        assert_eq!(ids(&rows(&world, &staff, &with(&[])).await.0), of_path);
        assert_eq!(ids(&rows(&world, &staff, &with(&[("sort", "Id desc")])).await.0), backward);
        assert_eq!(ids(&rows(&world, &staff, &with(&[("sort", "Id desc"), ("skip", "1"), ("take", "2")])).await.0), backward[1..3]);
        assert_eq!(ids(&rows(&world, &staff, &with(&[("sort", "CreatedDate desc"), ("take", "1")])).await.0), backward[..1]);
        let (page, total) = rows(&world, &staff, &with(&[("skip", "1"), ("take", "1")])).await;
        assert_eq!((ids(&page), total), (of_path[1..2].to_vec(), of_path.len() as u64));
    }
    assert_eq!(ids(&rows(&world, &staff, &[("sort", "Id desc")]).await.0), reversed);
    let refused = rows(&world, &staff, &[("filter", r#"Meta = "no_seats_left""#)]).await;
    assert_eq!(refused.1, 4, "two of five at each licence found no seat");
    let range = format!("Id > {} and Id <= {}", numbers[2], numbers[6]);
    assert_eq!(ids(&rows(&world, &staff, &[("filter", &range)]).await.0), numbers[3..7]);
    let exact = format!("Id = {}", numbers[4]);
    assert_eq!(ids(&rows(&world, &staff, &[("filter", &exact)]).await.0), numbers[4..5]);
    let both = format!("LicenseId = {} and MachineId = \"MACHINE-3\"", one.id);
    assert_eq!(ids(&rows(&world, &staff, &[("filter", &both)]).await.0), numbers[6..7]);
    let other = format!("LicenseId = {}", one.id);
    assert_eq!(rows(&world, &staff, &[("licenseId", &license), ("filter", &other)]).await.1, 0);
    assert_eq!(rows(&world, &staff, &[("filter", "LicenseId = 999999")]).await.1, 0);
    for (query, status, name) in [
        (("licenseId", "999999"), 404, "NotFound"),
        (("licenseId", "-1"), 404, "NotFound"),
        (("licenseId", "x"), 400, "InvalidParameter"),
        (("filter", "Nothing = 1"), 400, "InvalidQuery"),
        (("sort", "Id sideways"), 400, "InvalidQuery"),
    ] {
        assert_eq!(named(&staff.get(PATH, &[query]).send(&world).await), (status, name.to_owned()), "{query:?}");
    }
    assert_eq!(rows(&world, &staff, &[("licenseId", "0")]).await.1, 10, "0 is nothing");
}

#[tokio::test]
async fn traces_are_deleted_by_number_licence_and_condition() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let one = traced(&world, &vendor, LicenseMode::Activation).await;
    let two = traced(&world, &vendor, LicenseMode::Activation).await;
    for license in [&one, &two] {
        for what in ["activate", "validate", "validate", "deactivate"] {
            ask(what, license, "MACHINE").send(&world).await.done();
        }
    }
    let (all, _) = rows(&world, &staff, &[]).await;
    let first = all[0]["id"].clone();
    for nothing in
        [json!({}), json!({"traceId": 0, "licenseId": 0, "filter": ""}), json!({"traceId": null, "licenseId": null, "filter": null})]
    {
        assert_eq!(named(&delete(&staff, &nothing).send(&world).await), (400, "InvalidMember".to_owned()), "{nothing}");
    }
    let others = json!({"traceId": first, "licenseId": two.id.get()});
    assert_eq!(named(&delete(&staff, &others).send(&world).await), (404, "NotFound".to_owned()), "the trace is of another licence");
    delete(&staff, &json!({"traceId": first, "licenseId": one.id.get()})).send(&world).await.done();
    assert_eq!(named(&delete(&staff, &json!({"traceId": first})).send(&world).await), (404, "NotFound".to_owned()));
    let message = async |body: Value| {
        let answer = delete(&staff, &body).send(&world).await;
        assert_eq!(answer.status, 200);
        answer.json()["message"].as_str().unwrap().to_owned()
    };
    let checks = json!({"licenseId": one.id.get(), "filter": "Action = 2"});
    assert_eq!(message(checks.clone()).await, "A total of 2 license traces have been deleted.");
    assert_eq!(message(checks).await, "A total of 0 license traces have been deleted.");
    assert_eq!(rows(&world, &staff, &[]).await.1, 5);
    assert_eq!(message(json!({"licenseId": one.id.get()})).await, "A total of 1 license traces have been deleted.");
    assert_eq!(message(json!({"filter": "Id > 0"})).await, "A total of 4 license traces have been deleted.");
    assert_eq!(rows(&world, &staff, &[]).await.1, 0);
    for (body, status, name) in [
        (json!({"filter": "Nothing"}), 400, "InvalidQuery"),
        (json!({"licenseId": 999_999}), 404, "NotFound"),
        (json!({"licenseId": "1"}), 400, "InvalidMember"),
        (json!({"traceId": -1}), 404, "NotFound"),
        (json!([]), 400, "InvalidBody"),
    ] {
        assert_eq!(named(&delete(&staff, &body).send(&world).await), (status, name.to_owned()), "{body}");
    }
}

#[tokio::test]
async fn another_accounts_traces_are_none() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor_of(new_product("other")).await);
    let license = traced(&world, &vendor, LicenseMode::Activation).await;
    ask("activate", &license, "MACHINE").send(&world).await.done();
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let strangers = world.staff(stranger.account, Role::Administrator).await;
    let id = rows(&world, &staff, &[]).await.0[0]["id"].clone();
    assert_eq!(rows(&world, &strangers, &[]).await.1, 0);
    let number = license.id.to_string();
    assert_eq!(named(&strangers.get(PATH, &[("licenseId", &number)]).send(&world).await).0, 404);
    for body in [json!({"traceId": id}), json!({"licenseId": license.id.get()})] {
        assert_eq!(named(&delete(&strangers, &body).send(&world).await).0, 404, "{body}");
    }
    delete(&strangers, &json!({"filter": "Id > 0"})).send(&world).await;
    assert_eq!(rows(&world, &staff, &[]).await.1, 1);
}

#[tokio::test]
async fn a_fault_of_ours_is_one_in_the_envelope_and_a_dead_sink_changes_no_answer() {
    let world = crate::faults::world().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let license = traced(&world, &vendor, LicenseMode::Activation).await;
    let before = ask("activate", &license, "MACHINE").send(&world).await.done();
    world.core.sink.settle().await;
    world.table.inject(Rule::every(Fault::Status(500)).on("BatchWriteItem"));
    assert_eq!(ask("activate", &license, "MACHINE").send(&world).await.done(), before);
    world.core.sink.settle().await;
    assert_eq!(named(&delete(&staff, &json!({"licenseId": license.id.get()})).send(&world).await), (503, "Unavailable".to_owned()));
    world.table.clear();
    world.table.inject(Rule::every(Fault::Status(503)));
    assert_eq!(named(&staff.get(PATH, &[]).send(&world).await), (503, "Unavailable".to_owned()));
    world.table.clear();
    assert_eq!(told(&world, &staff, &license).await, said(&[("MACHINE", 0, "ok")]));
}
