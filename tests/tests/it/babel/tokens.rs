//! License tokens: the seats of every dialect, listed, made and taken away by the rules of seats.

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::role::Role;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::staff::Staff;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::client::{ask, named, signed};
use crate::{sellcodes, woosa};

const ALL: &str = "/v1/license-tokens";

fn of(license: &License) -> String {
    format!("/v1/licenses/{}/tokens", license.id)
}

async fn manager(world: &World, account: AccountId) -> Staff {
    world.staff(account, Role::LicenseManager).await
}

/// The rows of a list, which tells how many they are and how many there are.
async fn rows(world: &World, staff: &Staff, path: &str, query: &[(&str, &str)]) -> (Vec<Value>, u64) {
    let answer = staff.get(path, query).send(world).await.done();
    let rows = answer["licenseTokens"].as_array().unwrap().clone();
    assert_eq!(answer["licenseTokensCount"], rows.len(), "{answer}");
    (rows, answer["totalLicenseTokensCount"].as_u64().unwrap())
}

async fn machines(world: &World, staff: &Staff, path: &str, query: &[(&str, &str)]) -> Vec<String> {
    rows(world, staff, path, query).await.0.iter().map(|row| row["machineId"].as_str().unwrap().to_owned()).collect()
}

/// Makes a token for a machine.
fn create(staff: &Staff, license: &License, token: &Value) -> latchkey_tests::exchange::Ask {
    staff.post(&of(license), &json!({"licenseToken": token}))
}

#[tokio::test]
async fn a_seat_of_every_dialect_is_a_token_with_all_members() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = manager(&world, vendor.account).await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 5).await;
    let floats = signed(&world, &vendor, LicenseMode::Floating, 5).await;
    let key = license.key.expose();
    let held = ask("activate", &license, "MACHINE").from_address("203.0.113.9").send(&world).await.done();
    world.clock.advance_seconds(1);
    assert_eq!(woosa::activate(key, "https://shop.customer-site.com").send(&world).await.status, 200);
    world.clock.advance_seconds(1);
    let of_product = sellcodes::ask("activate_license", vendor.product.code.as_str(), key, "https://blog.customer-site.com");
    assert_eq!(of_product.send(&world).await.json()["success"], true);
    let lent = ask("floating/request", &floats, "MACHINE").from_address("203.0.113.7").send(&world).await.done();
    let (tokens, total) = rows(&world, &staff, &of(&license), &[]).await;
    assert_eq!(total, 3);
    let holders: Vec<_> = tokens.iter().map(|token| token["machineId"].as_str().unwrap()).collect();
    assert_eq!(holders, ["MACHINE", "https://shop.customer-site.com", "https://blog.customer-site.com"], "the oldest first");
    assert_eq!(tokens[0]["token"], held["licenseToken"]);
    let (floating, _) = rows(&world, &staff, &of(&floats), &[]).await;
    assert_eq!(
        floating,
        [json!({
            "id": floating[0]["id"],
            "token": lent["licenseToken"],
            "address": "203.0.113.7",
            "clientId": "studio",
            "clientName": "Studio",
            "machineId": "MACHINE",
            "issueDate": "2026-11-22T06:00:02Z",
            "expireDate": "2026-11-22T06:15:02Z",
            "lastHeartbeat": "2026-11-22T06:00:02Z",
            "hash": floating[0]["hash"],
            "licenseId": floats.id.get(),
            "license": null,
            "nodeLockedLicenseId": 0,
            "nodeLockedLicense": null,
        })]
    );
    let expected = json!({"token": held["licenseToken"], "address": "", "clientId": "studio", "expireDate": null, "issueDate": "2026-11-22T06:00:00Z"});
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(&tokens[0][member], value, "{member}");
    }
    assert!(tokens.iter().chain(&floating).all(|token| token["id"].as_i64().is_some_and(|id| id > 0)));
}

#[tokio::test]
async fn an_accounts_tokens_are_filtered_ordered_paged_and_counted() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = manager(&world, vendor.account).await;
    let mut licenses = Vec::new();
    for (mode, seats) in [(LicenseMode::Activation, 5), (LicenseMode::Floating, 9), (LicenseMode::Activation, 100)] {
        let license = signed(&world, &vendor, mode, seats).await;
        let what = if mode == LicenseMode::Floating { "floating/request" } else { "activate" };
        for number in 0..4 {
            ask(what, &license, &format!("{}-{number}", license.id)).send(&world).await.done();
            world.clock.advance_seconds(1);
        }
        licenses.push(license);
    }
    world.follow_changes().await;
    let ids: Vec<String> = licenses.iter().map(|license| license.id.to_string()).collect();
    let expected: Vec<String> = ids.iter().flat_map(|id| (0..4).map(move |number| format!("{id}-{number}"))).collect();
    assert_eq!(machines(&world, &staff, ALL, &[]).await, expected, "by licence and age");
    assert_eq!(machines(&world, &staff, ALL, &[("skip", "3"), ("take", "3")]).await, expected[3..6]);
    let reversed: Vec<String> = expected.iter().rev().cloned().collect();
    assert_eq!(machines(&world, &staff, ALL, &[("sort", "licenseId desc")]).await, reversed);
    assert_eq!(machines(&world, &staff, ALL, &[("sort", "MachineId desc"), ("take", "1")]).await, [expected[11].clone()]);
    assert_eq!(rows(&world, &staff, ALL, &[("take", "1")]).await.1, 12);
    assert_eq!(rows(&world, &staff, ALL, &[("countOnly", "true")]).await, (Vec::new(), 12));
    let one = format!("licenseId = {}", ids[1]);
    assert_eq!(machines(&world, &staff, ALL, &[("filter", &one)]).await, expected[4..8]);
    let two = format!("licenseId in ({}, {}, 999999)", ids[0], ids[2]);
    assert_eq!(machines(&world, &staff, ALL, &[("filter", &two)]).await, [&expected[..4], &expected[8..]].concat());
    let counted = rows(&world, &staff, ALL, &[("filter", &two), ("countOnly", "true")]).await;
    assert_eq!(counted, (Vec::new(), 8));
    assert_eq!(
        machines(&world, &staff, ALL, &[("filter", r#"Token.StartsWith("fltk_") and MachineId.EndsWith("-2")"#)]).await,
        [expected[6].clone()]
    );
    assert_eq!(machines(&world, &staff, ALL, &[("filter", "IssueDate >= DateTime(2026,11,22,6,0,10)")]).await, expected[10..]);
    let (selected, _) = rows(&world, &staff, ALL, &[("select", "token, machineId"), ("take", "1")]).await;
    let members: Vec<_> = selected[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["machineId", "token"]);
    for (license, id) in licenses.iter().zip(&ids) {
        let own: Vec<String> = (0..4).map(|number| format!("{id}-{number}")).collect();
        assert_eq!(machines(&world, &staff, &of(license), &[]).await, own);
        assert_eq!(machines(&world, &staff, &of(license), &[("skip", "1"), ("take", "2")]).await, own[1..3]);
        let last = [("sort", "IssueDate desc"), ("take", "1")];
        assert_eq!(machines(&world, &staff, &of(license), &last).await, own[3..]);
        assert_eq!(rows(&world, &staff, &of(license), &[("countOnly", "true")]).await, (Vec::new(), 4));
        let none = format!("licenseId <> {id}");
        assert!(machines(&world, &staff, &of(license), &[("filter", &none)]).await.is_empty());
    }
    for (name, value) in
        [("filter", "Nothing = 1"), ("filter", "Id = \"x\""), ("sort", "Nothing"), ("select", "x"), ("take", "1001"), ("take", "-1")]
    {
        for path in [ALL.to_owned(), of(&licenses[0])] {
            assert_eq!(named(&staff.get(&path, &[(name, value)]).send(&world).await).1, "InvalidQuery", "{name}={value}");
        }
    }
}

#[tokio::test]
async fn a_tokens_licence_is_included_and_asked_for_in_conditions() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = manager(&world, vendor.account).await;
    let mut names = Vec::new();
    for number in 0..3 {
        let license = signed(&world, &vendor, LicenseMode::Activation, 5).await;
        ask("activate", &license, &format!("MACHINE-{number}")).send(&world).await.done();
        names.push(license.terms.name.clone().unwrap().as_str().to_owned());
    }
    world.follow_changes().await;
    let (tokens, _) = rows(&world, &staff, ALL, &[("include", "license")]).await;
    let shown: Vec<_> = tokens.iter().map(|token| token["license"]["licenseId"].as_str().unwrap()).collect();
    assert_eq!(shown, names);
    assert_eq!(tokens[0]["license"]["id"], tokens[0]["licenseId"]);
    let filter = format!("License.LicenseId = \"{}\"", names[1]);
    let (found, total) = rows(&world, &staff, ALL, &[("filter", &filter)]).await;
    assert_eq!((found[0]["machineId"].as_str(), total, &found[0]["license"]), (Some("MACHINE-1"), 1, &Value::Null));
}

#[tokio::test]
async fn a_token_that_staff_make_is_the_machines_seat_and_goes_when_they_delete_it() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = manager(&world, vendor.account).await;
    for (mode, what, check) in
        [(LicenseMode::Activation, "activate", "validate"), (LicenseMode::Floating, "floating/request", "floating/heartbeat")]
    {
        let license = signed(&world, &vendor, mode, 2).await;
        let token = json!({"machineId": "MACHINE", "clientId": "studio", "clientName": "Studio", "address": "203.0.113.7", "id": 7, "token": "x", "license": {"id": 8}});
        let made = create(&staff, &license, &token).send(&world).await.done();
        assert_eq!(made["licenseId"], license.id.get());
        assert_eq!(create(&staff, &license, &token).send(&world).await.done(), made, "a machine that holds a seat keeps it");
        // The machine itself finds its seat.
        assert_eq!(ask(what, &license, "MACHINE").send(&world).await.done()["licenseToken"], made["token"]);
        let (listed, _) = rows(&world, &staff, &of(&license), &[]).await;
        assert_eq!((&listed[0]["id"], &listed[0]["token"]), (&made["licenseTokenId"], &made["token"]));
        create(&staff, &license, &json!({"machineId": "SECOND", "clientId": "studio"})).send(&world).await.done();
        let full = create(&staff, &license, &json!({"machineId": "THIRD", "clientId": "studio"})).send(&world).await;
        assert_eq!(named(&full), (403, "ServerReachedMaxTokenAllowed".to_owned()));
        let doomed = format!("{}/{}", of(&license), made["licenseTokenId"]);
        staff.delete(&doomed).send(&world).await.done();
        assert_eq!(named(&staff.delete(&doomed).send(&world).await), (404, "NotFound".to_owned()));
        assert_eq!(named(&ask(check, &license, "MACHINE").send(&world).await).1, "TokenNotFound");
        create(&staff, &license, &json!({"machineId": "THIRD", "clientId": "studio"})).send(&world).await.done();
    }
}

#[tokio::test]
async fn a_site_of_another_dialect_loses_its_seat_when_its_token_is_deleted() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    let staff = manager(&world, vendor.account).await;
    for seats in [3, 100] {
        let license = signed(&world, &vendor, LicenseMode::Activation, seats).await;
        let (key, site) = (license.key.expose(), "https://customer-site.com");
        for site in [site, "https://customer-site.test"] {
            assert_eq!(woosa::activate(key, site).send(&world).await.status, 200);
        }
        assert_eq!(woosa::software_info(key, site).send(&world).await.status, 200);
        let (tokens, _) = rows(&world, &staff, &of(&license), &[("filter", "MachineId = \"https://customer-site.com\"")]).await;
        staff.delete(&format!("{}/{}", of(&license), tokens[0]["id"])).send(&world).await.done();
        assert_eq!(woosa::software_info(key, site).send(&world).await.status, 403);
        assert_eq!(machines(&world, &staff, &of(&license), &[]).await, ["https://customer-site.test"], "a development site is a token too");
    }
}

#[tokio::test]
async fn floating_tokens_end_and_are_listed_until_somebody_needs_their_seat() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = manager(&world, vendor.account).await;
    let license = signed(&world, &vendor, LicenseMode::Floating, 1).await;
    ask("floating/request", &license, "ONE").send(&world).await.done();
    world.clock.advance_seconds(LEASE_SECONDS);
    let over = [("filter", "ExpireDate <= DateTime(2026,11,22,6,15,0)")];
    assert_eq!(machines(&world, &staff, &of(&license), &over).await, ["ONE"]);
    ask("floating/request", &license, "TWO").send(&world).await.done();
    assert_eq!(machines(&world, &staff, &of(&license), &[]).await, ["TWO"]);
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_and_takes_nothing() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = manager(&world, vendor.account).await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    let floats = signed(&world, &vendor, LicenseMode::Floating, 3).await;
    let file = signed(&world, &vendor, LicenseMode::File, 3).await;
    let long = "m".repeat(201);
    for (license, token, status, name) in [
        (&license, json!({}), 400, "InvalidMember"),
        (&license, json!({"machineId": null}), 400, "InvalidMember"),
        (&license, json!({"machineId": " "}), 400, "InvalidMember"),
        (&license, json!({"machineId": 7}), 400, "InvalidMember"),
        (&license, json!({"machineId": long}), 400, "InvalidMember"),
        (&license, json!({"machineId": "M", "address": "not an address"}), 400, "InvalidMember"),
        (&license, json!({"machineId": "M", "clientName": "n".repeat(65)}), 400, "InvalidMember"),
        (&license, json!([]), 400, "InvalidMember"),
        (&floats, json!({"machineId": "M"}), 400, "InvalidMember"),
        (&file, json!({"machineId": "M"}), 409, "WrongState"),
    ] {
        let answer = create(&staff, license, &token).send(&world).await;
        assert_eq!(named(&answer), (status, name.to_owned()), "{token}");
    }
    assert_eq!(named(&staff.post(&of(&license), &json!({})).send(&world).await), (400, "InvalidMember".to_owned()));
    let token = json!({"licenseToken": {"machineId": "M", "clientId": "C"}});
    for path in ["/v1/licenses/999999/tokens", "/v1/licenses/0/tokens", "/v1/licenses/-1/tokens"] {
        assert_eq!(named(&staff.post(path, &token).send(&world).await), (404, "NotFound".to_owned()), "{path}");
        assert_eq!(named(&staff.get(path, &[]).send(&world).await), (404, "NotFound".to_owned()), "{path}");
        assert_eq!(named(&staff.delete(&format!("{path}/1")).send(&world).await), (404, "NotFound".to_owned()), "{path}");
    }
    for path in ["/v1/licenses/x/tokens", "/v1/licenses/2147483648/tokens"] {
        assert_eq!(named(&staff.get(path, &[]).send(&world).await), (400, "InvalidParameter".to_owned()), "{path}");
    }
    world.follow_changes().await;
    assert_eq!(rows(&world, &staff, ALL, &[]).await, (Vec::new(), 0));
}

async fn with_a_token(world: &World, vendor: &Vendor) -> (License, Value) {
    let license = signed(world, vendor, LicenseMode::Activation, 3).await;
    ask("activate", &license, "MACHINE").send(world).await.done();
    let staff = manager(world, vendor.account).await;
    let id = rows(world, &staff, &of(&license), &[]).await.0[0]["id"].clone();
    (license, id)
}

#[tokio::test]
async fn another_accounts_tokens_are_none() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor_of(new_product("other")).await);
    let (license, id) = with_a_token(&world, &vendor).await;
    world.follow_changes().await;
    let strangers = manager(&world, stranger.account).await;
    assert_eq!(rows(&world, &strangers, ALL, &[]).await, (Vec::new(), 0));
    let filter = format!("licenseId = {}", license.id);
    assert_eq!(rows(&world, &strangers, ALL, &[("filter", &filter)]).await, (Vec::new(), 0));
    for ask in [
        strangers.get(&of(&license), &[]),
        create(&strangers, &license, &json!({"machineId": "M"})),
        strangers.delete(&format!("{}/{id}", of(&license))),
    ] {
        assert_eq!(named(&ask.send(&world).await), (404, "NotFound".to_owned()));
    }
    let staff = manager(&world, vendor.account).await;
    assert_eq!(rows(&world, &staff, &of(&license), &[]).await.1, 1);
}

#[tokio::test]
async fn a_fault_of_ours_is_one_in_the_envelope() {
    let world = crate::faults::world().await;
    let vendor = world.vendor().await;
    let (license, id) = with_a_token(&world, &vendor).await;
    let staff = manager(&world, vendor.account).await;
    world.table.inject(Rule::every(Fault::Status(500)));
    for ask in [
        staff.get(ALL, &[]),
        staff.get(&of(&license), &[]),
        create(&staff, &license, &json!({"machineId": "M"})),
        staff.delete(&format!("{}/{id}", of(&license))),
    ] {
        assert_eq!(named(&ask.send(&world).await), (503, "Unavailable".to_owned()));
    }
    world.table.clear();
    assert_eq!(machines(&world, &staff, &of(&license), &[]).await, ["MACHINE"]);
}

/// Everything that can be asked of tokens and traces.
pub(crate) async fn ask_everything(world: &World) {
    let vendor = world.vendor().await;
    let staff = manager(world, vendor.account).await;
    for (mode, seats) in [(LicenseMode::Activation, 3), (LicenseMode::Activation, 60), (LicenseMode::Floating, 2)] {
        let license = signed(world, &vendor, mode, seats).await;
        let edit = latchkey_core::ops::edit_license::Edit { account: vendor.account, license: license.id, seen: None };
        latchkey_core::ops::traces::change_trace(&world.core, edit, true).await.unwrap();
        for machine in ["ONE", "ONE", "TWO"] {
            create(&staff, &license, &json!({"machineId": machine, "clientId": "studio"})).send(world).await.done();
        }
        let (tokens, _) = rows(world, &staff, &of(&license), &[("include", "license")]).await;
        staff.delete(&format!("{}/{}", of(&license), tokens[0]["id"])).send(world).await.done();
        staff.delete(&format!("{}/{}", of(&license), tokens[0]["id"])).send(world).await.refused();
    }
    world.follow_changes().await;
    rows(world, &staff, ALL, &[("sort", "MachineId"), ("include", "license")]).await;
    staff.get("/v1/license-traces", &[("sort", "Id desc")]).send(world).await.done();
    let delete = staff.post("/v1/license-traces", &json!({"filter": "Id > 0"})).method(http::Method::DELETE);
    assert_eq!(delete.send(world).await.status, 200);
}
