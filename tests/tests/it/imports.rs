//! Licences that come from elsewhere, whatever breaks off on the way.

use std::sync::Arc;
use std::time::Duration;

use latchkey_core::core::Core;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::{LicenseMode, LicenseState, Validity};
use latchkey_core::domain::seat::{Device, Seat, SeatLimit};
use latchkey_core::domain::terms::Terms;
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::delete_license::delete_license;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::import_customers::{Addresses, ImportCustomer, import_customers};
use latchkey_core::ops::import_licenses::{ImportLicense, Imported, import_licenses};
use latchkey_core::table::seats::Snapshot;
use latchkey_core::table::{Freshness, NewCustomer, Patience, Selection};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

use crate::faults::passing;

fn license(vendor: &Vendor, key: &str, seat_limit: SeatLimit, seats: usize) -> ImportLicense {
    let since = Timestamp::parse("2024-01-02T03:04:05Z").unwrap();
    let device = |number| Device::parse(&format!("https://site-{number}.example.com")).unwrap();
    let seat = |number| Seat { device: device(number), since, seen: since, label: None, client: None };
    ImportLicense {
        product: Arc::new(vendor.product.clone()),
        key: LicenseKey::parse(key).unwrap(),
        customer: None,
        licensee: None,
        created: Some(since),
        validity: Validity::ALWAYS,
        seat_limit,
        mode: LicenseMode::Activation,
        trace: false,
        state: LicenseState::Active,
        terms: Terms::default(),
        seats: (0..seats).map(seat).collect(),
    }
}

async fn import(core: &Core, vendor: &Vendor, licenses: &[ImportLicense]) -> Vec<Imported> {
    import_licenses(core, vendor.account, licenses.to_vec()).await.unwrap()
}

/// Every seat of a licence, counted by reading it.
async fn seats(world: &World, license: &ImportLicense) -> usize {
    let core = world.direct();
    let mut count = 0;
    for seat in &license.seats {
        let held = core.table.snapshot(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        let Snapshot { grant, .. } = held;
        assert!(grant.seats.taken() as usize <= license.seats.len());
        let again = Activate { key: &license.key, product: ProductClaim::Any, device: &seat.device, label: None };
        activate(&core, again).await.unwrap();
        count += 1;
    }
    // Whoever held a seat takes no other: the count stays what it was.
    let grant = core.table.grant(license.key.digest(), Freshness::Strong).await.unwrap().unwrap();
    assert_eq!(grant.seats.taken() as usize, count);
    count
}

async fn taken(world: &World, license: &ImportLicense) -> u32 {
    let grant = world.direct().table.grant(license.key.digest(), Freshness::Strong).await.unwrap();
    grant.map_or(0, |grant| grant.seats.taken())
}

#[tokio::test]
async fn licences_come_with_their_seats_in_both_layouts_and_once() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let licenses = [
        license(&vendor, "MAP", SeatLimit::Limited(3), 4),
        license(&vendor, "ITEMS", SeatLimit::Limited(200), 150),
        license(&vendor, "UNLIMITED", SeatLimit::Unlimited, 230),
        license(&vendor, "NONE", SeatLimit::Limited(1), 0),
    ];
    let done = import(&world.core, &vendor, &licenses).await;
    let left_out: Vec<_> = done.iter().map(|done| if let Imported::New { left_out, .. } = done { Some(*left_out) } else { None }).collect();
    assert_eq!(left_out, [Some(1), Some(0), Some(0), Some(0)]);
    for (license, count) in licenses.iter().zip([3, 150, 230, 0]) {
        assert_eq!(taken(&world, license).await, count, "{:?}", license.seat_limit);
    }
    assert_eq!(seats(&world, &licenses[1]).await, 150);

    let again = import(&world.another_process(), &vendor, &licenses).await;
    assert!(again.iter().all(|again| matches!(again, Imported::Exists { .. })), "{again:?}");
    let page = world.core.table.licenses(vendor.account, &Selection::All, None, 100).await.unwrap();
    assert_eq!(page.items.len(), 4);
    assert_eq!(page.items[0].created, licenses[0].created.unwrap());
}

#[tokio::test]
async fn a_key_that_is_in_use_is_left_as_it_is_whoevers_it_is() {
    let world = World::new().await;
    let (ours, theirs) = (world.vendor().await, world.vendor().await);
    let theirs_before = world.license_with(&theirs, "THEIRS", Some(1)).await;
    let gone = world.license_with(&ours, "GONE", Some(1)).await;
    delete_license(&world.core, Edit { account: ours.account, license: gone.id, seen: None }).await.unwrap();
    let batch = ["THEIRS", "GONE", "TWICE", "TWICE"].map(|key| license(&ours, key, SeatLimit::Limited(2), 1));
    let done = import(&world.core, &ours, &batch).await;
    assert_eq!(done[..2], [Imported::KeyInUse, Imported::KeyInUse]);
    assert!(
        matches!((done[2], done[3]), (Imported::New { .. }, Imported::Exists { .. }) | (Imported::Exists { .. }, Imported::New { .. })),
        "{done:?}"
    );
    let after = world.core.table.license(theirs.account, theirs_before.id).await.unwrap();
    assert_eq!(after, Some(theirs_before));
}

#[tokio::test]
async fn an_import_that_broke_off_anywhere_goes_on_and_makes_nothing_twice() {
    let world = World::with_patience(Patience { attempt: Duration::from_millis(400), call: Duration::from_millis(600), attempts: 2 }).await;
    let vendor = world.vendor().await;
    for crash in 0..8 {
        let batch = [license(&vendor, &format!("CRASH-{crash}"), SeatLimit::Unlimited, 230)];
        world.table.reset_calls();
        world.table.kill_at(crash);
        let broken = import_licenses(&world.another_process(), vendor.account, batch.to_vec()).await;
        world.table.revive();
        let done = import(&world.another_process(), &vendor, &batch).await;
        assert!(!matches!(done[0], Imported::KeyInUse), "crash {crash}: {broken:?}, then {done:?}");
        assert_eq!(taken(&world, &batch[0]).await, 230, "crash {crash}: {broken:?}, then {done:?}");
        let again = import(&world.another_process(), &vendor, &batch).await;
        assert!(matches!(again[0], Imported::Exists { .. }), "crash {crash}: {again:?}");
    }
    let page = world.direct().table.licenses(vendor.account, &Selection::All, None, 100).await.unwrap();
    assert_eq!(page.items.len(), 8);
}

#[tokio::test]
async fn an_import_comes_through_what_passes() {
    let world = crate::faults::world().await;
    let vendor = world.vendor().await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        let batch = [
            license(&vendor, &format!("MAP-{number}"), SeatLimit::Limited(2), 1),
            license(&vendor, &format!("ITEMS-{number}"), SeatLimit::Unlimited, 120),
        ];
        world.table.inject(rule.on("TransactWriteItems"));
        let done = import(&world.another_process(), &vendor, &batch).await;
        world.table.clear();
        assert!(done.iter().all(|done| matches!(done, Imported::New { left_out: 0, .. })), "{what}: {done:?}");
        assert_eq!((taken(&world, &batch[0]).await, taken(&world, &batch[1]).await), (1, 120), "{what}");
    }
}

#[tokio::test]
async fn a_batch_is_one_look_one_number_and_a_transaction_for_fifty() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let batch: Vec<_> = (0..40).map(|number| license(&vendor, &format!("B-{number}"), SeatLimit::Limited(5), 2)).collect();
    let calls = |world: &World| {
        let calls = world.table.calls();
        ["BatchGetItem", "UpdateItem", "TransactWriteItems"].map(|name| calls.iter().filter(|call| call.operation == name).count())
    };
    world.table.reset_calls();
    import(&world.core, &vendor, &batch).await;
    assert_eq!(calls(&world), [1, 1, 1]);
    world.table.reset_calls();
    import(&world.core, &vendor, &batch).await;
    assert_eq!(calls(&world), [1, 0, 0], "passing over what is there writes nothing");
}

#[tokio::test]
async fn a_customer_is_recorded_once_however_often_and_by_however_many_it_is_imported() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let email = |text: &str| Email::parse(text).ok();
    let customer = |code: &str, address: &str| {
        let new = NewCustomer { email: email(address), ..NewCustomer::named(Line::parse("Erika Mustermann").unwrap()) };
        ImportCustomer { code: Line::parse(code).unwrap(), new }
    };
    let known =
        world.core.table.create_customer(vendor.account, Line::parse("Max").unwrap(), email("max@example.com"), world.core.now()).await;
    let customers = vec![customer("edd-1", "erika@example.com"), customer("edd-2", "max@example.com"), customer("edd-3", "e3@example.com")];
    let (one, other) = (world.another_process(), world.another_process());
    let (mut ours, mut theirs) = (Addresses::default(), Addresses::default());
    let (first, second) = tokio::join!(
        import_customers(&one, vendor.account, &mut ours, customers.clone()),
        import_customers(&other, vendor.account, &mut theirs, customers.clone())
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first, second);
    assert_eq!(first[1], known.unwrap().id, "the one with the address");
    assert_eq!(import_customers(&one, vendor.account, &mut Addresses::default(), customers).await.unwrap(), first);
}
