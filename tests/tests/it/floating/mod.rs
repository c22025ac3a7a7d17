//! Floating seats: lent for a while, never oversold, free at once when their time is over.

mod crowds;
mod faults;
mod modes;

use std::collections::BTreeSet;
use std::sync::Arc;

use latchkey_core::core::Core;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::lease::{Client, HEARTBEAT_SECONDS, LEASE_SECONDS};
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::failure::Failure;
use latchkey_core::ops::heartbeat::{Beat, heartbeat};
use latchkey_core::ops::release_floating::release_floating;
use latchkey_core::ops::request_floating::{RequestFloating, request_floating};
use latchkey_core::table::Freshness;
use latchkey_core::table::seats::Lent;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

use crate::woosa::stop;

/// A licence whose seats float, with this key and limit; nothing for unlimited.
pub(crate) async fn floating(world: &World, vendor: &Vendor, key: &str, seats: Option<u32>) -> License {
    world
        .license(vendor, |new| {
            new.key = LicenseKey::parse(key).ok();
            new.seat_limit = Some(seats.map_or(SeatLimit::Unlimited, SeatLimit::Limited));
            new.mode = LicenseMode::Floating;
        })
        .await
}

/// The clients of a licence, as a process serves them.
#[derive(Clone)]
pub(crate) struct Office {
    pub(crate) core: Arc<Core>,
    pub(crate) key: LicenseKey,
}

impl Office {
    pub(crate) fn of(core: Core, license: &License) -> Self {
        Self { core: Arc::new(core), key: license.key.clone() }
    }

    pub(crate) async fn request(&self, number: usize) -> Result<Lent, Refusal> {
        let (client, name) = (client(number), "Editor".parse().unwrap());
        let address = "203.0.113.7".parse().ok();
        let ask = || RequestFloating { key: &self.key, product: ProductClaim::Any, client: &client, name: Some(&name), address };
        settled(|| request_floating(&self.core, ask())).await
    }

    pub(crate) async fn beat(&self, number: usize) -> Result<Lent, Refusal> {
        let client = client(number);
        settled(|| heartbeat(&self.core, Beat { key: &self.key, product: ProductClaim::Any, client: &client })).await
    }

    pub(crate) async fn release(&self, number: usize) -> Result<u32, Refusal> {
        let client = client(number);
        let ask = || Beat { key: &self.key, product: ProductClaim::Any, client: &client };
        settled(|| release_floating(&self.core, ask())).await.map(|grant| grant.seats.taken())
    }

    /// Who is stored as a holder, by the table itself: as many as are counted, and no more than allowed.
    pub(crate) async fn stored(&self) -> BTreeSet<String> {
        let (mut holders, mut after) = (BTreeSet::new(), None);
        loop {
            let (leases, next) = self.core.table.leases(self.key.digest(), after, Freshness::Strong).await.unwrap();
            holders.extend(leases.into_iter().map(|lease| lease.client.id().as_str().to_owned()));
            match next {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        let grant = self.core.table.grant(self.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        assert_eq!(holders.len(), grant.seats.taken() as usize, "the seats that are there are those that are counted");
        assert!(grant.seat_limit.number().is_none_or(|limit| grant.seats.taken() <= limit), "oversold: {}", grant.seats.taken());
        holders
    }
}

pub(crate) fn client(number: usize) -> Client {
    Client::new(format!("MACHINE-{}", number % 7).parse().unwrap(), name(number).parse().unwrap()).unwrap()
}

pub(crate) fn name(number: usize) -> String {
    format!("client-{number}")
}

/// Asks as a client would that tries again after a fault: what comes is a yes or a definite no.
async fn settled<T, F: Future<Output = Result<T, Failure>>>(ask: impl Fn() -> F) -> Result<T, Refusal> {
    for _ in 0..50 {
        match ask().await {
            Ok(done) => return Ok(done),
            Err(Failure::Refused(refusal)) => return Err(refusal),
            Err(Failure::Fault(fault)) => assert!(fault.is_passing(), "{fault}"),
        }
    }
    panic!("fifty faults in a row")
}

fn refusal<T>(outcome: Result<T, Refusal>) -> Option<Refusal> {
    outcome.err()
}

#[tokio::test]
async fn a_client_holds_one_seat_however_often_it_asks() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let office = Office::of(world.core.clone(), &floating(&world, &vendor, "KEY", Some(2)).await);
    let first = office.request(0).await.unwrap();
    assert_eq!((first.grant.seats.taken(), first.lease.address), (1, "203.0.113.7".parse().ok()));
    assert_eq!(first.lease.expires.as_seconds(), world.core.now().as_seconds() + LEASE_SECONDS);
    world.clock.advance_seconds(60);
    let again = office.request(0).await.unwrap();
    assert_eq!((again.grant.seats.taken(), again.lease.since), (1, first.lease.since));
    assert_eq!(again.lease.expires.as_seconds(), first.lease.expires.as_seconds() + 60);
    assert_eq!(office.request(1).await.unwrap().grant.seats.taken(), 2);
    assert_eq!(refusal(office.request(2).await), Some(Refusal::NoSeatsLeft));
    assert_eq!(office.request(1).await.unwrap().grant.seats.taken(), 2, "held, though none is left");
    assert_eq!(office.release(0).await, Ok(1));
    assert_eq!(office.release(0).await, Err(Refusal::NotActivatedHere));
    assert_eq!(office.request(2).await.unwrap().grant.seats.taken(), 2);
    assert_eq!(office.stored().await, BTreeSet::from([name(1), name(2)]));
}

#[tokio::test]
async fn a_seat_is_free_on_the_second_at_which_its_time_is_over_and_not_before() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for limit in [1, 3] {
        let license = floating(&world, &vendor, &format!("KEY-{limit}"), Some(limit)).await;
        let (office, other) = (Office::of(world.core.clone(), &license), Office::of(world.another_process(), &license));
        for number in 0..limit as usize {
            office.request(number).await.unwrap();
        }
        world.clock.advance_seconds(LEASE_SECONDS - 1);
        assert_eq!(refusal(other.request(9).await), Some(Refusal::NoSeatsLeft));
        assert_eq!(refusal(other.request(9).await), Some(Refusal::NoSeatsLeft), "and what is remembered says the same");
        world.clock.advance_seconds(1);
        assert_eq!(other.request(9).await.unwrap().grant.seats.taken(), limit);
        let stored = other.stored().await;
        assert!(stored.contains(&name(9)) && stored.len() == limit as usize);
        // Whoever lost its seat is told so.
        let lost = (0..limit as usize).find(|number| !stored.contains(&name(*number))).unwrap();
        assert_eq!(refusal(office.beat(lost).await), Some(Refusal::NotActivatedHere));
    }
}

#[tokio::test]
async fn heartbeats_keep_a_seat_and_three_missed_ones_end_it() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", Some(1)).await;
    let office = Office::of(world.core.clone(), &license);
    office.request(0).await.unwrap();
    for _ in 0..20 {
        world.clock.advance_seconds(HEARTBEAT_SECONDS);
        let beat = office.beat(0).await.unwrap();
        assert_eq!(beat.lease.heartbeat().as_seconds(), world.core.now().as_seconds());
        assert_eq!(refusal(office.request(1).await), Some(Refusal::NoSeatsLeft));
    }
    world.clock.advance_seconds(3 * HEARTBEAT_SECONDS - 1);
    office.beat(0).await.unwrap();
    world.clock.advance_seconds(3 * HEARTBEAT_SECONDS);
    assert_eq!(refusal(office.beat(0).await), Some(Refusal::SeatExpired));
    assert_eq!(refusal(office.beat(0).await), Some(Refusal::SeatExpired), "a late heartbeat does not take the seat back");
    office.request(0).await.unwrap();
    office.beat(0).await.unwrap();
    world.clock.advance_seconds(3 * HEARTBEAT_SECONDS);
    office.request(1).await.unwrap();
    assert_eq!(refusal(office.beat(0).await), Some(Refusal::NotActivatedHere));
    assert_eq!(refusal(office.request(0).await), Some(Refusal::NoSeatsLeft));
}

#[tokio::test]
async fn a_stopped_licence_lends_nothing_and_heartbeats_notice_within_a_minute() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (how, expected) in [
        ("suspended", Refusal::Suspended),
        ("revoked", Refusal::Revoked),
        ("refunded", Refusal::Refunded),
        ("future", Refusal::NotYetValid),
        ("ended", Refusal::Expired),
    ] {
        let license = floating(&world, &vendor, &format!("KEY-{how}"), Some(3)).await;
        let (office, other) = (Office::of(world.core.clone(), &license), Office::of(world.another_process(), &license));
        for number in 0..2 {
            office.request(number).await.unwrap();
            other.beat(number).await.unwrap();
        }
        stop(&world, &license, how).await;
        assert_eq!(refusal(office.request(2).await), Some(expected), "{how}: a new seat");
        assert_eq!(refusal(office.request(0).await), Some(expected), "{how}: one's own seat");
        assert_eq!(refusal(office.beat(0).await), Some(expected), "{how}: where it was stopped");
        world.clock.advance_seconds(61);
        assert_eq!(refusal(other.beat(1).await), Some(expected), "{how}: in another process");
        assert_eq!(office.release(0).await, Ok(1), "{how}: a seat is given back all the same");
        assert_eq!(office.stored().await, BTreeSet::from([name(1)]));
    }
}

#[tokio::test]
async fn unknown_keys_and_other_products_are_refused_and_nothing_is_written() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", Some(3)).await;
    let unknown = Office { key: LicenseKey::parse("NO-SUCH-KEY").unwrap(), ..Office::of(world.core.clone(), &license) };
    assert_eq!(refusal(unknown.request(0).await), Some(Refusal::UnknownKey));
    assert_eq!(refusal(unknown.beat(0).await), Some(Refusal::UnknownKey));
    assert_eq!(refusal(unknown.release(0).await), Some(Refusal::UnknownKey));
    let client = client(0);
    let product = ProductClaim::Slug("other-plugin");
    let ask = RequestFloating { key: &license.key, product, client: &client, name: None, address: None };
    assert!(matches!(request_floating(&world.core, ask).await, Err(Failure::Refused(Refusal::WrongProduct))));
    let beat = Beat { key: &license.key, product, client: &client };
    assert!(matches!(heartbeat(&world.core, beat).await, Err(Failure::Refused(Refusal::WrongProduct))));
    assert!(Office::of(world.core.clone(), &license).stored().await.is_empty());
}

#[tokio::test]
async fn a_heartbeat_is_one_write_unit_and_one_round_trip() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", Some(1_000)).await;
    let office = Office::of(world.another_process(), &license);
    let cost = async |what: &str, round_trips: usize, writes: f64, reads: f64| {
        assert_eq!(world.table.round_trips(), round_trips, "{what}");
        if world.engines.is_embedded {
            let spent = world.table.capacity().total;
            assert!(spent <= writes + reads, "{what}: {spent}");
        }
        world.table.reset_calls();
    };
    world.table.reset_calls();
    office.request(0).await.unwrap();
    cost("a new seat", 1, 4.0, 1.0).await;
    for _ in 0..3 {
        office.beat(0).await.unwrap();
        cost("a heartbeat", 1, 1.0, 0.0).await;
    }
    let cold = Office::of(world.another_process(), &license);
    world.table.reset_calls();
    cold.beat(0).await.unwrap();
    cost("a heartbeat, cold", 1, 1.0, 0.5).await;
    cold.beat(0).await.unwrap();
    cost("a heartbeat, warm", 1, 1.0, 0.0).await;
    office.release(0).await.unwrap();
    cost("a release", 1, 4.0, 1.0).await;
}
