//! Changing licences.

use latchkey_core::domain::license::{LicenseMode, LicenseState, Licensee, Standing, WrongState};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::terms::{Content, Kept, Terms};
use latchkey_core::ops::change_license::{ChangeLicense, change_license};
use latchkey_core::ops::create_license::{ContentChange, Said};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::order_licenses::order_licenses;
use latchkey_core::ops::orders::{OrderFields, create_order};
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_core::ops::templates::{create_template, template_licenses};
use latchkey_core::table::Freshness;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{edit, fields, from_template, long_content, take, template, wording};

#[tokio::test]
async fn seats_stay_through_every_change_and_move_with_the_limit() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let license = from_template(&world, &template, |_| {}).await;
    for site in 0..10 {
        take(&world, &license.key, &format!("https://site-{site}.example.com")).await.unwrap();
    }
    let taken = async || world.core.table.grant(license.key.digest(), Freshness::Strong).await.unwrap().unwrap().seats.taken();
    for limit in [SeatLimit::Limited(60), SeatLimit::Unlimited, SeatLimit::Limited(51), SeatLimit::Limited(10)] {
        let terms = Terms { kind: "Changed".parse().ok(), ..license.terms.clone() };
        let change = ChangeLicense { seat_limit: Some(limit), terms: Some(terms), ..ChangeLicense::default() };
        let changed = change_license(&world.core, edit(&license), &change).await.unwrap();
        assert_eq!((changed.seat_limit, taken().await), (limit, 10));
        assert_eq!(changed.terms.content, license.terms.content);
        assert_eq!(changed.updated, Some(world.core.now()));
    }
    let below = ChangeLicense { seat_limit: Some(SeatLimit::Limited(9)), ..ChangeLicense::default() };
    assert!(matches!(change_license(&world.core, edit(&license), &below).await, Err(Rejected::SeatsInUse { taken: 10 })));
    let mode = ChangeLicense { mode: Some(LicenseMode::Floating), ..ChangeLicense::default() };
    assert!(matches!(change_license(&world.core, edit(&license), &mode).await, Err(Rejected::SeatsInUse { .. })));
}

#[tokio::test]
async fn what_is_not_said_stays_and_what_is_said_is_so() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let license = from_template(&world, &template, |_| {}).await;
    let same = change_license(&world.core, edit(&license), &ChangeLicense::default()).await.unwrap();
    assert_eq!((&same.terms, same.validity, same.seat_limit), (&license.terms, license.validity, license.seat_limit));
    let licensee = Licensee { name: "Sam".parse().unwrap(), email: None };
    let change = ChangeLicense {
        licensee: Some(Some(licensee.clone())),
        until: Some(None),
        trace: Some(true),
        content: ContentChange {
            rest: Content { contact_info: Some(wording("by post")), ..long_content() },
            said: Said { fields: true, contact_info: true, ..Said::default() },
            product: None,
        },
        ..ChangeLicense::default()
    };
    let changed = change_license(&world.core, edit(&license), &change).await.unwrap();
    assert_eq!((changed.licensee.clone(), changed.validity.until, changed.trace), (Some(licensee), None, true));
    assert!(matches!(changed.terms.content, Kept::There(_)));
    let content = world.core.table.content(vendor.account, &changed.terms.content).await.unwrap();
    assert_eq!((content.fields.len(), content.features.len()), (2, 2));
    assert_eq!(content.contact_info, Some(wording("by post")));
    let stale = Edit { seen: Some(1), ..edit(&license) };
    assert!(matches!(change_license(&world.core, stale, &change).await, Err(Rejected::Changed)));
}

#[tokio::test]
async fn revoked_is_for_good_and_suspended_is_not() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let (one, other) = (from_template(&world, &template, |_| {}).await, from_template(&world, &template, |_| {}).await);
    let stopped = |is_stopped| ChangeLicense { is_stopped: Some(is_stopped), ..ChangeLicense::default() };
    for _ in 0..2 {
        let revoked = change_license(&world.core, edit(&one), &stopped(true)).await.unwrap();
        assert!(matches!(revoked.state, LicenseState::Revoked(_)));
    }
    assert!(take(&world, &one.key, "https://example.com").await.is_err());
    let refused = change_license(&world.core, edit(&one), &stopped(false)).await.unwrap_err();
    assert!(matches!(refused, Rejected::State(WrongState(Standing::Revoked))), "{refused:?}");
    suspend_license(&world.core, edit(&other), None).await.unwrap();
    let same = change_license(&world.core, edit(&other), &stopped(true)).await.unwrap();
    assert!(matches!(same.state, LicenseState::Suspended(_)));
    let resumed = change_license(&world.core, edit(&other), &stopped(false)).await.unwrap();
    assert_eq!(resumed.state, LicenseState::Active);
    take(&world, &other.key, "https://example.com").await.unwrap();
}

#[tokio::test]
async fn a_licence_goes_to_other_orders_customers_and_templates_of_its_product() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (core, account) = (&world.core, vendor.account);
    let (one, other) = (template(&world, &vendor).await, template(&world, &vendor).await);
    let license = from_template(&world, &one, |_| {}).await;
    let customer = core.table.create_customer(account, "Sam".parse().unwrap(), None, core.now()).await.unwrap();
    let order = create_order(core, account, OrderFields::default()).await.unwrap();
    let change = ChangeLicense {
        customer: Some(Some(customer.id)),
        order: Some(Some(order.id)),
        template: Some(Some(other.id)),
        ..ChangeLicense::default()
    };
    let moved = change_license(core, edit(&license), &change).await.unwrap();
    assert!(moved.customer == Some(customer.id) && moved.is_for(order.id));
    assert_eq!(order_licenses(core, account, order.id, None, 10).await.unwrap().items.len(), 1);
    let counts = async || {
        let count = async |template| template_licenses(core, template, None, 10).await.unwrap().items.len();
        (count(&one).await, count(&other).await)
    };
    assert_eq!(counts().await, (0, 1));
    let none = ChangeLicense { customer: Some(None), order: Some(None), template: Some(None), ..ChangeLicense::default() };
    let bare = change_license(core, edit(&license), &none).await.unwrap();
    assert!(bare.customer.is_none() && bare.order_line.is_none() && bare.terms.template.is_none());
    assert_eq!(counts().await, (0, 0));
    let elsewhere = latchkey_core::ops::create_product::create_product(core, account, new_product("elsewhere")).await.unwrap();
    let foreign = latchkey_tests::vendor::Vendor { account, product: elsewhere };
    let foreign = create_template(core, account, fields(&foreign)).await.unwrap();
    for (change, is_right) in [
        (
            ChangeLicense { template: Some(Some(foreign.id)), ..ChangeLicense::default() },
            (|refused| matches!(refused, Rejected::OtherProduct)) as fn(&Rejected) -> bool,
        ),
        (ChangeLicense { customer: Some(latchkey_core::domain::ids::CustomerId::new(99)), ..ChangeLicense::default() }, |refused| {
            matches!(refused, Rejected::NotFound(Thing::Customer))
        }),
        (ChangeLicense { order: Some(latchkey_core::domain::ids::OrderId::new(99)), ..ChangeLicense::default() }, |refused| {
            matches!(refused, Rejected::NotFound(Thing::Order))
        }),
    ] {
        let refused = change_license(core, edit(&license), &change).await.unwrap_err();
        assert!(is_right(&refused), "{refused:?}");
    }
}
