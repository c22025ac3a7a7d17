//! Issuing licences and changing them.

use latchkey_core::domain::ids::{AccountId, LicenseId, ProductId};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::key::format::KeyFormat;
use latchkey_core::domain::license::{License, LicenseState, Validity};
use latchkey_core::domain::order::{Order, OrderLine};
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::ops::resume_license::resume_license;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_core::table::Selection;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

#[tokio::test]
async fn a_key_is_unique_in_the_deployment() {
    let world = World::new().await;
    let (one, other) = (world.vendor().await, world.vendor().await);
    world.license_with(&one, "SHARED-KEY", Some(1)).await;
    for vendor in [&one, &other] {
        let mut new = NewLicense::of(vendor.product.id);
        new.key = Some(LicenseKey::parse(" SHARED-KEY ").unwrap());
        let refused = issue_license(&world.core, vendor.account, new).await;
        assert!(matches!(refused, Err(Rejected::InUse(Unique::LicenseKey))), "{refused:?}");
    }
}

#[tokio::test]
async fn keys_are_made_in_the_products_format() {
    let world = World::new().await;
    let formats = ["groups", "guid", "addressed", "pattern:{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}"];
    let account = world.vendor().await.account;
    for (number, format) in formats.into_iter().enumerate() {
        let mut product = new_product(&format!("plugin-{number}"));
        product.key_format = format.parse::<KeyFormat>().unwrap();
        let product = create_product(&world.core, account, product).await.unwrap();
        let license = issue_license(&world.core, account, NewLicense::of(product.id)).await.unwrap();
        world.keep_secret(license.key.expose());
        if format == "addressed" {
            let host = latchkey_core::domain::key::addressed::server_host(&license.key);
            assert_eq!(host.as_deref(), Some("licenses.example.com"));
        }
        assert_eq!(world.core.table.license(account, license.id).await.unwrap(), Some(license));
    }
}

#[tokio::test]
async fn an_orders_line_is_one_licence_however_often_it_is_asked_for() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let order = order(&world, &vendor, 3).await;
    let line = |line| OrderLine { order: order.id, line };
    let first = world.license(&vendor, |new| new.order_line = Some(line(0))).await;
    let again = world.license(&vendor, |new| new.order_line = Some(line(0))).await;
    let second = world.license(&vendor, |new| new.order_line = Some(line(1))).await;
    assert_eq!(first, again);
    assert_ne!(first.id, second.id);

    let new = || {
        let mut new = NewLicense::of(vendor.product.id);
        new.order_line = Some(line(2));
        issue_license(&world.core, vendor.account, new)
    };
    let (a, b, c) = tokio::join!(new(), new(), new());
    let ids = [a, b, c].map(|license| license.unwrap().id);
    assert_eq!(ids, [ids[0]; 3]);
    let promised = order.promised.unwrap();
    let of_order = Selection::Numbers(promised.first, promised.last().unwrap());
    let licenses = world.core.table.licenses(vendor.account, &of_order, None, 10).await.unwrap();
    assert_eq!(licenses.items.iter().map(|license| license.id).collect::<Vec<_>>(), [first.id, second.id, ids[0]]);
}

/// An order of so many lines.
async fn order(world: &World, vendor: &Vendor, lines: u16) -> Order {
    place_order(&world.core, vendor.account, PlaceOrder { customer: None, reference: None, lines }).await.unwrap()
}

#[tokio::test]
async fn a_line_that_the_order_has_not_and_an_order_that_is_not_there_get_no_licence() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    let order = order(&world, &other, 1).await;
    let ask = async |vendor: &Vendor, line| {
        let mut new = NewLicense::of(vendor.product.id);
        new.order_line = Some(OrderLine { order: order.id, line });
        issue_license(&world.core, vendor.account, new).await
    };
    let no_line = ask(&other, 1).await;
    assert!(matches!(no_line, Err(Rejected::NotFound(Thing::OrderLine))), "{no_line:?}");
    let foreign = ask(&vendor, 0).await;
    assert!(matches!(foreign, Err(Rejected::NotFound(Thing::Order))), "{foreign:?}");
    assert!(ask(&other, 0).await.is_ok());
}

#[tokio::test]
async fn a_shops_number_is_one_order_however_often_it_is_told() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    let ask = |vendor: &Vendor, reference: &str| {
        let new = PlaceOrder { customer: None, reference: Some(reference.parse().unwrap()), lines: 2 };
        place_order(&world.core, vendor.account, new)
    };
    let (a, b) = tokio::join!(ask(&vendor, "1001"), ask(&vendor, "1001"));
    let again = ask(&vendor, "1001").await.unwrap();
    assert_eq!([a.unwrap(), b.unwrap()], [again.clone(), again.clone()]);
    assert_ne!(ask(&vendor, "1002").await.unwrap().id, again.id);
    assert_eq!(ask(&other, "1001").await.unwrap().account, other.account);
}

#[tokio::test]
async fn an_order_has_from_one_line_to_a_thousand() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for lines in [0, 1_001] {
        let refused = place_order(&world.core, vendor.account, PlaceOrder { customer: None, reference: None, lines }).await;
        assert!(matches!(refused, Err(Rejected::LineCount { most: 1_000 })), "{refused:?}");
    }
    assert_eq!(order(&world, &vendor, 1_000).await.promised_lines(), 1_000);
}

#[tokio::test]
async fn an_orders_line_is_not_another_product_or_another_key() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let other = create_product(&world.core, vendor.account, new_product("another-plugin")).await.unwrap();
    let line = Some(OrderLine { order: order(&world, &vendor, 1).await.id, line: 0 });
    world.license(&vendor, |new| new.order_line = line).await;
    let mut product = NewLicense::of(other.id);
    product.order_line = line;
    let mut key = NewLicense::of(vendor.product.id);
    key.order_line = line;
    key.key = LicenseKey::parse("GIVEN-KEY").ok();
    for new in [product, key] {
        let refused = issue_license(&world.core, vendor.account, new).await;
        assert!(matches!(refused, Err(Rejected::InUse(Unique::OrderLine))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_vendor_reaches_its_own_licences_only() {
    let world = World::new().await;
    let (one, other) = (world.vendor().await, world.vendor().await);
    let license = world.license(&one, |_| {}).await;
    let foreign = Edit { account: other.account, license: license.id, seen: None };
    let refused = suspend_license(&world.core, foreign, None).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::License))), "{refused:?}");
    let unknown = Edit { account: one.account, license: LicenseId::new(999).unwrap(), seen: None };
    assert!(matches!(suspend_license(&world.core, unknown, None).await, Err(Rejected::NotFound(Thing::License))));
    let mut product = NewLicense::of(ProductId::new(999).unwrap());
    assert!(matches!(issue_license(&world.core, one.account, product.clone()).await, Err(Rejected::NotFound(Thing::Product))));
    product.product = one.product.id;
    let nobody = AccountId::new(999).unwrap();
    assert!(matches!(issue_license(&world.core, nobody, product).await, Err(Rejected::NotFound(Thing::Product))));
}

#[tokio::test]
async fn a_change_counts_and_only_the_revision_that_was_seen_can_be_changed() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = world.license(&vendor, |_| {}).await;
    let suspended = suspend_license(&world.core, edit(&license), Some("unpaid".parse().unwrap())).await.unwrap();
    assert_eq!(suspended.revision, 2);
    let LicenseState::Suspended(since) = &suspended.state else { panic!("{suspended:?}") };
    assert_eq!((since.at, since.why.as_ref().unwrap().as_str()), (world.clock.now(), "unpaid"));
    let stale = Edit { seen: Some(1), ..edit(&license) };
    assert!(matches!(resume_license(&world.core, stale).await, Err(Rejected::Changed)));
    let fresh = Edit { seen: Some(2), ..edit(&license) };
    assert_eq!(resume_license(&world.core, fresh).await.unwrap().state, LicenseState::Active);
    revoke_license(&world.core, edit(&license), None).await.unwrap();
    assert!(matches!(resume_license(&world.core, edit(&license)).await, Err(Rejected::State(_))));
}

#[tokio::test]
async fn a_licence_cannot_end_before_it_begins() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let now = world.clock.now();
    let backwards = Validity { from: Some(now), until: Some(now) };
    let license = world.license(&vendor, |_| {}).await;
    assert!(matches!(change_validity(&world.core, edit(&license), backwards).await, Err(Rejected::EndsBeforeItBegins)));
    let mut new = NewLicense::of(vendor.product.id);
    new.validity = backwards;
    assert!(matches!(issue_license(&world.core, vendor.account, new).await, Err(Rejected::EndsBeforeItBegins)));
}

#[tokio::test]
async fn slugs_are_unique_per_account_and_codes_per_deployment() {
    let world = World::new().await;
    let one = world.vendor().await;
    let mut again = new_product("test-plugin");
    assert!(matches!(create_product(&world.core, one.account, again.clone()).await, Err(Rejected::InUse(Unique::Slug))));
    again.slug = "another".parse().unwrap();
    again.code = Some(one.product.code.clone());
    assert!(matches!(create_product(&world.core, one.account, again.clone()).await, Err(Rejected::InUse(Unique::Code))));
    let other = world.vendor().await;
    again.slug = "third".parse().unwrap();
    assert!(matches!(create_product(&world.core, other.account, again.clone()).await, Err(Rejected::InUse(Unique::Code))));
    let nobody = AccountId::new(999).unwrap();
    again.code = None;
    assert!(matches!(create_product(&world.core, nobody, again).await, Err(Rejected::NotFound(Thing::Account))));
}

#[tokio::test]
async fn licences_are_listed_by_number_page_by_page() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    world.license(&other, |_| {}).await;
    let mut issued = Vec::new();
    for _ in 0..7 {
        issued.push(world.license(&vendor, |_| {}).await.id);
    }
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = world.core.table.licenses(vendor.account, &Selection::All, after, 3).await.unwrap();
        listed.extend(page.items.iter().map(|license| license.id));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(listed, issued);
}
