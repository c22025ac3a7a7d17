//! Deleting licences.

use aws_sdk_dynamodb::types::AttributeValue;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::LicenseMode;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::failure::Failure;
use latchkey_core::ops::create_license::{CreateLicense, create_license};
use latchkey_core::ops::delete_license::delete_license;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::move_license::move_license;
use latchkey_core::ops::orders::{EditOrder, OrderFields, create_order, delete_order};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{edit, from_template, take, template};

/// How many items lie in a licence's partition.
async fn left(world: &World, key: &LicenseKey) -> usize {
    let pk = format!("LICENSE#{}", key.digest().to_text());
    let query = world.dynamodb.query().table_name(world.core.table.name()).key_condition_expression("pk = :pk");
    let query = query.expression_attribute_values(":pk", aws_sdk_dynamodb::types::AttributeValue::S(pk));
    query.send().await.unwrap().items().len()
}

#[tokio::test]
async fn a_deleted_licence_opens_nothing_and_its_key_is_nobody_elses() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    for limit in [SeatLimit::Limited(5), SeatLimit::Limited(60), SeatLimit::Unlimited] {
        let license = from_template(&world, &template, |create| {
            create.seat_limit = Some(limit);
            create.trace = true;
        })
        .await;
        take(&world, &license.key, "https://example.com").await.unwrap();
        take(&world, &license.key, "https://shop.test").await.unwrap();
        world.index(&license.key).await;
        delete_license(&world.core, edit(&license)).await.unwrap();
        let refused = take(&world, &license.key, "https://example.com").await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::UnknownKey))), "{refused:?}");
        let refused = delete_license(&world.core, edit(&license)).await;
        assert!(matches!(refused, Err(Rejected::NotFound(Thing::License))), "{refused:?}");
        let again = CreateLicense { template: Some(template.id), key: Some(license.key.clone()), ..CreateLicense::default() };
        let refused = create_license(&world.core, vendor.account, again).await;
        assert!(matches!(refused, Err(Rejected::InUse(Unique::LicenseKey))), "{refused:?}");
        // The stream's worker takes out what the index of sites has of it.
        world.index(&license.key).await;
        let summaries = world.core.table.summaries(vendor.account, None, 10).await.unwrap();
        assert!(summaries.items.iter().all(|summary| summary.license != license.id));
        assert!(left(&world, &license.key).await <= 3, "its remains, and what the index of sites remembers until its seats are told of");
    }
}

#[tokio::test]
async fn what_a_deleted_licence_left_is_swept_by_whoever_comes_by() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let license = from_template(&world, &template, |create| create.seat_limit = Some(SeatLimit::Unlimited)).await;
    for site in 0..60 {
        take(&world, &license.key, &format!("https://site-{site}.example.com")).await.unwrap();
    }
    // As where the process ends after the one write that counts.
    world.core.table.delete_license(&license).await.unwrap();
    assert!(left(&world, &license.key).await > 60);
    assert!(matches!(take(&world, &license.key, "https://site-1.example.com").await, Err(Failure::Refused(Refusal::UnknownKey))));
    world.index(&license.key).await;
    assert_eq!(left(&world, &license.key).await, 1);
}

#[tokio::test]
async fn an_order_whose_licences_are_gone_can_go_too() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let order = create_order(&world.core, vendor.account, OrderFields::default()).await.unwrap();
    let license = from_template(&world, &template, |create| {
        create.order = Some(order.id);
        create.mode = Some(LicenseMode::Floating);
    })
    .await;
    let order = EditOrder { account: vendor.account, order: order.id, seen: None };
    assert!(matches!(delete_order(&world.core, order).await, Err(Rejected::Referenced { by: Thing::License })));
    delete_license(&world.core, edit(&license)).await.unwrap();
    delete_order(&world.core, order).await.unwrap();
}

#[tokio::test]
async fn a_promised_line_whose_licence_was_deleted_gets_no_other_wherever_that_was_in_the_end() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let order = place_order(&world.core, vendor.account, PlaceOrder { customer: None, reference: None, lines: 4 }).await.unwrap();
    let another = create_order(&world.core, vendor.account, OrderFields::default()).await.unwrap();
    let promised = |line| NewLicense { order_line: Some(OrderLine { order: order.id, line }), ..NewLicense::of(vendor.product.id) };
    for (line, moved) in [(0, None), (1, Some(Some(another.id))), (2, Some(None))] {
        let license = issue_license(&world.core, vendor.account, promised(line)).await.unwrap();
        world.keep_secret(license.key.expose());
        if let Some(order) = moved {
            move_license(&world.core, edit(&license), order).await.unwrap();
        }
        delete_license(&world.core, edit(&license)).await.unwrap();
        // As where a payment is reported twice.
        let again = issue_license(&world.core, vendor.account, promised(line)).await;
        assert!(matches!(again, Err(Rejected::InUse(Unique::OrderLine))), "line {line}: {again:?}");
        assert_eq!(world.core.table.license(vendor.account, license.id).await.unwrap(), None);
    }
    let last = issue_license(&world.core, vendor.account, promised(3)).await.unwrap();
    world.keep_secret(last.key.expose());
}

#[tokio::test]
async fn what_is_told_of_a_deleted_licence_takes_out_no_other_with_its_number() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let gone = from_template(&world, &template, |_| {}).await;
    let other = from_template(&world, &template, |_| {}).await;
    delete_license(&world.core, edit(&gone)).await.unwrap();
    world.index(&other.key).await;
    // As where its number was given out again before deleted numbers were kept.
    let table = world.core.table.name();
    let text = |text: String| AttributeValue::S(text);
    let pk = text(format!("SUMMARY#{:010}", vendor.account.get()));
    let entered = world.dynamodb.get_item().table_name(table).key("pk", pk);
    let entered = entered.key("sk", text(format!("LICENSE#{:010}", other.id.get()))).send().await.unwrap();
    let mut entered = entered.item.unwrap();
    entered.insert("sk".to_owned(), text(format!("LICENSE#{:010}", gone.id.get())));
    entered.insert("license".to_owned(), AttributeValue::N(gone.id.to_string()));
    world.dynamodb.put_item().table_name(table).set_item(Some(entered)).send().await.unwrap();
    world.index(&gone.key).await;
    let numbers = world.core.table.summaries(vendor.account, None, 10).await.unwrap().items;
    assert_eq!(numbers.iter().map(|summary| summary.license).collect::<Vec<_>>(), [gone.id, other.id]);
}

#[tokio::test]
async fn another_accounts_licence_is_nobodys_and_a_stale_one_is_not_deleted() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor_of(new_product("other")).await);
    let template = template(&world, &vendor).await;
    let license = from_template(&world, &template, |_| {}).await;
    let foreign = Edit { account: other.account, ..edit(&license) };
    assert!(matches!(delete_license(&world.core, foreign).await, Err(Rejected::NotFound(Thing::License))));
    let stale = Edit { seen: Some(7), ..edit(&license) };
    assert!(matches!(delete_license(&world.core, stale).await, Err(Rejected::Changed)));
    take(&world, &license.key, "https://example.com").await.unwrap();
}
