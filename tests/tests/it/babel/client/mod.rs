//! What licensed programs call.

mod activation;
mod costs;
mod crowds;
mod faults;
mod floating;
mod gate;
mod malformed;
mod reports;
mod validation;

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::role::Role;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::terms::Terms;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::create_license::{CreateLicense, create_license};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::resources::{ResourceCard, ResourceData, create_resource};
use latchkey_core::ops::traces::change_trace;
use latchkey_core::signing::PublicKey;
use latchkey_tests::exchange::{Ask, Exchange, post_json};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::{Value, json};

const PEM: &str = include_str!("../../../../../shared/src/signing/vectors/rsa.pem");
const PUBLIC: &[u8] = include_bytes!("../../../../../shared/src/signing/vectors/rsa.pub.pem");

/// What a licensed program asks: `activate`, or `floating/request`.
pub(crate) fn program(what: &str, body: &Value) -> Ask {
    post_json(&format!("/v1/license/{what}"), body)
}

/// A program on a machine.
pub(crate) fn who(license: &License, machine: &str) -> Value {
    json!({"userKey": license.key.expose(), "machineId": machine, "clientId": "studio", "clientName": "Studio"})
}

/// The same asks.
pub(crate) fn ask(what: &str, license: &License, machine: &str) -> Ask {
    program(what, &who(license, machine))
}

/// A licence of this mode, with so many seats, that is signed.
pub(crate) async fn signed(world: &World, vendor: &Vendor, mode: LicenseMode, seats: u32) -> License {
    signed_until(world, vendor, mode, seats, None).await
}

async fn signed_until(world: &World, vendor: &Vendor, mode: LicenseMode, seats: u32, until: Option<Timestamp>) -> License {
    let card = ResourceCard {
        name: "Keys of 2026".parse().unwrap(),
        sort: "RSA".parse().ok(),
        code: None,
        description: None,
        source: None,
        data_format: None,
        meta: None,
    };
    let data = ResourceData { data: PEM.to_owned(), password: String::new() };
    let key = create_resource(&world.core, &world.signature_keys, vendor.account, card, &data).await.unwrap();
    let create = CreateLicense {
        product: Some(vendor.product.id),
        mode: Some(mode),
        seat_limit: SeatLimit::limited(seats),
        until,
        terms: Terms { signer: Some(key.id), support_until: until, ..Terms::default() },
        ..CreateLicense::default()
    };
    let license = create_license(&world.core, vendor.account, create).await.unwrap();
    world.keep_secret(license.key.expose());
    license
}

/// The bytes of a signed licence in an answer.
fn signed_bytes(answer: &Value) -> Vec<u8> {
    serde_json::from_value(answer["license"]["licenseKey"].clone()).unwrap()
}

fn public_key() -> PublicKey {
    PublicKey::parse(PUBLIC).unwrap()
}

/// How an answer that is no success is called, with its status.
pub(crate) fn named(answer: &Exchange) -> (u16, String) {
    let (status, ..) = answer.refused();
    (status, answer.json()["error"].as_str().unwrap().to_owned())
}

fn refused(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}

/// How many seats are taken, by the table itself.
async fn taken(world: &World, license: &License) -> u32 {
    let grant = world.direct().table.grant(license.key.digest(), latchkey_core::table::Freshness::Strong).await.unwrap().unwrap();
    assert!(grant.seat_limit.number().is_none_or(|limit| grant.seats.taken() <= limit), "oversold");
    grant.seats.taken()
}

/// Everything that the function can be asked.
pub(crate) async fn ask_everything(world: &World) {
    let vendor = world.vendor().await;
    let edit = |license: &License| Edit { account: vendor.account, license: license.id, seen: None };
    for seats in [2, 60] {
        let license = signed(world, &vendor, LicenseMode::Activation, seats).await;
        change_trace(&world.core, edit(&license), true).await.unwrap();
        let all: Vec<String> = (0..seats).map(|number| format!("MACHINE-{number}")).collect();
        for machine in &all {
            ask("activate", &license, machine).send(world).await.done();
        }
        for what in ["activate", "validate"] {
            ask(what, &license, "MACHINE-0").send(world).await.done();
            ask(what, &license, "ONE-TOO-MANY").send(world).await.refused();
        }
        // A use is noted once a week.
        world.clock.advance_seconds(8 * 24 * 60 * 60);
        ask("validate", &license, "MACHINE-0").send(world).await.done();
        ask("deactivate", &license, "MACHINE-0").send(world).await.done();
        ask("deactivate", &license, "MACHINE-0").send(world).await.refused();
    }
    let license = signed(world, &vendor, LicenseMode::Floating, 2).await;
    change_trace(&world.core, edit(&license), true).await.unwrap();
    for machine in ["ONE", "ONE", "TWO"] {
        ask("floating/request", &license, machine).send(world).await.done();
    }
    ask("floating/request", &license, "THREE").send(world).await.refused();
    for what in ["validate", "floating/heartbeat", "floating/release"] {
        ask(what, &license, "ONE").send(world).await.done();
    }
    ask("floating/request", &license, "ONE").send(world).await.done();
    world.clock.advance_seconds(LEASE_SECONDS);
    ask("floating/heartbeat", &license, "ONE").send(world).await.refused();
    ask("floating/request", &license, "THREE").send(world).await.done();
    let report = serde_json::json!({"userKey": license.key.expose(), "name": "ExceptionReport", "content": "It broke."});
    program("report", &report).send(world).await.done();
    program("report", &serde_json::json!({"userKey": "NO-SUCH-KEY", "name": "ExceptionReport"})).send(world).await.refused();
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let key = world.bounded_key(&staff, Permissions::ALL, Some(Role::Application.into())).await;
    ask("validate", &license, "THREE").keyed(&key).send(world).await.done();
    ask("validate", &license, "THREE").keyed("api_000000000000000000000000").send(world).await.refused();
    ask("validate", &license, "THREE").bearer(&staff.bearer).send(world).await.done();
}
