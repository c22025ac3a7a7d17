//! A table whose items came out of another one: what happened there was told there.

use std::collections::BTreeMap;

use latchkey_core::domain::license::{License, Validity};
use latchkey_core::domain::mail::Mail;
use latchkey_core::domain::restore::{LEASE_SECONDS, Skew};
use latchkey_core::domain::role::Role;
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::expire_licenses::expire_licenses;
use latchkey_core::ops::restores::Restoring;
use latchkey_core::ops::send_mail::resend_mail;
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_core::ops::webhook_log::resume_deliveries;
use latchkey_core::table::{Part, Restored, StoredItem};
use latchkey_tests::sink::Sink;
use latchkey_tests::tape::Tape;
use latchkey_tests::world::World;

use super::{KEY, Stage, edit, sent};
use crate::babel::system::email::letter;
use crate::woosa::activate;

/// As it is where the stream says the time of the write itself, by the clock of who restores.
const EXACT: Skew = Skew { ahead: 0, doubt: 0, lag: 1 };

const HOUR: i64 = 60 * 60;

/// A deployment that has seen something of everything, all of it told: and of which three events and a mail are on their way.
async fn lived() -> (Stage, License) {
    let mut stage = Box::pin(Stage::begin()).await;
    let license = stage.issue().await;
    for (key, limit) in [(KEY, None), ("MANY", Some(100))] {
        if limit.is_some() {
            stage.world.license_with(&stage.vendor, key, limit).await;
        }
        assert_eq!(activate(key, "https://shop.example.com").send(&stage.world).await.status, 200);
    }
    let over = stage.world.license_with(&stage.vendor, "OVER", Some(1)).await;
    stage.note().await;
    let until = Some(stage.world.core.now().plus_seconds(-HOUR));
    change_validity(&stage.world.core, edit(&over), Validity { from: None, until }).await.unwrap();
    stage.world.publish(&stage.vendor, "1.2.0").await;
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    let staff = stage.world.staff(stage.vendor.account, Role::Administrator).await;
    staff.post("/v1/email/send", &letter()).send(&stage.world).await.done();
    for key in ["LATE-1", "LATE-2"] {
        stage.world.license_with(&stage.vendor, key, Some(1)).await;
    }
    stage.note().await;
    stage.announce().await;
    expire_licenses(&stage.world.core, &stage.tape.queue()).await.unwrap();
    stage.world.core.sink.settle().await;
    (stage, license)
}

/// All items, licences' own last.
async fn export(world: &World) -> Vec<StoredItem> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = world.core.table.scan_part(Part { number: 0, of: 1 }, after).await.unwrap();
        items.extend(page.into_iter().filter(|item| !item.stays()));
        after = next;
        if after.is_none() {
            break;
        }
    }
    items.sort_by_key(|item| item.kind().starts_with("LICENSE"));
    items
}

/// The empty deployment that all of this is restored into, hours later.
async fn elsewhere(from: Stage) -> (Stage, Vec<StoredItem>) {
    let items = export(&from.world).await;
    let Stage { world, vendor, webhook, secret, .. } = from;
    let later = world.core.now().plus_seconds(3 * HOUR).as_seconds();
    let world = {
        let new = World::unhurried().await;
        new.clock.advance_seconds(later - new.core.now().as_seconds());
        new
    };
    let sink = Sink::tls().await;
    let client = sink.client().0.with_limits(latchkey_tests::shop::UNHURRIED);
    let tape = Tape::begin(&world).await;
    (Stage { world, vendor, tape, sink, client, webhook, secret }, items)
}

/// Writes items as the tool does, some seconds after one another, and has the stream note them.
async fn write(stage: &mut Stage, restoring: &mut Restoring, items: &[StoredItem], seconds: i64) -> BTreeMap<&'static str, usize> {
    let mut done = BTreeMap::new();
    for item in items {
        restoring.go_on(&stage.world.core).await.unwrap();
        let restored = stage.world.core.table.restore(item).await.unwrap();
        *done.entry(if restored == Restored::New { "new" } else { "there" }).or_default() += 1;
        stage.note().await;
        stage.world.clock.advance_seconds(seconds);
    }
    done
}

async fn restore(stage: &mut Stage, items: &[StoredItem]) {
    let mut restoring = Restoring::begin(&stage.world.core, EXACT).await.unwrap();
    write(stage, &mut restoring, items, 0).await;
    restoring.end(&stage.world.core).await.unwrap();
    while !restoring.is_past(stage.world.core.now()) {
        stage.world.clock.advance_seconds(1);
    }
}

/// Nothing was put into any queue.
fn assert_silent(stage: &Stage) {
    assert_eq!((stage.tape.messages.len(), stage.tape.mail.len(), stage.received().len()), (0, 0, 0));
}

#[tokio::test]
async fn what_is_restored_is_told_to_nobody_and_what_happens_afterwards_is_told() {
    let (stage, license) = Box::pin(lived()).await;
    let (mut stage, items) = Box::pin(elsewhere(stage)).await;
    restore(&mut stage, &items).await;
    assert_eq!(stage.tape.records.len(), 8, "five grants, a seat, a release and a mail could be told");
    stage.announce().await;
    assert_silent(&stage);
    let looked = expire_licenses(&stage.world.core, &stage.tape.queue()).await.unwrap();
    assert_eq!((looked.announced, looked.failed), (0, 0), "an end that was told is no end again");
    stage.tape.records.clear();
    // The next moment.
    suspend_license(&stage.world.core, edit(&license), None).await.unwrap();
    stage.world.license_with(&stage.vendor, "NEW", Some(1)).await;
    assert_eq!(activate("MANY", "https://other.example.com").send(&stage.world).await.status, 200);
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    assert_eq!(stage.kinds(), ["license.activated", "license.issued", "license.suspended"]);
    assert!(stage.received().iter().all(|received| stage.believes(received)));
}

#[tokio::test]
async fn what_is_restored_is_told_to_nobody_however_late_the_stream_tells_of_it() {
    let (stage, _) = Box::pin(lived()).await;
    let (mut stage, items) = Box::pin(elsewhere(stage)).await;
    restore(&mut stage, &items).await;
    let new = stage.world.license_with(&stage.vendor, "NEW", Some(1)).await;
    stage.note().await;
    for hours in [1, 22] {
        stage.world.clock.advance_seconds(hours * HOUR);
        stage.announce().await;
        stage.deliver().await;
        assert_eq!((stage.kinds(), stage.tape.mail.len()), (vec!["license.issued".to_owned()], 0), "{hours} more hours");
    }
    assert_eq!(sent(&stage.received()[0])["data"]["license"]["id"].as_u64(), Some(new.id.get().into()), "the new one");
}

#[tokio::test]
async fn what_changes_while_a_restore_is_at_work_is_told_at_once() {
    let (stage, license) = Box::pin(lived()).await;
    let (mut stage, items) = Box::pin(elsewhere(stage)).await;
    let mut restoring = Restoring::begin(&stage.world.core, EXACT).await.unwrap();
    write(&mut stage, &mut restoring, &items, 0).await;
    suspend_license(&stage.world.core, edit(&license), None).await.unwrap();
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    assert_eq!(stage.kinds(), ["license.suspended"]);
}

#[tokio::test]
async fn a_restore_that_takes_long_is_killed_and_goes_on_is_told_to_nobody_and_keeps_silent_no_longer_than_it_lives() {
    let (stage, _) = Box::pin(lived()).await;
    let (mut stage, items) = Box::pin(elsewhere(stage)).await;
    let (first, rest) = items.split_at(items.len() - 4);
    let begun = stage.world.core.now();
    let mut killed = Restoring::begin(&stage.world.core, EXACT).await.unwrap();
    write(&mut stage, &mut killed, first, 45).await;
    assert!(begun.plus_seconds(LEASE_SECONDS) < stage.world.core.now(), "longer than one lease");
    stage.announce().await;
    assert_silent(&stage);
    let noted = stage.world.core.table.restores().await.unwrap();
    assert_eq!(noted.iter().map(|restore| restore.is_over).collect::<Vec<_>>(), [false], "whoever looks is told of it");

    // Nobody comes back for long: what is new is told then.
    stage.world.clock.advance_seconds(LEASE_SECONDS);
    stage.world.license_with(&stage.vendor, "NEW", Some(1)).await;
    stage.note().await;
    stage.announce().await;
    stage.deliver().await;
    assert_eq!(stage.kinds(), ["license.issued"]);

    stage.world.clock.advance_seconds(5 * HOUR);
    let mut resumed = Restoring::begin(&stage.world.core, EXACT).await.unwrap();
    let done = write(&mut stage, &mut resumed, &items, 0).await;
    assert_eq!(done["new"], rest.len(), "the rest: {done:?}");
    resumed.end(&stage.world.core).await.unwrap();
    stage.announce().await;
    stage.deliver().await;
    assert_eq!((stage.kinds(), stage.tape.mail.len()), (vec!["license.issued".to_owned()], 0));
    assert!(stage.world.core.table.restores().await.unwrap().iter().all(|restore| restore.is_over));
}

#[tokio::test]
async fn what_was_under_way_in_the_backup_waits_until_somebody_asks_for_it() {
    let (stage, _) = Box::pin(lived()).await;
    let account = stage.vendor.account;
    let (mut stage, items) = Box::pin(elsewhere(stage)).await;
    restore(&mut stage, &items).await;
    stage.announce().await;
    assert_silent(&stage);
    stage.tape.records.clear();
    assert_eq!(resume_deliveries(&stage.world.core, &stage.tape.queue(), account).await.unwrap(), 3);
    stage.deliver().await;
    assert_eq!(stage.kinds(), ["license.expired", "license.issued", "license.issued"]);
    let mails = stage.world.core.table.records::<Mail>(account, None, None, 10).await.unwrap();
    assert_eq!(mails.items.len(), 1);
    resend_mail(&stage.world.core, account, mails.items[0].id).await.unwrap();
    stage.note().await;
    stage.announce().await;
    assert_eq!(stage.tape.mail.len(), 1, "a mail that is to be sent again is changed, and so it is told");
}

#[tokio::test]
async fn what_a_table_says_of_restores_stays_where_it_is() {
    let (stage, _) = Box::pin(lived()).await;
    let (mut stage, items) = Box::pin(elsewhere(stage)).await;
    restore(&mut stage, &items).await;
    let (there, noted) = (stage.world.items().await.len(), stage.world.core.table.restores().await.unwrap().len());
    assert_eq!((export(&stage.world).await.len(), noted), (there - 1, 1));
}
