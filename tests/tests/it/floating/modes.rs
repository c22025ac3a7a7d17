//! From one mode to another, and what each refuses.

use latchkey_core::domain::grant::Seats;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::{Device, SeatLimit};
use latchkey_core::failure::Failure;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::assign_sites::{NewSites, assign_sites};
use latchkey_core::ops::change_mode::change_mode;
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::deactivate::{Deactivate, deactivate};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::table::Freshness;
use latchkey_tests::world::World;

use super::{Office, floating, refusal};

const MODES: [LicenseMode; 3] = [LicenseMode::File, LicenseMode::Activation, LicenseMode::Floating];

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

async fn activate_site(world: &World, license: &License, site: &str) -> Option<Refusal> {
    let device = Device::parse(site).unwrap();
    match activate(&world.core, Activate { key: &license.key, product: ProductClaim::Any, device: &device, label: None }).await {
        Ok(_) => None,
        Err(Failure::Refused(refusal)) => Some(refusal),
        Err(Failure::Fault(fault)) => panic!("{fault}"),
    }
}

async fn deactivate_site(world: &World, license: &License, site: &str) {
    let device = Device::parse(site).unwrap();
    deactivate(&world.core, Deactivate { key: &license.key, product: ProductClaim::Any, device: &device }).await.unwrap();
}

#[tokio::test]
async fn each_mode_lends_its_own_seats_and_refuses_the_others() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (number, limit) in [SeatLimit::Limited(2), SeatLimit::Limited(60), SeatLimit::Unlimited].into_iter().enumerate() {
        let license = world.license_with(&vendor, &format!("KEY-{number}"), limit.number()).await;
        let office = Office::of(world.core.clone(), &license);
        // Every mode after every mode, itself included.
        for mode in MODES.into_iter().chain([LicenseMode::Activation, LicenseMode::File, LicenseMode::Floating, LicenseMode::Activation]) {
            let changed = change_mode(&world.core, edit(&license), mode).await.unwrap();
            assert_eq!(changed.mode, mode);
            let grant = world.core.table.grant(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
            assert_eq!((grant.mode, grant.seats.layout()), (mode, mode.layout(limit)));
            let wanted = |own| if mode == own { None } else { Some(Refusal::OtherMode) };
            assert_eq!(refusal(office.request(0).await), wanted(LicenseMode::Floating), "{mode:?}");
            assert_eq!(activate_site(&world, &license, "example.com").await, wanted(LicenseMode::Activation), "{mode:?}");
            assert_eq!(activate_site(&world, &license, "shop.test").await, wanted(LicenseMode::Activation), "{mode:?}: development");
            match mode {
                LicenseMode::Floating => drop(office.release(0).await.unwrap()),
                LicenseMode::Activation => {
                    for site in ["example.com", "shop.test"] {
                        deactivate_site(&world, &license, site).await;
                    }
                }
                LicenseMode::File => assert_eq!(refusal(office.beat(0).await), Some(Refusal::OtherMode)),
            }
            let sites = NewSites { sites: Some(Vec::new()), ..NewSites::default() };
            let assigned = assign_sites(&world.core, edit(&license), sites).await;
            assert_eq!(assigned.is_ok(), mode == LicenseMode::Activation);
            assert!(matches!(assigned, Ok(_) | Err(Rejected::OtherMode(_))));
        }
    }
}

#[tokio::test]
async fn a_mode_is_not_left_while_a_seat_is_taken() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("SMALL", Some(5)), ("LARGE", Some(100))] {
        let license = world.license_with(&vendor, key, seats).await;
        activate_site(&world, &license, "shop.test").await;
        activate_site(&world, &license, "example.com").await;
        for (mode, taken) in [(LicenseMode::File, 2), (LicenseMode::Floating, 2)] {
            let refused = change_mode(&world.core, edit(&license), mode).await;
            assert!(matches!(refused, Err(Rejected::SeatsInUse { taken: number }) if number == taken), "{key}: {refused:?}");
        }
        deactivate_site(&world, &license, "example.com").await;
        let refused = change_mode(&world.core, edit(&license), LicenseMode::File).await;
        assert!(matches!(refused, Err(Rejected::SeatsInUse { taken: 1 })), "{key}: a development site: {refused:?}");
        deactivate_site(&world, &license, "shop.test").await;
        change_mode(&world.core, edit(&license), LicenseMode::Floating).await.unwrap();
        let office = Office::of(world.core.clone(), &license);
        for number in 0..3 {
            office.request(number).await.unwrap();
        }
        world.clock.advance_seconds(LEASE_SECONDS - 1);
        office.beat(1).await.unwrap();
        world.clock.advance_seconds(1);
        let refused = change_mode(&world.core, edit(&license), LicenseMode::Activation).await;
        assert!(matches!(refused, Err(Rejected::SeatsInUse { taken: 1 })), "{key}: {refused:?}");
        world.clock.advance_seconds(LEASE_SECONDS);
        change_mode(&world.core, edit(&license), LicenseMode::Activation).await.unwrap();
        assert_eq!(activate_site(&world, &license, "example.com").await, None);
    }
}

#[tokio::test]
async fn a_limit_below_the_floating_seats_that_are_held_is_refused_and_those_that_are_over_do_not_count() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("SMALL", Some(10)), ("UNLIMITED", None)] {
        let license = floating(&world, &vendor, key, seats).await;
        let office = Office::of(world.core.clone(), &license);
        for number in 0..6 {
            office.request(number).await.unwrap();
        }
        let refused = change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(5)).await;
        assert!(matches!(refused, Err(Rejected::SeatsInUse { taken: 6 })), "{key}: {refused:?}");
        world.clock.advance_seconds(LEASE_SECONDS - 1);
        for number in 0..3 {
            office.beat(number).await.unwrap();
        }
        world.clock.advance_seconds(1);
        let refused = change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(2)).await;
        assert!(matches!(refused, Err(Rejected::SeatsInUse { taken: 3 })), "{key}: {refused:?}");
        change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(3)).await.unwrap();
        assert_eq!(office.stored().await.len(), 3);
        assert_eq!(refusal(office.request(9).await), Some(Refusal::NoSeatsLeft));
        // Across fifty the seats stay where they are.
        change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(1_000)).await.unwrap();
        office.request(9).await.unwrap();
        let grant = world.core.table.grant(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        assert_eq!(grant.seats, Seats::Items { taken: 4 });
    }
}
