//! `GET /v1/info`.

use latchkey_core::domain::ids::LicenseId;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::role::Role;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::traces::change_trace;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::Value;

use crate::floating::{Office, floating};
use crate::{sellcodes, woosa};

fn counted(info: &Value) -> Vec<i64> {
    let names = [
        "activeTokens",
        "maxTokens",
        "activationTokens",
        "floatingTokens",
        "expiredTokens",
        "totalLicenses",
        "revokedLicenses",
        "tracedLicenses",
        "activationLicenses",
        "floatingLicenses",
        "fileLicenses",
    ];
    names.iter().map(|name| info[*name].as_i64().unwrap()).collect()
}

async fn file(world: &World, vendor: &Vendor, key: &str) -> License {
    world
        .license(vendor, |new| {
            new.key = LicenseKey::parse(key).ok();
            new.mode = LicenseMode::File;
            new.seat_limit = Some(SeatLimit::limited(5).unwrap());
        })
        .await
}

#[tokio::test]
async fn the_server_tells_what_it_is_and_the_accounts_figures() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let info = staff.get("/v1/info", &[]).from_address("203.0.113.9").send(&world).await.done();
    assert_eq!((info["product"].as_str(), info["edition"].as_i64()), (Some("Latchkey"), Some(0)));
    assert_eq!(info["serverHost"], "licenses.example.com");
    assert_eq!((info["serverTime"].as_str(), info["clientAddress"].as_str()), (Some("2026-11-22T06:00:00Z"), Some("203.0.113.9")));
    assert!(info["version"].as_str().unwrap().contains('.') && !info["license"].as_str().unwrap().is_empty());
    assert_eq!(counted(&info), [0; 11]);
    for (role, sees) in [(Role::LicenseManager, true), (Role::Sales, true), (Role::Customer, false)] {
        let other = world.staff(staff.account, role).await;
        assert_eq!(other.get("/v1/info", &[]).send(&world).await.status.is_success(), sees, "{role:?}");
    }
}

#[tokio::test]
async fn figures_are_those_of_what_was_done_through_several_dialects() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.administrator().await);
    world.publish(&vendor, "1.0.0").await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    // Activated: one by Woosa's clients, with seats in the grant, one with seats as items, one without a limit, one by Sellcodes'.
    let mut licenses: Vec<LicenseId> = Vec::new();
    for (key, seats) in [("SMALL", Some(3)), ("LARGE", Some(60)), ("OPEN", None)] {
        licenses.push(world.license_with(&vendor, key, seats).await.id);
        for site in 0..2 {
            let answer = woosa::activate(key, &format!("https://site-{site}.example.com")).send(&world).await;
            assert_eq!(answer.status, 200, "{key}");
        }
    }
    let product = create_product(&world.core, vendor.account, sellcodes::sample()).await.unwrap();
    sellcodes::license(&world, &Vendor { product, ..vendor.clone() }, "SELLCODES", Some(4)).await;
    assert_eq!(sellcodes::activate("SELLCODES", "https://other.example.com").send(&world).await.json()["Activation_ok"], true);
    let given_up = woosa::deactivate("LARGE", "https://site-1.example.com").send(&world).await;
    assert_eq!(given_up.status, 200);
    let revoked = world.license_with(&vendor, "REVOKED", Some(2)).await;
    woosa::stop(&world, &revoked, "revoked").await;
    file(&world, &vendor, "FILE-1").await;
    change_trace(&world.core, Edit { account: vendor.account, license: licenses[0], seen: None }, true).await.unwrap();
    // Floating: three of five are held, of which one misses its heartbeats.
    let floats = floating(&world, &vendor, "FLOATING", Some(5)).await;
    let office = Office::of(world.core.clone(), &floats);
    for client in 0..3 {
        office.request(client).await.unwrap();
    }
    world.clock.advance_seconds(10 * 60);
    for client in 0..2 {
        office.beat(client).await.unwrap();
    }
    world.clock.advance_seconds(6 * 60);
    world.follow_changes().await;
    let info = staff.get("/v1/info", &[]).send(&world).await.done();
    let (activations, held, over) = (2 + 1 + 2 + 1, 2, 1);
    let most = 3 + 60 + 4 + 2 + 5;
    assert_eq!(counted(&info), [activations + held, most, activations, held, over, 7, 1, 1, 5, 1, 1]);
    assert_eq!(counted(&stranger.get("/v1/info", &[]).send(&world).await.done()), [0; 11]);
}
