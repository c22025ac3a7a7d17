//! Licences that come from elsewhere, whatever breaks off on the way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use latchkey_core::core::Core;
use latchkey_core::domain::customer::Customer;
use latchkey_core::domain::ids::CustomerId;
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
use latchkey_core::ops::import_licenses::{ImportLicense, Imported, Preview, begin_import, import_licenses, preview_import};
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::table::seats::Snapshot;
use latchkey_core::table::{Freshness, NewCustomer, Patience, Selection};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

use crate::faults::passing;

/// A licence as it comes, with so many seats that are held.
pub(crate) fn license(vendor: &Vendor, key: &str, seat_limit: SeatLimit, seats: usize) -> ImportLicense {
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

fn customer(number: usize) -> ImportCustomer {
    let email = Email::parse(&format!("customer-{number}@example.com")).ok();
    let new = NewCustomer { email, ..NewCustomer::named(Line::parse("Erika Mustermann").unwrap()) };
    ImportCustomer { code: Line::parse(&format!("edd-{number}")).unwrap(), new }
}

/// A licence for each of so many customers, in both layouts, with a seat each.
fn sold(vendor: &Vendor, count: usize) -> Vec<(ImportCustomer, ImportLicense)> {
    let limit = |number: usize| if number.is_multiple_of(7) { SeatLimit::Unlimited } else { SeatLimit::Limited(5) };
    (0..count).map(|number| (customer(number), license(vendor, &format!("SOLD-{number}"), limit(number), 1))).collect()
}

/// As the tool does it: the keys first, then the customers of what is to be written.
async fn take_over(core: &Core, vendor: &Vendor, sold: &[(ImportCustomer, ImportLicense)]) -> Result<Vec<Imported>, Rejected> {
    let (customers, licenses): (Vec<_>, Vec<_>) = sold.iter().cloned().unzip();
    let begun = begin_import(core, vendor.account, licenses).await?;
    let places: Vec<_> = begun.places().collect();
    let wanted = places.iter().map(|place| customers[*place].clone()).collect();
    let ids = import_customers(core, vendor.account, &mut Addresses::default(), wanted).await?;
    let found: HashMap<_, _> = places.into_iter().zip(ids).collect();
    Ok(begun.of_customers(|place| found.get(&place).copied()).write(core).await?)
}

/// Every licence, customer and seat is there once, and each licence is its customer's.
async fn assert_there_once(world: &World, vendor: &Vendor, sold: &[(ImportCustomer, ImportLicense)], what: &str) {
    let table = world.direct().table;
    let mut licenses = table.licenses(vendor.account, &Selection::All, None, 1_000).await.unwrap().items;
    let customers = table.records::<Customer>(vendor.account, None, None, 1_000).await.unwrap().items;
    assert_eq!((licenses.len(), customers.len()), (sold.len(), sold.len()), "{what}");
    for (customer, license) in sold {
        let place = licenses.iter().position(|stored| stored.key == license.key).unwrap();
        let stored = licenses.swap_remove(place);
        let owner = customers.iter().find(|stored| stored.code == customer.code).unwrap();
        assert_eq!(stored.customer, Some(owner.id), "{what}");
        assert_eq!(taken(world, license).await, 1, "{what}");
    }
}

#[tokio::test]
async fn a_hundred_licences_with_a_hundred_customers_are_nine_calls_and_1305_units() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let licenses = (0..100).map(|number| (customer(number), license(&vendor, &format!("C-{number}"), SeatLimit::Limited(5), 3)));
    let licenses: Vec<_> = licenses.collect();
    world.table.reset_calls();
    take_over(&world.core, &vendor, &licenses).await.unwrap();
    let calls: Vec<_> = world.table.calls().into_iter().map(|call| call.operation).collect();
    // The keys and their numbers, then the customers: none is looked for whose licence is there already.
    assert_eq!(calls[..5], ["BatchGetItem", "UpdateItem", "BatchGetItem", "Query", "UpdateItem"]);
    assert_eq!(calls[5..], ["TransactWriteItems"; 4]);
    if world.engines.is_embedded {
        let spent = world.table.capacity().total;
        assert!(spent <= 1_305.0, "{spent} units");
    }
    world.table.reset_calls();
    take_over(&world.another_process(), &vendor, &licenses).await.unwrap();
    let calls: Vec<_> = world.table.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["BatchGetItem"], "passing over what is there writes nothing");
}

#[tokio::test]
async fn a_batch_with_customers_that_broke_off_anywhere_is_there_once_afterwards() {
    let patience = Patience { attempt: Duration::from_millis(400), call: Duration::from_millis(600), attempts: 2 };
    for crash in 0..10 {
        let world = World::with_patience(patience).await;
        let vendor = world.vendor().await;
        let sold = sold(&vendor, 70);
        world.table.reset_calls();
        world.table.kill_at(crash);
        let broken = take_over(&world.another_process(), &vendor, &sold).await;
        world.table.revive();
        let done = take_over(&world.another_process(), &vendor, &sold).await.unwrap();
        assert!(!done.contains(&Imported::KeyInUse), "crash {crash}: {broken:?}, then {done:?}");
        assert_there_once(&world, &vendor, &sold, &format!("crash {crash}")).await;
    }
}

#[tokio::test]
async fn answers_that_are_lost_make_nothing_twice() {
    let world = crate::faults::world().await;
    for (what, rule) in passing() {
        let vendor = world.vendor().await;
        let sold: Vec<_> = sold(&vendor, 60);
        let sold: Vec<_> = sold
            .into_iter()
            .map(|(customer, license)| {
                let key = LicenseKey::parse(&format!("{}-{}", license.key.expose(), vendor.account)).unwrap();
                (customer, ImportLicense { key, ..license })
            })
            .collect();
        world.table.inject(rule.on("TransactWriteItems"));
        let done = take_over(&world.another_process(), &vendor, &sold).await.unwrap();
        world.table.clear();
        assert!(done.iter().all(|done| matches!(done, Imported::New { left_out: 0, .. })), "{what}: {done:?}");
        assert_there_once(&world, &vendor, &sold, what).await;
    }
}

#[tokio::test]
async fn two_imports_side_by_side_make_each_licence_and_each_customer_once() {
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    let sold = sold(&vendor, 90);
    let (one, other) = (world.another_process(), world.another_process());
    let (first, second) = tokio::join!(take_over(&one, &vendor, &sold), take_over(&other, &vendor, &sold));
    for (first, second) in first.unwrap().into_iter().zip(second.unwrap()) {
        let is_new = |imported| matches!(imported, Imported::New { .. });
        assert_eq!(u8::from(is_new(first)) + u8::from(is_new(second)), 1, "{first:?}, {second:?}");
        assert!(first != Imported::KeyInUse && second != Imported::KeyInUse);
    }
    assert_there_once(&world, &vendor, &sold, "two at once").await;
}

#[tokio::test]
async fn a_key_that_is_taken_between_the_look_and_the_write_is_left_alone_and_the_others_are_made() {
    let world = World::new().await;
    let (vendor, theirs) = (world.vendor().await, world.vendor().await);
    let batch: Vec<_> = (0..60).map(|number| license(&vendor, &format!("K-{number}"), SeatLimit::Limited(2), 1)).collect();
    let begun = begin_import(&world.core, vendor.account, batch.clone()).await.unwrap();
    let ours = world.license_with(&vendor, "K-3", Some(9)).await;
    let other = world.license_with(&theirs, "K-55", Some(9)).await;
    let done = begun.write(&world.core).await.unwrap();
    assert_eq!((done[3], done[55]), (Imported::Exists { license: ours.id, not_held: 1 }, Imported::KeyInUse));
    let new: Vec<_> = done.iter().filter_map(|done| if let Imported::New { license, .. } = done { Some(*license) } else { None }).collect();
    assert_eq!(new.len(), 58);
    assert!(new.is_sorted(), "numbers are in the order of the file");
    assert_eq!(world.core.table.license(vendor.account, ours.id).await.unwrap(), Some(ours));
    assert_eq!(world.core.table.license(theirs.account, other.id).await.unwrap(), Some(other));
    assert_eq!(taken(&world, &batch[2]).await, 1);
}

#[tokio::test]
async fn customers_that_share_an_address_are_one_and_one_beyond_the_first_page_is_found() {
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    let mut addresses = Addresses::default();
    let mut last: Option<CustomerId> = None;
    for hundred in 0..11 {
        let customers = (0..100).map(|number| customer(hundred * 100 + number)).collect();
        let ids = import_customers(&world.core, vendor.account, &mut addresses, customers).await.unwrap();
        last = ids.last().copied();
    }
    let other = |code: &str, number| ImportCustomer { code: Line::parse(code).unwrap(), ..customer(number) };
    let batch = vec![other("woo-1", 1_099), other("woo-2", 5_000), other("woo-3", 5_000), other("woo-4", 5)];
    let (core, mut addresses) = (world.another_process(), Addresses::default());
    let ids = import_customers(&core, vendor.account, &mut addresses, batch).await.unwrap();
    assert_eq!(Some(ids[0]), last, "the last of them is beyond a page");
    assert_eq!(ids[1], ids[2]);
    assert_eq!(ids[3].get(), 6);
    let known = import_customers(&core, vendor.account, &mut addresses, vec![other("woo-5", 5_000)]).await.unwrap();
    assert_eq!(known[0], ids[1], "in another batch it is the same one");
}

#[tokio::test]
async fn what_would_become_of_licences_is_told_as_it_becomes_and_so_is_what_they_do_not_hold() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let batch = [
        license(&vendor, "MAP", SeatLimit::Limited(3), 5),
        license(&vendor, "ITEMS", SeatLimit::Limited(60), 62),
        license(&vendor, "ALL", SeatLimit::Unlimited, 4),
    ];
    let preview = async || preview_import(&world.core, vendor.account, batch.to_vec(), &[]).await.unwrap();
    let left_out = [2, 2, 0];
    assert_eq!(preview().await, left_out.map(|left_out| Preview::New { left_out, events: 0 }));
    let done = import(&world.core, &vendor, &batch).await;
    for (done, expected) in done.iter().zip(left_out) {
        assert!(matches!(done, Imported::New { left_out, .. } if *left_out == expected), "{done:?}");
    }
    let again = import(&world.core, &vendor, &batch).await;
    for (again, expected) in again.iter().zip(left_out) {
        assert!(matches!(again, Imported::Exists { not_held, .. } if *not_held == expected), "{again:?}");
    }
    assert_eq!(preview().await, again.into_iter().map(Preview::Known).collect::<Vec<_>>());
}
