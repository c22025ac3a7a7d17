//! Many changes told together: what they cost, and that one licence's trouble is not the others'.

use std::collections::BTreeMap;
use std::time::Duration;

use latchkey_core::domain::license::License;
use latchkey_core::lambda::ChangesAnswer;
use latchkey_core::table::Patience;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use latchkey_worker::index_changes;

use crate::find_by_site::{assert_exact, find};
use crate::woosa::activate;

#[tokio::test]
async fn a_batch_of_new_licences_is_three_calls_for_each_and_six_for_all() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut licenses = Vec::new();
    for number in 0..20 {
        let key = format!("KEY-{number}");
        licenses.push(world.license_with(&vendor, &key, Some(5)).await);
        activate(&key, "https://shared.com").send(&world).await;
        activate(&key, &format!("https://own-{number}.com")).send(&world).await;
    }
    let event = World::event(&world.changed_keys().await);
    world.table.reset_calls();
    assert!(index_changes(world.core.clone(), event).await.is_done());
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for call in world.table.calls() {
        *calls.entry(call.operation).or_default() += 1;
    }
    let expected = [("BatchGetItem", 4), ("BatchWriteItem", 1), ("Query", 40), ("TransactWriteItems", 20)];
    assert_eq!(calls, expected.map(|(operation, count)| (operation.to_owned(), count)).into());
    assert_exact(&world, &licenses).await;
}

#[tokio::test]
async fn a_licence_that_cannot_be_read_is_told_again_alone() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut licenses = Vec::new();
    for key in ["ONE", "TWO", "THREE"] {
        licenses.push(world.license_with(&vendor, key, Some(5)).await);
        activate(key, "https://shared.com").send(&world).await;
    }
    let keys = world.changed_keys().await;
    let broken = licenses.remove(1);
    let of = |license: &License| format!("LICENSE#{}", license.key.digest().to_text());
    let text = aws_sdk_dynamodb::types::AttributeValue::S;
    let update = world.dynamodb.update_item().table_name(world.core.table.name());
    let update = update.key("pk", text(of(&broken))).key("sk", text("GRANT".to_owned())).update_expression("SET standing = :none");
    update.expression_attribute_values(":none", text("nowhere".to_owned())).send().await.unwrap();
    let answer = index_changes(world.core.clone(), World::event(&keys)).await;
    let its: Vec<String> = (0..).zip(&keys).filter(|(_, (pk, _))| *pk == of(&broken)).map(|(at, _)| format!("{at:021}")).collect();
    assert_eq!(answer, ChangesAnswer::failed(its));
    let found = find(&world, vendor.account, "shared.com", 10).await;
    assert_eq!(found, licenses.iter().map(|license| license.id).collect::<Vec<_>>());
}

#[tokio::test]
async fn licences_that_could_not_be_entered_in_short_are_told_again() {
    let world = World::with_patience(Patience { attempt: Duration::from_millis(800), call: Duration::from_secs(6), attempts: 2 }).await;
    let vendor = world.vendor().await;
    world.license_with(&vendor, "ONE", Some(5)).await;
    let event = World::event(&world.changed_keys().await);
    world.table.inject(Rule::every(Fault::Status(500)).on("BatchWriteItem"));
    assert!(!index_changes(world.core.clone(), event.clone()).await.is_done());
    world.table.clear();
    assert!(world.core.table.summaries(vendor.account, None, 10).await.unwrap().items.is_empty());
    assert!(index_changes(world.core.clone(), event).await.is_done());
    assert_eq!(world.core.table.summaries(vendor.account, None, 10).await.unwrap().items.len(), 1);
}
