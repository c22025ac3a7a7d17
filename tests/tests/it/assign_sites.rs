//! A vendor assigns a licence's sites and its end: together or not at all, in both layouts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::Device;
use latchkey_core::domain::site::Site;
use latchkey_core::ops::activate::{Activate, activate as take};
use latchkey_core::ops::assign_sites::{Assigned, Ends, NewSites, assign_sites};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::table::Freshness;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use tokio::task::JoinSet;

use crate::concurrency::{Shared, sites};
use crate::faults;
use crate::woosa::{activate, info};

/// A limit of each layout.
const LIMITS: [(&str, Option<u32>); 3] = [("A-MAP", Some(3)), ("SOME-ITEMS", Some(60)), ("NO-LIMIT", None)];

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

fn list(sites: &[&str]) -> NewSites {
    NewSites { ends: None, sites: Some(sites.iter().map(|site| Site::parse(site).unwrap()).collect()) }
}

fn numbered(numbers: std::ops::Range<usize>) -> NewSites {
    let sites = numbers.map(|number| Site::parse(&format!("site-{number}.example.com")).unwrap()).collect();
    NewSites { ends: None, sites: Some(sites) }
}

/// The sites that hold a seat, development sites included, as the table has them.
async fn held(world: &World, license: &License) -> Vec<String> {
    let snapshot = world.direct().table.snapshot(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
    assert!(snapshot.seats.len() == snapshot.grant.seats.taken() as usize || snapshot.seats.len() == 100);
    let mut held: Vec<String> = snapshot.seats.iter().chain(snapshot.grant.free.values()).map(|seat| seat.device.to_string()).collect();
    held.sort();
    held
}

async fn stored(world: &World, license: &License) -> License {
    world.direct().table.license(license.account, license.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_list_becomes_the_licences_sites_and_who_stays_keeps_the_seat() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in LIMITS {
        let license = world.license_with(&vendor, key, seats).await;
        let device = Device::parse("stays.com").unwrap();
        let label = "Main shop".parse().unwrap();
        let product = ProductClaim::Slug("test-plugin");
        let ask = Activate { key: &license.key, product, device: &device, label: Some(&label) };
        let since = take(&world.core, ask).await.unwrap().seats[0].since;
        activate(key, "https://goes.com").send(&world).await;
        activate(key, "https://goes.test").send(&world).await;
        world.clock.advance_seconds(60);

        let new = list(&["https://www.New.com/", "stays.com", "new.com", "dev.example.com", "stays.com/Shop"]);
        let Assigned { license: after, sites } = assign_sites(&world.core, edit(&license), new).await.unwrap();
        assert_eq!(held(&world, &license).await, ["dev.example.com", "new.com", "stays.com", "stays.com/Shop"], "{key}");
        assert_eq!((after.revision, &after), (2, &stored(&world, &license).await));
        let sites = sites.unwrap();
        let shown: Vec<String> = sites.iter().map(|seat| seat.device.to_string()).collect();
        assert_eq!(shown, ["new.com", "stays.com", "dev.example.com", "stays.com/Shop"]);
        assert_eq!((sites[1].since, sites[1].label.as_ref()), (since, Some(&label)), "{key}");
        assert_eq!(sites[0].since.as_seconds(), world.clock.now().as_seconds());
        assert_eq!(info(key).send(&world).await.json()["license"]["activations"], 3, "{key}: the development site is not counted");

        let again = assign_sites(&world.core, edit(&license), numbered(0..0)).await.unwrap();
        assert_eq!((again.license.revision, again.sites.unwrap().len()), (3, 0));
        assert!(held(&world, &license).await.is_empty(), "{key}: the empty list frees all");
        assert_eq!(activate(key, "https://new.com").send(&world).await.status, 200);
    }
}

#[tokio::test]
async fn repeating_it_changes_nothing_but_the_revision() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in LIMITS {
        let license = world.license_with(&vendor, key, seats).await;
        let first = assign_sites(&world.core, edit(&license), list(&["a.com", "b.com", "c.test"])).await.unwrap();
        world.clock.advance_seconds(3_600);
        let second = assign_sites(&world.core, edit(&license), list(&["a.com", "b.com", "c.test"])).await.unwrap();
        assert_eq!((second.license.revision, &second.sites), (3, &first.sites), "{key}");
        let stale = Edit { seen: Some(2), ..edit(&license) };
        assert!(matches!(assign_sites(&world.core, stale, list(&[])).await, Err(Rejected::Changed)));
        assert_eq!(held(&world, &license).await, ["a.com", "b.com", "c.test"]);
    }
}

#[tokio::test]
async fn more_sites_than_seats_are_refused_with_the_numbers_and_nothing_is_changed() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let end = Some(Ends::At(world.clock.now().plus_seconds(60)));
    for (key, seats) in [("A-MAP", 3), ("SOME-ITEMS", 60)] {
        let license = world.license_with(&vendor, key, Some(seats)).await;
        let machine = Device::parse("#a-machine").unwrap();
        let product = ProductClaim::Slug("test-plugin");
        take(&world.core, Activate { key: &license.key, product, device: &machine, label: None }).await.unwrap();
        activate(key, "https://before.com").send(&world).await;
        let too_many = NewSites { ends: end, ..numbered(0..seats as usize) };
        let refused = assign_sites(&world.core, edit(&license), too_many).await;
        let Err(Rejected::TooManySites { sites, machines, limit }) = refused else { panic!("{key}: {refused:?}") };
        assert_eq!((sites, machines, limit), (seats as usize, 1, seats), "{key}");
        let development: Vec<String> = (0..21).map(|number| format!("shop-{number}.test")).collect();
        let development: Vec<&str> = development.iter().map(String::as_str).collect();
        let refused = assign_sites(&world.core, edit(&license), NewSites { ends: end, ..list(&development) }).await;
        assert!(matches!(refused, Err(Rejected::TooManyDevelopmentSites { sites: 21, most: 20 })), "{key}: {refused:?}");
        let long_ago = NewSites { ends: end, ..list(&["before.com"]) };
        assert_eq!(
            (stored(&world, &license).await, held(&world, &license).await),
            (license.clone(), vec!["#a-machine".to_owned(), "before.com".to_owned()])
        );
        // One less fits, and the machine keeps its seat.
        assign_sites(&world.core, edit(&license), long_ago).await.unwrap();
        assign_sites(&world.core, edit(&license), numbered(0..seats as usize - 1)).await.unwrap();
        let now = held(&world, &license).await;
        assert!(now.len() == seats as usize && now.contains(&"#a-machine".to_owned()), "{key}");
        assert_eq!(activate(key, "https://one-more.com").send(&world).await.code().unwrap(), "activation_limit_reached", "{key}");
    }
}

#[tokio::test]
async fn the_end_and_the_sites_change_together_or_each_alone() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let until = world.clock.now().plus_seconds(86_400);
    for (key, seats) in LIMITS {
        let license = world.license_with(&vendor, key, seats).await;
        let both = NewSites { ends: Some(Ends::At(until)), ..list(&["a.com"]) };
        let both = assign_sites(&world.core, edit(&license), both).await.unwrap();
        assert_eq!(both.license.validity.until, Some(until));
        let grant = world.core.table.grant(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        assert_eq!((grant.validity.until, held(&world, &license).await), (Some(until), vec!["a.com".to_owned()]));
        let sites = assign_sites(&world.core, edit(&license), list(&["b.com"])).await.unwrap();
        assert_eq!(sites.license.validity.until, Some(until), "{key}");
        let end = NewSites { ends: Some(Ends::Never), sites: None };
        let end = assign_sites(&world.core, edit(&license), end).await.unwrap();
        assert_eq!((end.license.validity.until, end.license.revision, end.sites.is_none()), (None, 4, true));
        assert_eq!(held(&world, &license).await, ["b.com"]);
    }
    let late = world.license(&vendor, |new| new.validity.from = Some(until)).await;
    let backwards = NewSites { ends: Some(Ends::At(until)), ..list(&["a.com"]) };
    assert!(matches!(assign_sites(&world.core, edit(&late), backwards).await, Err(Rejected::EndsBeforeItBegins)));
    assert_eq!((stored(&world, &late).await, held(&world, &late).await.len()), (late.clone(), 0));
}

#[tokio::test]
async fn where_seats_are_items_ninety_may_change_at_once() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = world.license_with(&vendor, "A-WIDE-ONE", None).await;
    for (numbers, changes) in [(0..91, 91), (0..500, 500)] {
        let refused = assign_sites(&world.core, edit(&license), numbered(numbers)).await;
        assert!(matches!(refused, Err(Rejected::TooManyChanges { changes: found, most: 90 }) if found == changes), "{refused:?}");
        assert_eq!((stored(&world, &license).await, held(&world, &license).await.len()), (license.clone(), 0));
    }
    assign_sites(&world.core, edit(&license), numbered(0..90)).await.unwrap();
    assign_sites(&world.core, edit(&license), numbered(0..180)).await.unwrap();
    let refused = assign_sites(&world.core, edit(&license), numbered(0..0)).await;
    assert!(matches!(refused, Err(Rejected::TooManyChanges { changes: 180, .. })));
    assign_sites(&world.core, edit(&license), numbered(45..225)).await.unwrap();
    let shared = Shared::new(&world, &license.key);
    assert_eq!(shared.stored(&sites(225)).await, sites(225)[45..]);
}

#[tokio::test]
async fn it_takes_two_reads_and_one_transaction() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats, operations) in [
        ("A-MAP", Some(50), &["GetItem", "GetItem", "TransactWriteItems"][..]),
        ("SOME-ITEMS", Some(1_000), &["GetItem", "GetItem", "Query", "TransactWriteItems"]),
    ] {
        let license = world.license_with(&vendor, key, seats).await;
        assign_sites(&world.core, edit(&license), numbered(0..10)).await.unwrap();
        world.table.reset_calls();
        assign_sites(&world.core, edit(&license), numbered(5..15)).await.unwrap();
        let calls: Vec<String> = world.table.calls().into_iter().map(|call| call.operation).collect();
        assert_eq!(calls, operations, "{key}");
        if world.engines.is_embedded {
            // Two for each seat that is an item and changes.
            let most = 2.0 + 5.0 + if seats == Some(50) { 0.0 } else { 1.0 + 20.0 };
            let spent = world.table.capacity().total;
            assert!(spent <= most, "{key}: {spent} units");
        }
        world.table.reset_calls();
        assign_sites(&world.core, edit(&license), NewSites { ends: Some(Ends::Never), sites: None }).await.unwrap();
        assert_eq!(world.table.round_trips(), 2, "{key}: the end alone");
    }
}

#[tokio::test]
async fn seats_that_come_or_go_before_the_write_make_it_be_decided_anew() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in LIMITS {
        let license = world.license_with(&vendor, key, seats).await;
        let others = Shared::new(&world, &license.key);
        others.activate("site-0.example.com").await.unwrap();
        others.activate("site-1.example.com").await.unwrap();
        // One leaves, another comes, and the list's own site leaves as well: the counts are as they were.
        world.table.reset_calls();
        world.table.inject(Rule::first(1, Fault::Delay(Duration::from_millis(400))).on("TransactWriteItems"));
        let assigned = assign_sites(&world.core, edit(&license), numbered(1..3));
        let between = async {
            while world.table.calls().iter().filter(|call| call.operation == "GetItem").count() < 2 {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            others.deactivate("site-1.example.com").await.unwrap();
            others.activate("site-9.example.com").await.unwrap();
        };
        let (assigned, ()) = tokio::join!(assigned, between);
        world.table.clear();
        assert_eq!(assigned.unwrap().license.revision, 2, "{key}");
        assert_eq!(held(&world, &license).await, ["site-1.example.com", "site-2.example.com"], "{key}");
        assert_eq!(others.stored(&sites(10)).await.len(), 2);
        assert_eq!(world.table.calls().iter().filter(|call| call.operation == "TransactWriteItems").count(), 2, "{key}");
    }
}

#[tokio::test]
async fn two_lists_at_once_come_one_after_the_other() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for round in 0..30 {
        for (layout, seats) in [("A-MAP", 3), ("SOME-ITEMS", 60)] {
            let license = world.license_with(&vendor, &format!("{layout}-{round}"), Some(seats)).await;
            let (one, two) = (world.direct(), world.direct());
            let first = assign_sites(&one, edit(&license), list(&["a.com", "b.com"]));
            let second = assign_sites(&two, edit(&license), list(&["b.com", "c.com", "d.com"]));
            let (first, second) = tokio::join!(first, second);
            let mut revisions = [first.unwrap().license.revision, second.unwrap().license.revision];
            let last = if revisions[0] > revisions[1] { vec!["a.com", "b.com"] } else { vec!["b.com", "c.com", "d.com"] };
            revisions.sort_unstable();
            assert_eq!((revisions, held(&world, &license).await), ([2, 3], last.into_iter().map(str::to_owned).collect()), "{layout}");
        }
    }
}

/// Activates one site after the other; gives those whose activation began when the assignment was through, and was told yes.
async fn newcomer(shared: Shared, mine: Vec<String>, is_through: Arc<AtomicBool>) -> Vec<String> {
    let mut later = Vec::new();
    for site in mine {
        let began_later = is_through.load(Ordering::SeqCst);
        if shared.activate(&site).await.is_ok() && began_later {
            later.push(site);
        }
        tokio::task::yield_now().await;
    }
    later
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn activations_at_the_same_moment_are_never_oversold_and_those_that_come_after_stand() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let all = sites(40);
    let mut later_in_all = 0;
    for round in 0..20 {
        for (layout, seats) in [("MAP", 12), ("ITEMS", 60)] {
            let license = world.license_with(&vendor, &format!("{layout}-{round}"), Some(seats)).await;
            let shared = Shared::new(&world, &license.key);
            let is_through = Arc::new(AtomicBool::new(false));
            let mut newcomers = JoinSet::new();
            for mine in all[2..].chunks(8) {
                newcomers.spawn(newcomer(shared.clone(), mine.to_vec(), Arc::clone(&is_through)));
            }
            let assigned = loop {
                match assign_sites(&shared.core, edit(&license), numbered(0..2)).await {
                    Ok(assigned) => break assigned,
                    Err(Rejected::Fault(fault)) => assert!(fault.is_passing(), "{fault}"),
                    Err(other) => panic!("{other}"),
                }
            };
            is_through.store(true, Ordering::SeqCst);
            assert!(assigned.license.revision >= 2);
            let later: Vec<String> = newcomers.join_all().await.into_iter().flatten().collect();
            let stored = shared.stored(&all).await;
            for site in all[..2].iter().chain(&later) {
                assert!(stored.contains(site), "{layout} {round}: {site} was acknowledged and is lost");
            }
            later_in_all += later.len();
        }
    }
    assert!(later_in_all > 0);
}

#[tokio::test]
async fn it_comes_through_faults_that_pass() {
    let world = faults::world().await;
    let vendor = world.vendor().await;
    for (number, (what, rule)) in faults::passing().into_iter().enumerate() {
        for (layout, seats) in [("A-MAP", 3), ("SOME-ITEMS", 60)] {
            for on in ["GetItem", "TransactWriteItems"] {
                let license = world.license_with(&vendor, &format!("{layout}-{number}-{on}"), Some(seats)).await;
                Shared::new(&world, &license.key).activate("site-0.example.com").await.unwrap();
                world.table.inject(rule.clone().on(on));
                let new = NewSites { ends: Some(Ends::Never), ..numbered(1..4) };
                let assigned = assign_sites(&world.core, Edit { seen: Some(1), ..edit(&license) }, new).await;
                world.table.clear();
                assert_eq!(assigned.unwrap().license.revision, 2, "{what}, {on}");
                assert_eq!(held(&world, &license).await, sites(4)[1..], "{what}, {on}");
            }
        }
    }
}

#[tokio::test]
async fn what_stays_is_a_fault_of_ours_and_either_all_is_written_or_nothing() {
    let world = faults::world().await;
    let vendor = world.vendor().await;
    let staying = faults::staying().into_iter().chain([("F5 always carried out, and the answer lost", Fault::DropAfter)]);
    for (number, (what, fault)) in staying.enumerate() {
        for (layout, seats) in [("A-MAP", 3), ("SOME-ITEMS", 60)] {
            let license = world.license_with(&vendor, &format!("{layout}-{number}"), Some(seats)).await;
            Shared::new(&world, &license.key).activate("site-0.example.com").await.unwrap();
            world.table.inject(Rule::every(fault.clone()).on("TransactWriteItems"));
            let until = world.clock.now().plus_seconds(60);
            let new = NewSites { ends: Some(Ends::At(until)), ..numbered(1..3) };
            let assigned = assign_sites(&world.core, edit(&license), new.clone()).await;
            world.table.clear();
            assert!(matches!(assigned, Err(Rejected::Fault(_))), "{what}: {assigned:?}");
            let (record, held) = (stored(&world, &license).await, held(&world, &license).await);
            if matches!(fault, Fault::DropAfter) {
                assert_eq!((record.validity.until, &held[..]), (Some(until), &sites(3)[1..]), "{what}");
            } else {
                assert_eq!((record, &held[..]), (license.clone(), &sites(1)[..]), "{what}");
            }
            assign_sites(&world.core, edit(&license), new).await.unwrap();
        }
    }
}

#[tokio::test]
async fn another_ones_list_is_never_taken_for_ours_after_an_answer_was_lost() {
    // Our first attempt is lost on the way, another assignment comes in between, and leaves the very record that ours would.
    let world = faults::world().await;
    let vendor = world.vendor().await;
    for (layout, seats) in [("A-MAP", 3), ("SOME-ITEMS", 60)] {
        for (case, theirs, seen) in [("the same", 1..3, Some(1)), ("another", 0..2, None), ("another, seen", 0..2, Some(1))] {
            let license = world.license_with(&vendor, &format!("{layout}-{case}"), Some(seats)).await;
            world.table.reset_calls();
            world.table.inject(Rule::first(1, Fault::DropBefore).on("TransactWriteItems"));
            world.table.inject(Rule::first(2, Fault::Delay(Duration::from_millis(500))).on("TransactWriteItems"));
            let ours = assign_sites(&world.core, Edit { seen, ..edit(&license) }, numbered(1..3));
            let between = async {
                while !world.table.calls().iter().any(|call| call.operation == "TransactWriteItems") {
                    tokio::task::yield_now().await;
                }
                assign_sites(&world.direct(), edit(&license), numbered(theirs.clone())).await.unwrap();
            };
            let (ours, ()) = tokio::join!(ours, between);
            world.table.clear();
            let held = held(&world, &license).await;
            match case {
                "the same" => assert_eq!((ours.unwrap().license.revision, &held[..]), (2, &sites(3)[1..]), "{layout}"),
                "another" => assert_eq!((ours.unwrap().license.revision, &held[..]), (3, &sites(3)[1..]), "{layout}"),
                _ => {
                    assert!(matches!(&ours, Err(Rejected::Fault(fault)) if fault.is_passing()), "{layout}: {ours:?}");
                    assert_eq!(held, sites(2), "{layout}");
                }
            }
        }
    }
}
