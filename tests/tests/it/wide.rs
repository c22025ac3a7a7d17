//! Licences whose seats are items (a limit above 50, or none): what answers show that were read beside the write, and what is
//! remembered of a grant.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use latchkey_core::core::Core;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::{License, Standing};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::{Device, SeatLimit};
use latchkey_core::failure::Failure;
use latchkey_core::ops::activate::{Activate, activate as take};
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::deactivate::{Deactivate, deactivate as give_up};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::look_up_update::look_up_update;
use latchkey_core::ops::resume_license::resume_license;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_core::table::Freshness;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use tokio::task::JoinSet;

use crate::woosa::{KEY, STOPPED, activate, deactivate, info, stop};

const PRODUCT: ProductClaim<'_> = ProductClaim::Slug("test-plugin");

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

fn device(text: &str) -> Device {
    Device::parse(text).unwrap()
}

fn site(number: u32) -> String {
    format!("https://site-{number}.example.com")
}

/// What a site is told that looks for an update. There is a release.
async fn check(core: &Core, key: &LicenseKey, site: &str) -> Result<(), Refusal> {
    match look_up_update(core, key, PRODUCT, &device(site)).await {
        Ok(_) => Ok(()),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(Failure::Fault(fault)) => panic!("{fault}"),
    }
}

/// A licence of so many seats that `example.com` is activated on, by a process that remembers it.
async fn remembered(world: &World, key: &str, seats: Option<u32>) -> License {
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    let license = world.license_with(&vendor, key, seats).await;
    activate(key, "https://example.com").send(world).await;
    assert_eq!(check(&world.core, &license.key, "example.com").await, Ok(()));
    license
}

async fn take_seat(core: &Core, license: &License, site: &str) -> Result<u32, Failure> {
    let ask = Activate { key: &license.key, product: PRODUCT, device: &device(site), label: None };
    take(core, ask).await.map(|snapshot| snapshot.grant.seats.taken())
}

async fn give_seat_up(core: &Core, license: &License, site: &str) -> Result<u32, Failure> {
    let ask = Deactivate { key: &license.key, product: PRODUCT, device: &device(site) };
    give_up(core, ask).await.map(|snapshot| snapshot.grant.seats.taken())
}

#[tokio::test]
async fn an_answer_shows_the_change_whether_its_read_came_before_or_after() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let orders = [None, Some("Query"), Some("TransactWriteItems")];
    for (key, seats) in [("LIMITED", Some(150)), ("UNLIMITED", None)] {
        world.license_with(&vendor, key, seats).await;
        for number in 0..96 {
            activate(key, &site(number)).send(&world).await;
        }
        // Across the hundred that are shown, forth and back, in each order.
        for order in orders {
            let delay = || order.map(|operation| Rule::first(1, Fault::Delay(Duration::from_millis(25))).on(operation));
            for number in 96..105 {
                if let Some(rule) = delay() {
                    world.table.inject(rule);
                }
                let answer = activate(key, &site(number)).send(&world).await.json();
                world.table.clear();
                assert_eq!(answer["license"]["activations"], number + 1, "{key}, {order:?} late");
                let shown = answer["sites"].to_string().matches(&format!("site-{number}.example.com")).count();
                assert_eq!(shown, 1, "{key}, {order:?} late: {number}");
                assert_eq!(info(key).send(&world).await.json()["license"]["activations"], number + 1);
            }
            for number in (96..105).rev() {
                if let Some(rule) = delay() {
                    world.table.inject(rule);
                }
                let answer = deactivate(key, &site(number)).send(&world).await.json();
                world.table.clear();
                assert_eq!(answer["license"]["activations"], number, "{key}, {order:?} late");
                assert!(!answer["sites"].to_string().contains(&format!("site-{number}.example.com")), "{key}, {order:?} late: {number}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_shows_the_change_although_the_store_forgot_that_it_made_it() {
    let world = crate::faults::world().await;
    let vendor = world.vendor().await;
    world.license_with(&vendor, KEY, Some(150)).await;
    for number in 0..3 {
        activate(KEY, &site(number)).send(&world).await;
    }
    // Late, so that what is read beside the first attempt is of before it.
    let forgotten = || Rule::first(1, Fault::DropAfterForgotten(Duration::from_millis(200))).on("TransactWriteItems");
    for (what, ask, taken) in [("activated", activate(KEY, &site(3)), 4), ("deactivated", deactivate(KEY, &site(0)), 3)] {
        world.table.inject(forgotten());
        let answer = ask.send(&world).await;
        world.table.clear();
        assert_eq!(answer.status, 200, "{what}");
        let json = answer.json();
        assert_eq!((&json["license"]["activations"], json["sites"].as_array().unwrap().len()), (&taken.into(), taken), "{what}");
    }
}

#[tokio::test]
async fn the_same_site_again_and_a_development_site_are_shown_as_they_are() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("LIMITED", Some(60)), ("UNLIMITED", None)] {
        world.license_with(&vendor, key, seats).await;
        activate(key, &site(0)).send(&world).await;
        let first = activate(key, &site(1)).send(&world).await.json();
        world.clock.advance_seconds(5);
        assert_eq!(activate(key, &site(1)).send(&world).await.json(), first, "{key}: repeating changes nothing");
        let with_development = activate(key, "https://shop.test").send(&world).await.json();
        assert_eq!(with_development, info(key).send(&world).await.json());
        assert_eq!(with_development["license"]["activations"], 2);
        let without = deactivate(key, "https://shop.test").send(&world).await.json();
        assert_eq!(without["license"]["activations"], 2);
        assert_eq!(without["sites"], first["sites"]);
    }
}

#[tokio::test]
async fn a_licence_that_another_process_stops_is_refused_after_a_minute_at_the_latest() {
    let world = World::new().await;
    for (number, seats) in [Some(51), None].into_iter().enumerate() {
        let license = remembered(&world, &format!("KEY-{number}"), seats).await;
        world.clock.advance_seconds(30);
        assert_eq!(check(&world.core, &license.key, "example.com").await, Ok(()));
        revoke_license(&world.another_process(), edit(&license), None).await.unwrap();
        world.clock.advance_seconds(30);
        assert_eq!(check(&world.core, &license.key, "example.com").await, Err(Refusal::Revoked));
    }
}

#[tokio::test]
async fn a_process_that_was_told_of_a_stop_does_not_say_otherwise_afterwards() {
    let world = World::new().await;
    let license = remembered(&world, KEY, None).await;
    for ask in [activate(KEY, "https://other.example.com"), info(KEY)] {
        let other = world.another_process();
        suspend_license(&other, edit(&license), None).await.unwrap();
        assert_eq!(ask.send(&world).await.code().unwrap(), "license_suspended");
        assert_eq!(check(&world.core, &license.key, "example.com").await, Err(Refusal::Suspended));
        resume_license(&other, edit(&license)).await.unwrap();
        assert_eq!(check(&world.core, &license.key, "example.com").await, Ok(()), "a no is confirmed");
    }
}

#[tokio::test]
async fn a_licence_that_the_same_process_stops_is_refused_at_once() {
    let world = World::new().await;
    for (number, (how, code)) in STOPPED.into_iter().enumerate() {
        let key = format!("KEY-{number}");
        let license = remembered(&world, &key, None).await;
        stop(&world, &license, how).await;
        let refused = check(&world.core, &license.key, "example.com").await;
        assert!(refused.is_err(), "{how}");
        assert_eq!(info(&key).send(&world).await.code().unwrap(), code);
        assert_eq!(check(&world.core, &license.key, "example.com").await, refused);
    }
}

#[tokio::test]
async fn a_licence_that_ends_is_refused_on_the_second_although_it_is_remembered() {
    let world = World::new().await;
    let license = remembered(&world, KEY, None).await;
    let until = Some(world.clock.now().plus_seconds(10));
    let validity = latchkey_core::domain::license::Validity { from: None, until };
    latchkey_core::ops::change_validity::change_validity(&world.core, edit(&license), validity).await.unwrap();
    assert_eq!(check(&world.core, &license.key, "example.com").await, Ok(()));
    world.clock.advance_seconds(10);
    assert_eq!(check(&world.core, &license.key, "example.com").await, Err(Refusal::Expired));
}

#[tokio::test]
async fn a_no_is_never_said_from_memory() {
    let world = World::new().await;
    let license = remembered(&world, KEY, None).await;
    let other = world.another_process();
    take_seat(&other, &license, "new.example.com").await.unwrap();
    take_seat(&other, &license, "shop.test").await.unwrap();
    for site in ["new.example.com", "shop.test"] {
        assert_eq!(check(&world.core, &license.key, site).await, Ok(()), "{site} was activated by another process");
    }
    assert_eq!(check(&world.core, &license.key, "never.example.com").await, Err(Refusal::NotActivatedHere));
    give_seat_up(&other, &license, "new.example.com").await.unwrap();
    assert_eq!(check(&world.core, &license.key, "new.example.com").await, Err(Refusal::NotActivatedHere), "a seat is always read");
    // The seats move, and are found where they are.
    for limit in [SeatLimit::Limited(5), SeatLimit::Unlimited] {
        change_seat_limit(&other, edit(&license), limit).await.unwrap();
        for site in ["example.com", "shop.test"] {
            assert_eq!(check(&world.core, &license.key, site).await, Ok(()), "{site} under {limit:?}");
        }
        assert_eq!(check(&world.core, &license.key, "never.example.com").await, Err(Refusal::NotActivatedHere));
    }
    let wrong = look_up_update(&world.core, &license.key, ProductClaim::Slug("other"), &device("example.com")).await;
    assert!(matches!(wrong, Err(Failure::Refused(Refusal::WrongProduct))), "{wrong:?}");
}

#[tokio::test]
async fn what_this_process_does_is_in_what_it_remembers() {
    let world = World::new().await;
    let license = remembered(&world, KEY, None).await;
    let core = &world.core;
    let seen = async || {
        let look = core.table.glance(license.key.digest(), device("example.com").digest(), core.now(), |_, _| async {}).await.unwrap();
        let grant = look.grant.unwrap();
        (grant.seats.taken(), grant.free.len(), grant.standing, grant.seat_limit)
    };
    assert_eq!(seen().await, (1, 0, Standing::Active, SeatLimit::Unlimited));
    take_seat(core, &license, "two.example.com").await.unwrap();
    take_seat(core, &license, "shop.test").await.unwrap();
    assert_eq!(seen().await, (2, 1, Standing::Active, SeatLimit::Unlimited));
    assert_eq!(check(core, &license.key, "shop.test").await, Ok(()));
    give_seat_up(core, &license, "shop.test").await.unwrap();
    assert_eq!(check(core, &license.key, "shop.test").await, Err(Refusal::NotActivatedHere));
    give_seat_up(core, &license, "two.example.com").await.unwrap();
    change_seat_limit(core, edit(&license), SeatLimit::Limited(60)).await.unwrap();
    suspend_license(core, edit(&license), None).await.unwrap();
    assert_eq!(seen().await, (1, 0, Standing::Suspended, SeatLimit::Limited(60)));
    resume_license(core, edit(&license)).await.unwrap();
    // Also where the answer of the change was lost for good.
    world.table.inject(Rule::every(Fault::DropAfter).on("TransactWriteItems"));
    assert!(suspend_license(core, edit(&license), None).await.is_err());
    world.table.clear();
    assert_eq!(check(core, &license.key, "example.com").await, Err(Refusal::Suspended));
}

#[tokio::test]
async fn a_grant_that_was_read_before_a_change_of_ours_and_arrives_after_it_is_not_remembered() {
    let world = World::new().await;
    let license = remembered(&world, KEY, None).await;
    world.clock.advance_seconds(60);
    world.table.reset_calls();
    world.table.inject(Rule::first(2, Fault::DelayAnswer(Duration::from_millis(400))).on("GetItem"));
    let late = check(&world.core, &license.key, "example.com");
    let change = async {
        while world.table.calls().iter().filter(|call| call.upstream_status.is_some()).count() < 2 {
            tokio::task::yield_now().await;
        }
        suspend_license(&world.core, edit(&license), None).await.unwrap();
    };
    let (late, ()) = tokio::join!(late, change);
    assert_eq!(late, Ok(()), "it asked before");
    assert_eq!(check(&world.core, &license.key, "example.com").await, Err(Refusal::Suspended));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn checks_that_run_beside_a_change_leave_nothing_old_behind() {
    let world = World::new().await;
    let license = remembered(&world, KEY, None).await;
    let core = Arc::new(world.direct());
    let stop = Arc::new(AtomicBool::new(false));
    let mut checks = JoinSet::new();
    for _ in 0..4 {
        let (core, stop, key) = (Arc::clone(&core), Arc::clone(&stop), license.key.clone());
        checks.spawn(async move {
            let mut told = 0;
            while !stop.load(Ordering::SeqCst) {
                told += usize::from(check(&core, &key, "example.com").await.is_ok());
                tokio::task::yield_now().await;
            }
            told
        });
    }
    for round in 0..60 {
        suspend_license(&core, edit(&license), None).await.unwrap();
        assert_eq!(check(&core, &license.key, "example.com").await, Err(Refusal::Suspended), "round {round}");
        resume_license(&core, edit(&license)).await.unwrap();
        assert_eq!(check(&core, &license.key, "example.com").await, Ok(()), "round {round}");
    }
    stop.store(true, Ordering::SeqCst);
    assert!(checks.join_all().await.into_iter().sum::<usize>() > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_crowd_the_process_knows_the_right_number() {
    let world = World::new().await;
    let license = remembered(&world, KEY, Some(51)).await;
    let core = Arc::new(world.direct());
    let mut crowd = JoinSet::new();
    for number in 0..40 {
        let (core, license) = (Arc::clone(&core), license.clone());
        crowd.spawn(async move { take_seat(&core, &license, &format!("site-{number}.example.com")).await });
    }
    for told in crowd.join_all().await {
        let told = told.unwrap();
        assert!((2..=41).contains(&told), "{told}");
    }
    let look = core.table.glance(license.key.digest(), device("example.com").digest(), core.now(), |_, _| async {}).await.unwrap();
    assert_eq!(look.grant.unwrap().seats.taken(), 41);
    let stored = core.table.grant(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
    assert_eq!(stored.seats.taken(), 41);
}

#[tokio::test]
async fn a_seats_use_is_noted_once_a_week_however_often_it_is_checked() {
    let world = World::new().await;
    let license = remembered(&world, KEY, None).await;
    activate(KEY, "https://shop.test").send(&world).await;
    for site in ["example.com", "shop.test"] {
        assert_eq!(check(&world.core, &license.key, site).await, Ok(()));
    }
    world.clock.advance_seconds(7 * 24 * 60 * 60);
    for site in ["example.com", "shop.test"] {
        world.table.reset_calls();
        for _ in 0..3 {
            assert_eq!(check(&world.core, &license.key, site).await, Ok(()));
        }
        let writes = world.table.calls().iter().filter(|call| call.operation == "UpdateItem").count();
        assert_eq!(writes, 1, "{site}");
    }
}
