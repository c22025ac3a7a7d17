//! Traces: what clients did with the licences whose vendor wants to know, off every answer's path (reliability I10).

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::License;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::trace::{Act, KEPT_SECONDS, Trace};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::inspect_license::inspect_license;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::traces::{change_trace, delete_trace, delete_traces, list_traces};
use latchkey_core::sink::on_behalf_of;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

use crate::floating::{Office, floating};
use crate::woosa::{activate, deactivate, info, prepare, software_info, stop};

const SITE: &str = "https://example.com";

async fn of_license(world: &World, license: &License) -> Vec<Trace> {
    world.core.sink.settle().await;
    list_traces(&world.core, license.account, Some(license.id), None, 100).await.unwrap().items
}

async fn of_account(world: &World, vendor: &Vendor, size: u16) -> Vec<Trace> {
    world.core.sink.settle().await;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = list_traces(&world.core, vendor.account, None, after, size).await.unwrap();
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

async fn traced(world: &World, license: &License) {
    change_trace(&world.core, Edit { account: license.account, license: license.id, seen: None }, true).await.unwrap();
}

fn said(traces: &[Trace]) -> Vec<(Act, Option<Refusal>)> {
    traces.iter().map(|trace| (trace.event.act, trace.event.refusal)).collect()
}

#[tokio::test]
async fn what_a_site_does_is_traced_whichever_way_it_asks_and_however_it_ends() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    for (key, seats) in [("SMALL", Some(1)), ("LARGE", Some(51))] {
        let license = world.license_with(&vendor, key, seats).await;
        activate(key, "https://before.example.com").send(&world).await;
        deactivate(key, "https://before.example.com").send(&world).await;
        assert!(of_license(&world, &license).await.is_empty(), "it is not traced yet");
        traced(&world, &license).await;
        activate(key, SITE).send(&world).await;
        info(key).send(&world).await;
        software_info(key, SITE).send(&world).await;
        prepare(key, SITE).send(&world).await;
        deactivate(key, SITE).send(&world).await;
        deactivate(key, SITE).send(&world).await;
        stop(&world, &license, "suspended").await;
        activate(key, SITE).send(&world).await;
        info(key).send(&world).await;
        let traces = of_license(&world, &license).await;
        let expected = [
            (Act::Activate, None),
            (Act::Check, None),
            (Act::LookUpUpdate, None),
            (Act::LookUpUpdate, None),
            (Act::Deactivate, None),
            (Act::Deactivate, Some(Refusal::NotActivatedHere)),
            (Act::Activate, Some(Refusal::Suspended)),
            (Act::Check, Some(Refusal::Suspended)),
        ];
        assert_eq!(said(&traces), expected, "{key}");
        let devices: Vec<_> = traces.iter().map(|trace| trace.event.device.as_ref().map(ToString::to_string)).collect();
        assert_eq!(devices.iter().flatten().filter(|device| *device == "example.com").count(), 6, "{key}: {devices:?}");
        assert!(traces.iter().all(|trace| trace.license == license.id && trace.account == vendor.account));
    }
}

#[tokio::test]
async fn what_a_floating_seats_holder_does_is_traced_with_who_and_from_where() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", Some(1)).await;
    traced(&world, &license).await;
    let office = Office::of(world.core.clone(), &license);
    let address = "203.0.113.9".parse().ok();
    let asked = async {
        office.request(0).await.unwrap();
        office.beat(0).await.unwrap();
        office.request(1).await.unwrap_err();
        office.release(0).await.unwrap();
        office.beat(0).await.unwrap_err();
    };
    on_behalf_of(address, Box::pin(asked)).await;
    let traces = of_license(&world, &license).await;
    let expected = [
        (Act::Request, None),
        (Act::Heartbeat, None),
        (Act::Request, Some(Refusal::NoSeatsLeft)),
        (Act::Release, None),
        (Act::Heartbeat, Some(Refusal::NotActivatedHere)),
    ];
    assert_eq!(said(&traces), expected);
    for trace in &traces {
        assert_eq!(trace.event.address, address);
        assert_eq!(trace.event.at, world.core.now());
        assert!(trace.event.device.as_ref().unwrap().to_string().starts_with("#MACHINE-"));
        assert!(trace.event.client.as_ref().unwrap().as_str().starts_with("client-"));
    }
    assert_eq!(traces[0].event.name.as_ref().unwrap().as_str(), "Editor");
    // Each number is given out once.
    let ids: std::collections::BTreeSet<_> = traces.iter().map(|trace| trace.id).collect();
    assert_eq!(ids.len(), traces.len());
}

#[tokio::test]
async fn traces_are_found_by_account_and_licence_and_deleted_by_number_licence_and_choice() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor_of(latchkey_tests::vendor::new_product("other")).await);
    let mut licenses = Vec::new();
    for key in ["ONE", "TWO"] {
        let license = world.license(&vendor, |new| (new.key, new.trace) = (LicenseKey::parse(key).ok(), true)).await;
        for _ in 0..2 {
            activate(key, SITE).send(&world).await;
            info(key).send(&world).await;
        }
        licenses.push(license);
    }
    let all = of_account(&world, &vendor, 3).await;
    assert_eq!(all.len(), 8);
    assert!(of_account(&world, &stranger, 3).await.is_empty());
    let not_found = delete_trace(&world.core, stranger.account, all[0].id, |_| true).await;
    assert!(matches!(not_found, Err(Rejected::NotFound(Thing::Trace))), "{not_found:?}");
    delete_trace(&world.core, vendor.account, all[0].id, |_| true).await.unwrap();
    let gone = delete_trace(&world.core, vendor.account, all[0].id, |_| true).await;
    assert!(matches!(gone, Err(Rejected::NotFound(Thing::Trace))), "{gone:?}");
    let checks =
        delete_traces(&world.core, vendor.account, Some(licenses[0].id), |trace| trace.event.act == Act::Check).await.unwrap().count;
    assert_eq!((checks, of_license(&world, &licenses[0]).await.len()), (2, 1));
    assert_eq!(of_license(&world, &licenses[1]).await.len(), 4, "the other licence's are still there");
    let rest = delete_traces(&world.core, vendor.account, None, |_| true).await.unwrap();
    assert_eq!((rest.count, rest.are_all), (5, true));
    assert!(of_account(&world, &vendor, 3).await.is_empty());
    // What is left to the store's tidying up is not shown when its time is over.
    activate("ONE", SITE).send(&world).await;
    assert_eq!(of_account(&world, &vendor, 3).await.len(), 1);
    world.clock.advance_seconds(KEPT_SECONDS);
    assert!(of_account(&world, &vendor, 3).await.is_empty() && of_license(&world, &licenses[0]).await.is_empty());
}

#[tokio::test]
async fn a_dead_sink_changes_no_answer_and_none_waits_for_it() {
    let world = crate::faults::world().await;
    let vendor = world.vendor().await;
    let mut answers = Vec::new();
    for (key, trace, fault) in [
        ("UNTRACED", false, None),
        ("TRACED", true, None),
        ("DEAD", true, Some(Fault::Status(500))),
        ("HANGING", true, Some(Fault::Hang)),
        ("FORBIDDEN", true, Some(Fault::AccessDenied)),
    ] {
        let license = world.license(&vendor, |new| (new.key, new.trace) = (LicenseKey::parse(key).ok(), trace)).await;
        // Nothing but what is noted is written so.
        if let Some(fault) = fault.clone() {
            world.table.inject(Rule::every(fault).on("BatchWriteItem"));
        }
        let mut said = Vec::new();
        for ask in [
            activate(key, SITE),
            info(key),
            software_info(key, SITE),
            activate(key, "https://other.example.com"),
            deactivate(key, SITE),
            deactivate(key, SITE),
        ] {
            let answer = ask.send(&world).await;
            said.push((answer.status, String::from_utf8_lossy(&answer.body).into_owned()));
        }
        if matches!(fault, Some(Fault::Hang)) {
            assert!(world.core.sink.waiting() > 0, "all was answered while the sink had taken nothing");
            for _ in 0..1_010 {
                inspect_license(&world.core, &license.key, ProductClaim::Any).await.unwrap();
            }
            assert!(world.core.sink.waiting() <= 1_000, "and no more wait than so many");
            world.table.clear();
            world.core.sink.settle().await;
            let written = delete_traces(&world.core, vendor.account, Some(license.id), |_| true).await.unwrap().count;
            assert!((900..=1_016).contains(&written), "what fitted is written when the sink is back: {written}");
        }
        world.core.sink.settle().await;
        world.table.clear();
        let written = of_license(&world, &license).await.len();
        assert_eq!(written, if trace && fault.is_none() { 6 } else { 0 }, "{key}");
        answers.push(said);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}
