//! Making licences: from a template, or whole.

use latchkey_core::domain::key::format::KeyFormat;
use latchkey_core::domain::license::{LicenseMode, LicenseState, Licensee};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::terms::{Format, Kept, ProductCopy, Terms};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::create_license::{ContentChange, CreateLicense, ProductChange, Said, create_license};
use latchkey_core::ops::customers::create_customer;
use latchkey_core::ops::order_licenses::order_licenses;
use latchkey_core::ops::orders::{OrderFields, create_order};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::ops::templates::{TemplateFields, change_template, create_template};
use latchkey_core::table::NewCustomer;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{EMAIL, content, edit_template, fields, from_template, long_content, take, template, wording};

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_template_gives_what_is_not_said() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let license = from_template(&world, &template, |_| {}).await;
    let terms = &license.terms;
    assert_eq!(terms.kind.as_ref().unwrap().as_str(), "Professional");
    assert_eq!(terms.template, Some(template.id));
    assert_eq!(license.validity.until, Some(world.core.now().plus_seconds(365 * DAY)));
    assert_eq!(terms.support_until, Some(world.core.now().plus_seconds(90 * DAY)));
    assert!(terms.name.as_ref().unwrap().as_str().starts_with("lic"));
    assert_eq!(license.key.expose().split('-').map(str::len).collect::<Vec<_>>(), [5; 4]);
    assert_eq!(license.seat_limit, vendor.product.seat_limit);
    let made = world.core.table.content(license.account, &terms.content).await.unwrap();
    assert_eq!((&made.features, &made.fields, &made.components), (&content().features, &content().fields, &content().components));
    assert_eq!(made.product.unwrap().name.as_str(), "Test Plugin");
    take(&world, &license.key, "https://example.com").await.unwrap();
}

#[tokio::test]
async fn what_is_said_counts_and_the_days_run_from_the_day_of_issue() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let issued = Timestamp::parse("2026-01-01").unwrap();
    let said = from_template(&world, &template, |create| {
        create.terms = Terms { issued: Some(issued), kind: "Trial".parse().ok(), name: "licMINE".parse().ok(), ..Terms::default() };
        create.key = latchkey_core::domain::key::LicenseKey::parse("A-KEY-OF-MY-OWN").ok();
        create.mode = Some(LicenseMode::Floating);
        create.seat_limit = Some(SeatLimit::Unlimited);
        create.is_revoked = true;
        create.content = ContentChange {
            product: Some(ProductChange { id: Some(wording("P01")), ..ProductChange::default() }),
            rest: latchkey_core::domain::terms::Content::default(),
            said: Said { features: true, ..Said::default() },
        };
    })
    .await;
    assert_eq!(said.validity.until, Some(issued.plus_seconds(365 * DAY)));
    assert_eq!(said.terms.support_until, Some(issued.plus_seconds(90 * DAY)));
    assert_eq!((said.key.expose(), said.terms.kind.as_ref().unwrap().as_str()), ("A-KEY-OF-MY-OWN", "Trial"));
    assert_eq!((said.mode, said.seat_limit), (LicenseMode::Floating, SeatLimit::Unlimited));
    assert!(matches!(said.state, LicenseState::Revoked(_)));
    let made = world.core.table.content(said.account, &said.terms.content).await.unwrap();
    assert!(made.features.is_empty() && made.fields == content().fields);
    assert_eq!(made.product.unwrap(), ProductCopy { id: wording("P01"), ..template.content.product.clone().unwrap() });
    assert!(take(&world, &said.key, "https://example.com").await.is_err());
}

#[tokio::test]
async fn keys_come_from_the_template_or_the_product_or_the_pattern_of_old() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let key_format: KeyFormat = "pattern:PRO-{TOKEN:20}".parse().unwrap();
    let mut of_pattern = fields(&vendor);
    of_pattern.details.key_format = Some(key_format);
    let of_pattern = create_template(&world.core, vendor.account, of_pattern).await.unwrap();
    assert!(from_template(&world, &of_pattern, |_| {}).await.key.expose().starts_with("PRO-"));
    let mut addressed = new_product("addressed");
    addressed.key_format = KeyFormat::Addressed;
    let addressed = world.vendor_of(addressed).await;
    let product = Some(addressed.product.id);
    let license = create_license(&world.core, addressed.account, CreateLicense { product, ..CreateLicense::default() }).await.unwrap();
    let host = latchkey_core::domain::key::addressed::server_host(&license.key);
    assert_eq!(host.as_deref(), Some("licenses.example.com"));
}

#[tokio::test]
async fn what_cannot_be_made_is_refused() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (template, core) = (template(&world, &vendor).await, &world.core);
    let other = world.vendor_of(new_product("other")).await;
    let made = from_template(&world, &template, |_| {}).await;
    let of_template = || CreateLicense { template: Some(template.id), ..CreateLicense::default() };
    let refused = create_license(core, other.account, of_template()).await.unwrap_err();
    assert!(matches!(refused, Rejected::NotFound(Thing::Template)), "{refused:?}");
    let refused = create_license(core, vendor.account, CreateLicense { key: Some(made.key.clone()), ..of_template() }).await.unwrap_err();
    assert!(matches!(refused, Rejected::InUse(Unique::LicenseKey)), "{refused:?}");
    let refused = create_license(core, vendor.account, CreateLicense::default()).await.unwrap_err();
    assert!(matches!(refused, Rejected::NotFound(Thing::Product)), "{refused:?}");
    let signer = latchkey_core::domain::ids::ResourceId::new(9);
    let refused =
        create_license(core, vendor.account, CreateLicense { terms: Terms { signer, ..Terms::default() }, ..of_template() }).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Resource))), "{refused:?}");
    let bare = create_template(core, vendor.account, TemplateFields { product: None, ..fields(&vendor) }).await.unwrap();
    let refused = create_license(core, vendor.account, CreateLicense { template: Some(bare.id), ..CreateLicense::default() }).await;
    assert!(matches!(refused, Err(Rejected::TemplateWithoutProduct)), "{refused:?}");
    let mut too_long = of_template();
    too_long.content.said.fields = true;
    too_long.content.rest.fields = vec![long_content().fields[0].clone(); 101];
    let refused = create_license(core, vendor.account, too_long).await;
    assert!(matches!(refused, Err(Rejected::Terms(_))), "{refused:?}");
}

#[tokio::test]
async fn a_licence_costs_eight_units_at_most_and_one_to_read() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    world.keep_secret(EMAIL);
    let customer = NewCustomer { email: EMAIL.parse().ok(), ..NewCustomer::named("Erika Mustermann".parse().unwrap()) };
    let customer = create_customer(&world.core, vendor.account, customer).await.unwrap();
    let order = OrderFields { customer: Some(customer.id), ..OrderFields::default() };
    let order = create_order(&world.core, vendor.account, order).await.unwrap();
    let short = template(&world, &vendor).await;
    let long = create_template(&world.core, vendor.account, TemplateFields { content: long_content(), ..fields(&vendor) }).await.unwrap();
    let whole = CreateLicense { product: Some(vendor.product.id), customer: Some(customer.id), ..CreateLicense::default() };
    let licensee = Licensee { name: "Erika Mustermann".parse().unwrap(), email: EMAIL.parse().ok() };
    let terms = Terms { company: "Mustermann GmbH".parse().ok(), kind: "Enterprise".parse().ok(), ..Terms::default() };
    for (what, create) in [
        ("whole", CreateLicense { terms: terms.clone(), licensee: Some(licensee), ..whole.clone() }),
        ("from a template", CreateLicense { template: Some(short.id), ..whole.clone() }),
        ("from a template with a long content", CreateLicense { template: Some(long.id), terms, ..whole.clone() }),
        ("for an order", CreateLicense { order: Some(order.id), ..whole.clone() }),
        ("for an order, from a template", CreateLicense { order: Some(order.id), template: Some(long.id), ..whole.clone() }),
    ] {
        // As a process's first, with no number taken ahead.
        let core = world.another_process();
        world.table.reset_calls();
        let license = create_license(&core, vendor.account, create).await.unwrap();
        let calls = world.table.calls();
        if world.engines.is_embedded {
            let writes = calls.iter().filter(|call| call.operation != "GetItem");
            let spent: f64 = writes.map(|call| call.capacity.total).sum();
            assert!(spent <= 8.0, "{what}: {spent} units");
        }
        world.table.reset_calls();
        core.table.license(vendor.account, license.id).await.unwrap().unwrap();
        if world.engines.is_embedded {
            assert!(world.table.capacity().total <= 1.0, "{what}");
        }
        let read = core.table.content(vendor.account, &license.terms.content).await.unwrap();
        let wanted = if license.terms.template == Some(long.id) { long_content().fields } else { read.fields.clone() };
        assert_eq!(read.fields, wanted, "{what}");
    }
    let page = order_licenses(&world.core, vendor.account, order.id, None, 10).await.unwrap();
    assert_eq!(page.items.len(), 2);
}

#[tokio::test]
async fn a_long_content_of_its_own_lies_beside_and_comes_back() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let template = template(&world, &vendor).await;
    let license = from_template(&world, &template, |create| {
        create.content =
            ContentChange { product: None, rest: long_content(), said: Said { fields: true, features: true, ..Said::default() } };
    })
    .await;
    assert!(matches!(license.terms.content, Kept::There(_)));
    let read = world.core.table.license(vendor.account, license.id).await.unwrap().unwrap();
    assert_eq!(read, license);
    assert_eq!(world.core.table.content(vendor.account, &read.terms.content).await.unwrap().fields, long_content().fields);
    assert_eq!(read.terms.format, Format::Xml);
}

#[tokio::test]
async fn a_template_changed_later_changes_no_licence() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut long = fields(&vendor);
    long.content = long_content();
    let template = create_template(&world.core, vendor.account, long).await.unwrap();
    let license = from_template(&world, &template, |_| {}).await;
    change_template(&world.core, edit_template(&template), |_| Ok(fields(&vendor))).await.unwrap();
    let read = world.core.table.license(vendor.account, license.id).await.unwrap().unwrap();
    assert_eq!(world.core.table.content(vendor.account, &read.terms.content).await.unwrap().fields, long_content().fields);
}
