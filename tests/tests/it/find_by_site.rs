//! Licences are found by their sites' hosts: after the index was told of a change, whatever it was told, and never by what is not so.

use std::collections::BTreeSet;
use std::time::Duration;

use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::{Device, SeatLimit};
use latchkey_core::domain::site::Site;
use latchkey_core::domain::site_index::{Entry, Place, entries, entry};
use latchkey_core::lambda::ChangesAnswer;
use latchkey_core::ops::activate::{Activate, activate as take};
use latchkey_core::ops::assign_sites::{NewSites, assign_sites};
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::find_by_site::{Host, licenses_at};
use latchkey_core::ops::index_sites::reindex_sites;
use latchkey_core::table::{Freshness, Patience, Selection};
use latchkey_tests::changes::Key;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use latchkey_worker::index_changes;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};
use tokio::task::JoinSet;

use crate::concurrency::Shared;
use crate::faults;
use crate::woosa::{activate, deactivate};

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

fn sites(sites: &[&str]) -> NewSites {
    NewSites { ends: None, sites: Some(sites.iter().map(|site| Site::parse(site).unwrap()).collect()) }
}

/// The numbers of the licences that a search finds, all pages together.
pub(crate) async fn find(world: &World, account: AccountId, host: &str, page: usize) -> Vec<LicenseId> {
    let host = Host::parse(host).unwrap();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = licenses_at(&world.core, account, &host, after, page).await.unwrap();
        found.extend(page.licenses.iter().map(|license| license.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

/// The index must have exactly one entry and one memory for every seat that a site of these licences holds, and nothing else.
pub(crate) async fn assert_exact(world: &World, licenses: &[License]) {
    let mut expected = BTreeSet::new();
    for license in licenses {
        let snapshot = world.direct().table.snapshot(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        let items = snapshot.seats.iter().filter_map(|seat| entry(&snapshot.grant, Place::Counted, seat.device.digest(), seat));
        let all: Vec<Entry> = items.chain(entries(&snapshot.grant)).collect();
        for Entry { account, license: number, seat, place, host } in all {
            let place = if place == Place::Free { "FREE" } else { "COUNTED" };
            expected.insert((format!("SITE#{:010}#{host}", account.get()), format!("LICENSE#{:010}#{seat}", number.get())));
            expected.insert((format!("LICENSE#{}", license.key.digest().to_text()), format!("SITE#{place}#{seat}")));
        }
    }
    let stored = world.all_keys().await.into_iter().filter(|(pk, sk)| pk.starts_with("SITE#") || sk.starts_with("SITE#"));
    assert_eq!(stored.collect::<BTreeSet<_>>(), expected, "the index (left) and the seats (right)");
}

#[tokio::test]
async fn a_licence_is_found_by_its_site_however_that_is_typed() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    for (key, seats) in [("SMALL-ONE", Some(5)), ("LARGE-ONE", Some(60)), ("WITHOUT-LIMIT", None)] {
        let license = world.license_with(&vendor, key, seats).await;
        for site in ["https://www.Shop.com/", "https://shop.com/de", "https://dev.shop.com", "https://bücher.de"] {
            assert_eq!(activate(key, site).send(&world).await.status, 200);
        }
        let product = ProductClaim::Slug("test-plugin");
        let machine = Device::parse("#shop.com").unwrap();
        take(&world.core, Activate { key: &license.key, product, device: &machine, label: None }).await.unwrap();
        world.follow_changes().await;
        for typed in ["shop.com", "HTTPS://WWW.SHOP.COM/checkout?x=1", "shop.com:8080", "bücher.de", "xn--bcher-kva.de", "dev.shop.com"] {
            assert!(find(&world, vendor.account, typed, 10).await.contains(&license.id), "{key}: {typed}");
            assert!(find(&world, other.account, typed, 10).await.is_empty(), "another account's");
        }
        for typed in ["hop.com", "com", "shop.co", "de"] {
            assert!(find(&world, vendor.account, typed, 10).await.is_empty(), "{typed}");
        }
    }
}

#[tokio::test]
async fn what_was_given_up_is_not_shown_even_before_the_index_knows() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut licenses = Vec::new();
    for (key, seats) in [("SMALL-ONE", Some(5)), ("LARGE-ONE", Some(60))] {
        licenses.push(world.license_with(&vendor, key, seats).await);
        for site in ["https://stays.com", "https://goes.com", "https://goes.test"] {
            activate(key, site).send(&world).await;
        }
    }
    assert!(find(&world, vendor.account, "stays.com", 10).await.is_empty(), "the index follows");
    world.follow_changes().await;
    assert_exact(&world, &licenses).await;
    let before = world.changed_keys().await;
    for license in &licenses {
        for site in ["https://goes.com", "https://goes.test"] {
            assert_eq!(deactivate(license.key.expose(), site).send(&world).await.status, 200);
        }
    }
    let all: Vec<LicenseId> = licenses.iter().map(|license| license.id).collect();
    for site in ["goes.com", "goes.test"] {
        assert!(find(&world, vendor.account, site, 1).await.is_empty(), "{site}");
    }
    assert_eq!(find(&world, vendor.account, "stays.com", 1).await, all);
    // The stream tells of a seat that is gone by its key.
    assert!(index_changes(world.direct(), World::event(&before)).await.is_done());
    assert_exact(&world, &licenses).await;
}

#[tokio::test]
async fn pages_go_to_the_end_whatever_lies_between() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut expected = Vec::new();
    let mut gone = Vec::new();
    for number in 0..70 {
        let license = world.license_with(&vendor, &format!("KEY-{number}"), Some(if number % 7 == 0 { 60 } else { 5 })).await;
        // Several sites of one host are one licence.
        let paths: Vec<String> = (0..if number % 10 == 0 { 5 } else { 1 }).map(|path| format!("shared.com/{path}")).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        assign_sites(&world.core, edit(&license), sites(&paths)).await.unwrap();
        if number % 3 == 1 { gone.push(license) } else { expected.push(license.id) }
    }
    world.follow_changes().await;
    for license in &gone {
        assign_sites(&world.core, edit(license), sites(&[])).await.unwrap();
    }
    for page in [1, 2, 7, 49, 50, 100] {
        assert_eq!(find(&world, vendor.account, "shared.com", page).await, expected, "pages of {page}");
    }
}

#[tokio::test]
async fn one_licence_with_hundreds_of_sites_on_a_host_is_found_once() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let wide = world.license_with(&vendor, "WIDE-ONE", None).await;
    let after = world.license_with(&vendor, "THE-NEXT", Some(1)).await;
    let mut list: Vec<Site> = Vec::new();
    for round in 0..7 {
        list.extend((0..80).map(|number| Site::parse(&format!("network.com/{round}-{number}")).unwrap()));
        assign_sites(&world.core, edit(&wide), NewSites { ends: None, sites: Some(list.clone()) }).await.unwrap();
    }
    activate("THE-NEXT", "https://network.com").send(&world).await;
    // More than one page of seats.
    let part = reindex_sites(&world.core, vendor.account, None, 100).await.unwrap();
    assert_eq!((part.licenses, part.corrected, part.next), (2, 561, None));
    assert_eq!(find(&world, vendor.account, "network.com", 1).await, [wide.id, after.id]);
    let again = reindex_sites(&world.core, vendor.account, None, 100).await.unwrap();
    assert_eq!(again.corrected, 0);
}

#[tokio::test]
async fn a_search_is_three_reads_and_a_change_that_matters_not_is_three() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for number in 0..30 {
        let key = format!("KEY-{number}");
        world.license_with(&vendor, &key, Some(5)).await;
        activate(&key, "https://shared.com").send(&world).await;
    }
    world.follow_changes().await;
    let host = Host::parse("shared.com").unwrap();
    world.table.reset_calls();
    let page = licenses_at(&world.core, vendor.account, &host, None, 20).await.unwrap();
    assert_eq!(page.licenses.len(), 20);
    let calls: Vec<String> = world.table.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["Query", "BatchGetItem", "BatchGetItem"]);
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        // 21 entries, 21 grants that are read strongly consistent, 20 records that are not.
        assert!(spent <= 0.5 + 21.0 + 10.0, "{spent} units");
    }
    let one: Vec<_> = world.changed_keys().await.into_iter().take(1).collect();
    world.table.reset_calls();
    assert!(index_changes(world.core.clone(), World::event(&one)).await.is_done());
    let calls: Vec<String> = world.table.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["BatchGetItem", "BatchGetItem", "Query"], "the grant, its entry in short and its sites");
    world.table.reset_calls();
    let key = "KEY-0";
    assert_eq!(activate(key, "https://another.com").send(&world).await.status, 200);
    assert_eq!(world.table.round_trips(), 1, "the index costs an activation nothing");
}

#[tokio::test]
async fn an_index_that_was_lost_is_made_again_part_by_part() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut licenses = Vec::new();
    for number in 0..25 {
        let license = world.license_with(&vendor, &format!("KEY-{number}"), Some(if number % 5 == 0 { 60 } else { 5 })).await;
        assign_sites(&world.core, edit(&license), sites(&["one.com", &format!("own-{number}.com"), "shop.test"])).await.unwrap();
        licenses.push(license);
    }
    let (mut after, mut parts, mut corrected) = (None, 0, 0);
    loop {
        let part = reindex_sites(&world.core, vendor.account, after, 10).await.unwrap();
        (parts, corrected, after) = (parts + 1, corrected + part.corrected, part.next);
        if after.is_none() {
            break;
        }
    }
    assert_eq!((parts, corrected), (3, 75));
    assert_exact(&world, &licenses).await;
}

#[tokio::test]
async fn a_batch_that_meets_a_broken_store_is_told_again_and_then_it_is_right() {
    let patience = Patience { attempt: Duration::from_millis(800), call: Duration::from_secs(6), attempts: 4 };
    let world = World::with_patience(patience).await;
    let vendor = world.vendor().await;
    let mut licenses = Vec::new();
    for (key, seats) in [("SMALL-ONE", Some(5)), ("LARGE-ONE", Some(60))] {
        licenses.push(world.license_with(&vendor, key, seats).await);
        activate(key, "https://shop.com").send(&world).await;
        activate(key, "https://shop.test").send(&world).await;
    }
    let event = World::event(&world.changed_keys().await);
    for fault in [Fault::Throttle, Fault::Status(500), Fault::AccessDenied] {
        world.table.inject(Rule::every(fault).on("TransactWriteItems"));
        let answer = index_changes(world.core.clone(), event.clone()).await;
        world.table.clear();
        assert_ne!(answer, ChangesAnswer::default());
        let json = serde_json::to_value(&answer).unwrap();
        assert!(json["batchItemFailures"][0]["itemIdentifier"].is_string(), "{json}");
    }
    // Written, and the answer lost every time: told again, it finds it done.
    world.table.inject(Rule::every(Fault::DropAfter).on("TransactWriteItems"));
    assert!(!index_changes(world.core.clone(), event.clone()).await.is_done());
    world.table.clear();
    assert!(index_changes(world.core.clone(), event).await.is_done());
    assert_exact(&world, &licenses).await;
    for (what, rule) in faults::passing() {
        for license in &licenses {
            let list = sites(&[&format!("{}.com", what.len()), "shop.test"]);
            assign_sites(&world.direct(), edit(license), list).await.unwrap();
        }
        let told = world.changed_keys().await;
        world.table.inject(rule);
        assert!(index_changes(world.core.clone(), World::event(&told)).await.is_done(), "{what}");
        world.table.clear();
    }
}

/// The sites that come and go.
const CHANGING: [&str; 6] = ["a.com", "a.com/shop", "b.com", "c.com", "d.test", "e.test"];

/// All keys of a licence that a stream may tell of.
fn keys_of(license: &License) -> Vec<Key> {
    let pk = format!("LICENSE#{}", license.key.digest().to_text());
    let seats = CHANGING.map(|site| format!("SEAT#{}", Device::parse(site).unwrap().digest()));
    seats.into_iter().chain(["GRANT".to_owned()]).map(|sk| (pk.clone(), sk)).collect()
}

/// Changes a licence in some way.
async fn change(world: &World, license: &License, rng: &mut StdRng) {
    let shared = Shared::new(world, &license.key);
    let site = CHANGING.choose(rng).unwrap();
    // What is refused changes nothing.
    match rng.random_range(0..10) {
        0 => {
            let limit = [SeatLimit::Limited(4), SeatLimit::Limited(60), SeatLimit::Unlimited].choose(rng).copied().unwrap();
            let _ = change_seat_limit(&shared.core, edit(license), limit).await;
        }
        1 => {
            let list: Vec<&str> = CHANGING.into_iter().filter(|_| rng.random_bool(0.4)).collect();
            let _ = assign_sites(&shared.core, edit(license), sites(&list)).await;
        }
        2..6 => {
            let _ = shared.deactivate(site).await;
        }
        _ => {
            let _ = shared.activate(site).await;
        }
    }
}

#[tokio::test]
async fn however_often_and_in_whichever_order_it_is_told_the_index_is_what_is_stored() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut licenses = Vec::new();
        for number in 0..3 {
            licenses.push(world.license_with(&vendor, &format!("KEY-{seed}-{number}"), Some(4)).await);
        }
        let all: Vec<Key> = licenses.iter().flat_map(keys_of).collect();
        for _ in 0..20 {
            change(&world, licenses.choose(&mut rng).unwrap(), &mut rng).await;
            // Some are told late, some twice, and none in order.
            let mut some: Vec<Key> = all.iter().filter(|_| rng.random_bool(0.2)).cloned().collect();
            some.shuffle(&mut rng);
            assert!(index_changes(world.direct(), World::event(&some)).await.is_done());
        }
        assert!(index_changes(world.direct(), World::event(&all)).await.is_done());
        assert_exact(&world, &world_licenses(&world, vendor.account).await).await;
    }
}

async fn world_licenses(world: &World, account: AccountId) -> Vec<License> {
    world.direct().table.licenses(account, &Selection::All, None, 1_000).await.unwrap().items
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_workers_at_one_licence_end_with_what_is_stored() {
    let world = std::sync::Arc::new(World::new().await);
    let vendor = world.vendor().await;
    for seed in 0..25 {
        let license = world.license_with(&vendor, &format!("KEY-{seed}"), Some(4)).await;
        let mut tasks = JoinSet::new();
        for number in 0..3 {
            let (world, license) = (std::sync::Arc::clone(&world), license.clone());
            // Each change is told after it was made, as a stream tells it; what others do meanwhile they tell themselves.
            tasks.spawn(async move {
                let mut rng = StdRng::seed_from_u64(seed * 10 + number);
                for _ in 0..5 {
                    change(&world, &license, &mut rng).await;
                    let told = keys_of(&license);
                    while !index_changes(world.direct(), World::event(&told)).await.is_done() {}
                }
            });
        }
        tasks.join_all().await;
        assert_exact(&world, &world_licenses(&world, vendor.account).await).await;
    }
}
