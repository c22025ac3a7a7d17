//! Changing the limit across 50 moves the seats, all of them or none.

use latchkey_core::domain::grant::Seats;
use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::{Layout, SeatLimit};
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::table::Freshness;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;

use crate::concurrency::{Shared, sites};
use crate::woosa::{KEY, activate, deactivate, info, software_info};

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

fn site(number: u32) -> String {
    format!("https://site-{number}.example.com")
}

async fn layout(world: &World, license: &License) -> (Layout, u32) {
    let grant = world.core.table.grant(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
    if let Seats::Map(seats) = &grant.seats {
        assert_eq!(seats.len(), grant.seats.taken() as usize);
    }
    (grant.seats.layout(), grant.seats.taken())
}

#[tokio::test]
async fn fifty_seats_move_out_and_back_and_stay_the_same_seats() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = world.license_with(&vendor, KEY, Some(50)).await;
    for number in 0..50 {
        world.clock.advance_seconds(1);
        assert_eq!(activate(KEY, &site(number)).send(&world).await.status, 200);
    }
    activate(KEY, "https://shop.test").send(&world).await;
    let sites = async || info(KEY).send(&world).await.json()["sites"].clone();
    let before = sites().await;
    assert_eq!(layout(&world, &license).await, (Layout::Map, 50));
    for limit in [SeatLimit::Limited(51), SeatLimit::Unlimited, SeatLimit::Limited(50), SeatLimit::Unlimited, SeatLimit::Limited(50)] {
        change_seat_limit(&world.core, edit(&license), limit).await.unwrap();
        assert_eq!(layout(&world, &license).await, (limit.layout(), 50));
        assert_eq!(sites().await, before, "{limit:?}");
        assert_eq!(activate(KEY, &site(7)).send(&world).await.json()["license"]["activations"], 50, "held before, held after");
    }
}

#[tokio::test]
async fn seats_are_given_back_in_whatever_layout_they_are_in_now() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = world.license_with(&vendor, KEY, Some(3)).await;
    for number in 0..3 {
        activate(KEY, &site(number)).send(&world).await;
    }
    change_seat_limit(&world.core, edit(&license), SeatLimit::Unlimited).await.unwrap();
    assert_eq!(deactivate(KEY, &site(0)).send(&world).await.json()["license"]["activations"], 2);
    assert_eq!(deactivate(KEY, &site(0)).send(&world).await.code().unwrap(), "site_not_registered");
    change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(2)).await.unwrap();
    assert_eq!(deactivate(KEY, &site(1)).send(&world).await.json()["license"]["activations"], 1);
    assert_eq!(software_info(KEY, &site(2)).send(&world).await.code().unwrap(), "software_not_found", "activated, and nothing to fetch");
}

#[tokio::test]
async fn a_limit_below_the_seats_that_are_taken_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("SMALL", Some(10)), ("LARGE", Some(100)), ("UNLIMITED", None)] {
        let license = world.license_with(&vendor, key, seats).await;
        for number in 0..5 {
            activate(key, &site(number)).send(&world).await;
        }
        let before = info(key).send(&world).await.json();
        let refused = change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(4)).await;
        assert!(matches!(refused, Err(Rejected::SeatsInUse { taken: 5 })), "{key}: {refused:?}");
        assert_eq!(info(key).send(&world).await.json(), before);
        change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(5)).await.unwrap();
        assert_eq!(activate(key, &site(9)).send(&world).await.code().unwrap(), "activation_limit_reached");
    }
}

#[tokio::test]
async fn seats_that_come_and_go_while_they_are_gathered_are_not_lost() {
    // Between reading the counter and reading the seats, one site leaves; between the seats and the write, another comes. The
    // counter is what it was, and the seats are not.
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (number, gap) in ["Query", "TransactWriteItems"].into_iter().enumerate() {
        let key = format!("KEY-{number}");
        let license = world.license_with(&vendor, &key, None).await;
        for number in 0..3 {
            activate(&key, &site(number)).send(&world).await;
        }
        let others = Shared::new(&world, &license.key);
        world.table.reset_calls();
        world.table.inject(Rule::first(1, Fault::Delay(std::time::Duration::from_millis(400))).on(gap));
        let changed = change_seat_limit(&world.core, edit(&license), SeatLimit::Limited(10));
        let between = async {
            while !world.table.calls().iter().any(|call| call.operation == "GetItem") {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            others.deactivate("site-0.example.com").await.unwrap();
            others.activate("site-9.example.com").await.unwrap();
        };
        let (changed, ()) = tokio::join!(changed, between);
        changed.unwrap();
        world.table.clear();
        let mut held = others.stored(&sites(10)).await;
        held.sort();
        assert_eq!(held, ["site-1.example.com", "site-2.example.com", "site-9.example.com"], "{gap}");
        change_seat_limit(&world.core, edit(&license), SeatLimit::Unlimited).await.unwrap();
        assert_eq!(others.stored(&sites(10)).await.len(), 3);
    }
}

#[tokio::test]
async fn a_process_that_knows_nothing_of_a_licence_finds_its_seats_all_the_same() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = world.license_with(&vendor, KEY, None).await;
    let product = latchkey_core::domain::ladder::ProductClaim::Slug("test-plugin");
    for number in 0..4 {
        let core = world.another_process();
        let device = latchkey_core::domain::seat::Device::parse(&site(number)).unwrap();
        let ask = latchkey_core::ops::activate::Activate { key: &license.key, product, device: &device, label: None };
        assert_eq!(latchkey_core::ops::activate::activate(&core, ask).await.unwrap().grant.seats.taken(), number + 1);
    }
    let core = world.another_process();
    let device = latchkey_core::domain::seat::Device::parse(&site(0)).unwrap();
    let ask = latchkey_core::ops::deactivate::Deactivate { key: &license.key, product, device: &device };
    assert_eq!(latchkey_core::ops::deactivate::deactivate(&core, ask).await.unwrap().grant.seats.taken(), 3);
}
