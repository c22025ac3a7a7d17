//! The ends of licences: the clock says what nobody writes.

use latchkey_core::domain::license::{License, Validity};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::expire_licenses::expire_licenses;
use latchkey_core::ops::revoke_license::revoke_license;

use super::{Stage, edit, sent};

impl Stage {
    async fn until(&mut self, key: &str, seconds: i64) -> License {
        let license = self.world.license_with(&self.vendor, key, Some(1)).await;
        self.change(&license, seconds).await;
        license
    }

    async fn change(&mut self, license: &License, seconds: i64) {
        let until = Some(self.at(seconds));
        change_validity(&self.world.core, edit(license), Validity { from: None, until }).await.unwrap();
        self.note().await;
        self.announce().await;
    }

    fn at(&self, seconds: i64) -> Timestamp {
        self.world.core.now().plus_seconds(seconds)
    }

    async fn look(&self) -> (usize, usize) {
        let done = expire_licenses(&self.world.core, &self.tape.queue()).await.unwrap();
        assert_eq!(done.failed, 0);
        self.deliver().await;
        (done.looked_at, done.announced)
    }

    fn expired(&self) -> Vec<u64> {
        let told = self.received().iter().map(sent).filter(|sent| sent["type"] == "license.expired").collect::<Vec<_>>();
        let mut numbers: Vec<u64> = told.iter().map(|sent| sent["data"]["license"]["id"].as_u64().unwrap()).collect();
        numbers.sort_unstable();
        numbers
    }
}

#[tokio::test]
async fn each_licence_that_ends_is_told_once_in_its_time() {
    let mut stage = Stage::begin().await;
    let soon = stage.until("KEY-1", 600).await;
    let later = stage.until("KEY-2", 100 * 3_600).await;
    assert_eq!(stage.look().await, (0, 0));
    stage.world.clock.advance_seconds(601);
    assert_eq!(stage.look().await, (1, 1));
    assert_eq!(stage.look().await, (0, 0));
    stage.world.clock.advance_seconds(99 * 3_600);
    assert_eq!(stage.look().await, (0, 0));
    stage.world.clock.advance_seconds(3_600);
    assert_eq!(stage.look().await, (1, 1));
    assert_eq!(stage.expired(), [soon.id.get().into(), u64::from(later.id.get())]);
}

#[tokio::test]
async fn an_end_that_was_moved_or_that_means_nothing_any_more_is_not_told() {
    let mut stage = Stage::begin().await;
    let moved = stage.until("KEY-1", 600).await;
    stage.change(&moved, 7_200).await;
    let revoked = stage.until("KEY-2", 600).await;
    revoke_license(&stage.world.core, edit(&revoked), None).await.unwrap();
    stage.world.clock.advance_seconds(601);
    assert_eq!(stage.look().await, (2, 0));
    stage.world.clock.advance_seconds(7_200);
    assert_eq!(stage.look().await, (1, 1));
    assert_eq!(stage.expired(), [u64::from(moved.id.get())]);
}

#[tokio::test]
async fn an_end_that_was_moved_after_it_had_come_is_told_once_whoever_finds_it() {
    let mut stage = Stage::begin().await;
    let license = stage.until("KEY-1", 600).await;
    stage.world.clock.advance_seconds(700);
    // The change finds it before the clock does, and the entry is not true any more.
    stage.change(&license, 3_600).await;
    stage.deliver().await;
    assert_eq!(stage.expired().len(), 1);
    assert_eq!(stage.look().await, (1, 0));
    // And the other way round: the clock first, then the change.
    stage.world.clock.advance_seconds(3_700);
    assert_eq!(stage.look().await, (1, 1));
    stage.change(&license, 3_600).await;
    stage.deliver().await;
    assert_eq!(stage.expired().len(), 2);
}

#[tokio::test]
async fn an_end_that_lay_in_the_past_when_it_was_written_is_told_too() {
    let mut stage = Stage::begin().await;
    let license = stage.until("KEY-1", -86_400).await;
    assert_eq!(stage.look().await, (1, 1));
    assert_eq!(stage.expired(), [u64::from(license.id.get())]);
}

#[tokio::test]
async fn after_days_in_which_nobody_looked_nothing_is_missed() {
    let mut stage = Stage::begin().await;
    assert_eq!(stage.look().await, (0, 0));
    for number in 1..=5 {
        stage.until(&format!("KEY-{number}"), number * 20 * 3_600).await;
    }
    stage.world.clock.advance_seconds(10 * 24 * 3_600);
    assert_eq!(stage.look().await, (5, 5));
    assert_eq!(stage.expired().len(), 5);
    assert_eq!(stage.look().await, (0, 0));
}
