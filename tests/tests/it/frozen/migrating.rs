//! Leading a table to its next version.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use latchkey_core::table::migration::{Census, MigrationError, Patch, STEPS, Step};
use latchkey_core::table::{Patience, Table};
use latchkey_tests::frozen::{Frozen, Item, Key};
use latchkey_tests::world::World;

/// A step that there is in no release: licences' keys are counted, and webhooks lose their label.
const NEXT: Step = Step {
    to: 2,
    reads: &["key", "label"],
    change: |item| {
        let mut patch = Patch::default();
        if let Some(key) = item.get("key").and_then(|key| key.as_s().ok()) {
            patch.set.push(("key_length", AttributeValue::N(key.len().to_string())));
        }
        if item.contains_key("label") {
            patch.remove.push("label");
        }
        Ok(patch)
    },
};

/// Never waits long: what dies is dead.
const HASTY: Patience = Patience { attempt: Duration::from_secs(30), call: Duration::ZERO, attempts: 1 };

async fn migrate(world: &World, table: &Table, steps: &[Step]) -> Result<Census, MigrationError> {
    let mut migration = table.migrate(steps, world.core.now()).await?;
    while migration.go_on(world.core.now()).await? {}
    Ok(migration.census().clone())
}

/// The items without what the table says of itself.
async fn items(world: &World) -> BTreeMap<Key, Item> {
    world.items().await.into_iter().filter(|((pk, _), _)| pk != "TABLE").collect()
}

async fn thawed() -> World {
    let world = World::with_patience(HASTY).await;
    Frozen::read(1).thaw(&world).await;
    world
}

#[tokio::test]
async fn a_table_of_this_version_is_looked_over_and_says_so() {
    let world = thawed().await;
    let before = items(&world).await;
    let mut census = Census::default();
    let mut after = None;
    loop {
        after = world.core.table.look_over(STEPS, after, &mut census).await.unwrap();
        if after.is_none() {
            break;
        }
    }
    assert_eq!((census.items, census.unknown, census.changed), (world.items().await.len() as u64, 0, 0));
    let done = migrate(&world, &world.core.table, STEPS).await.unwrap();
    assert_eq!((done.changed, items(&world).await), (0, before));
    let version = world.core.table.version().await.unwrap().unwrap();
    assert_eq!((version.version, version.since, version.run), (Some(1), Some(world.core.now()), None));
}

#[tokio::test]
async fn items_that_do_not_say_their_version_are_told_it() {
    let world = World::with_patience(HASTY).await;
    Frozen::read(1).with(|item| drop(item.remove("v"))).thaw(&world).await;
    migrate(&world, &world.core.table, STEPS).await.unwrap();
    assert!(world.items().await.values().all(|item| item["v"] == AttributeValue::N("1".to_owned())));
}

#[tokio::test]
async fn a_table_is_led_to_the_next_version_and_no_further() {
    let world = thawed().await;
    let before = items(&world).await;
    let mut census = Census::default();
    assert!(world.core.table.look_over(&[NEXT], None, &mut census).await.unwrap().is_none());
    assert_eq!((census.changed, items(&world).await), (census.items, before.clone()), "a look changes nothing");
    let done = migrate(&world, &world.core.table, &[NEXT]).await.unwrap();
    assert!(done.changed >= before.len() as u64);
    assert_led(&before, &items(&world).await);
    assert_eq!(migrate(&world, &world.core.table, &[NEXT]).await.unwrap().changed, 0);
    let back = migrate(&world, &world.core.table, STEPS).await;
    assert!(matches!(back, Err(MigrationError::Newer(2))), "{back:?}");
}

/// Every item is of the next version, and nothing else of it has changed than what the step says.
fn assert_led(before: &BTreeMap<Key, Item>, after: &BTreeMap<Key, Item>) {
    assert!(before.keys().eq(after.keys()));
    for (key, item) in before {
        let mut expected = item.clone();
        expected.insert("v".to_owned(), AttributeValue::N("2".to_owned()));
        expected.remove("label");
        if let Some(text) = item.get("key").and_then(|key| key.as_s().ok()) {
            expected.insert("key_length".to_owned(), AttributeValue::N(text.len().to_string()));
        }
        assert_eq!(after[key], expected, "{key:?}");
    }
}

#[tokio::test]
async fn a_migration_that_dies_between_any_two_calls_is_gone_on_with() {
    let few = |frozen: Frozen| {
        let items = frozen.items.into_iter().filter(|((pk, sk), _)| pk.starts_with("ACCOUNT#") && sk.starts_with("LICENSE#"));
        Frozen { items: items.take(8).collect(), ..frozen }
    };
    let mut deaths = 0;
    for call in 0.. {
        let world = World::with_patience(HASTY).await;
        few(Frozen::read(1)).thaw(&world).await;
        let before = items(&world).await;
        world.table.reset_calls();
        world.table.kill_at(call);
        let first = migrate(&world, &world.core.table, &[NEXT]).await;
        world.table.revive();
        if first.is_ok() {
            break;
        }
        deaths += 1;
        migrate(&world, &world.core.table.forgetful(), &[NEXT]).await.unwrap();
        assert_led(&before, &items(&world).await);
        assert_eq!(world.core.table.version().await.unwrap().unwrap().version, Some(2), "{call}");
    }
    assert!(deaths > 10, "{deaths}");
}

#[tokio::test]
async fn who_was_taken_over_from_notices_and_stops() {
    let world = thawed().await;
    let mut first = world.core.table.migrate(&[NEXT], world.core.now()).await.unwrap();
    let mut second = world.core.table.migrate(&[NEXT], world.core.now()).await.unwrap();
    assert!(matches!(first.go_on(world.core.now()).await, Err(MigrationError::TakenOver)));
    while second.go_on(world.core.now()).await.unwrap() {}
    assert_eq!(world.core.table.version().await.unwrap().unwrap().version, Some(2));
}
