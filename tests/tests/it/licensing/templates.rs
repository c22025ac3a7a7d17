//! Licence templates.

use latchkey_core::domain::ids::LicenseId;
use latchkey_core::domain::license::License;
use latchkey_core::ops::delete_license::delete_license;
use latchkey_core::ops::products::{EditProduct, delete_product};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::ops::search_licenses::{PageOf, Search, search_licenses};
use latchkey_core::ops::templates::{
    EditTemplate, TemplateFields, change_template, create_template, delete_template, find_template, list_templates, template_licenses,
};
use latchkey_core::query::Direction;
use latchkey_core::table::{MOST_TEMPLATES, Selection, Span};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use crate::faults;

use super::{edit, edit_template, fields, from_template, template};

fn ids(licenses: &[License]) -> Vec<u32> {
    licenses.iter().map(|license| license.id.get()).collect()
}

#[tokio::test]
async fn a_template_is_found_changed_and_deleted() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (core, account) = (&world.core, vendor.account);
    let template = template(&world, &vendor).await;
    assert!(template.code.as_str().starts_with("T-") && template.revision == 1);
    assert_eq!(find_template(core, account, template.id).await.unwrap(), template);
    let taken = TemplateFields { code: Some(template.code.clone()), ..fields(&vendor) };
    let refused = create_template(core, account, taken).await.unwrap_err();
    assert!(matches!(refused, Rejected::InUse(Unique::TemplateCode)), "{refused:?}");
    let change = TemplateFields { name: "Enterprise".parse().unwrap(), code: "ENT".parse().ok(), ..fields(&vendor) };
    let changed = change_template(core, edit_template(&template), |_| Ok(change.clone())).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.code.as_str(), changed.revision), ("Enterprise", "ENT", 2));
    let stale = EditTemplate { seen: Some(1), ..edit_template(&template) };
    assert!(matches!(change_template(core, stale, |_| Ok(change.clone())).await, Err(Rejected::Changed)));
    let listed = list_templates(core, account, Some(vendor.product.id), None, 10).await.unwrap();
    assert_eq!(listed.items, std::slice::from_ref(&changed));
    let product = EditProduct { account, product: vendor.product.id, seen: None };
    let refused = delete_product(core, product).await.unwrap_err();
    assert!(matches!(refused, Rejected::Referenced { by: Thing::Template } | Rejected::NotFound(_)), "{refused:?}");
    delete_template(core, edit_template(&template)).await.unwrap();
    assert!(matches!(delete_template(core, edit_template(&template)).await, Err(Rejected::NotFound(Thing::Template))));
    // Its code is free again.
    create_template(core, account, TemplateFields { code: "ENT".parse().ok(), ..fields(&vendor) }).await.unwrap();
}

#[tokio::test]
async fn a_template_that_licences_use_stays_and_stays_its_products() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (core, account) = (&world.core, vendor.account);
    let template = template(&world, &vendor).await;
    let license = from_template(&world, &template, |_| {}).await;
    let refused = delete_template(core, edit_template(&template)).await.unwrap_err();
    assert!(matches!(refused, Rejected::Referenced { by: Thing::License }), "{refused:?}");
    let elsewhere = TemplateFields { product: None, ..fields(&vendor) };
    let refused = change_template(core, edit_template(&template), |_| Ok(elsewhere.clone())).await.unwrap_err();
    assert!(matches!(refused, Rejected::Referenced { by: Thing::License }), "{refused:?}");
    delete_license(core, edit(&license)).await.unwrap();
    change_template(core, edit_template(&template), |_| Ok(elsewhere.clone())).await.unwrap();
    delete_template(core, edit_template(&template)).await.unwrap();
    assert!(matches!(find_template(core, account, template.id).await, Err(Rejected::NotFound(Thing::Template))));
}

#[tokio::test]
async fn a_templates_licences_cost_their_page_and_a_products_are_all_of_them() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (core, account, product) = (&world.core, vendor.account, vendor.product.id);
    let (one, other) = (template(&world, &vendor).await, template(&world, &vendor).await);
    let (mut of_one, mut all) = (Vec::new(), Vec::new());
    for number in 0..24 {
        let license = match number % 3 {
            0 => from_template(&world, &one, |_| {}).await,
            1 => from_template(&world, &other, |_| {}).await,
            _ => world.license(&vendor, |_| {}).await,
        };
        all.push(license.id.get());
        if number % 3 == 0 {
            of_one.push(license.id.get());
        }
    }
    let page = template_licenses(core, &one, None, 5).await.unwrap();
    assert_eq!(ids(&page.items), of_one[..5]);
    let rest = template_licenses(core, &one, page.next, 5).await.unwrap();
    assert_eq!(ids(&rest.items), of_one[5..]);
    for (direction, size) in [(Direction::Ascending, 7), (Direction::Descending, 5), (Direction::Ascending, 100)] {
        let span = Span::ALL.towards(direction);
        let (mut found, mut after) = (Vec::new(), None::<LicenseId>);
        loop {
            let page = core.table.licenses_in(account, &Selection::Product(product), span, after, size).await.unwrap();
            found.extend(ids(&page.items));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut wanted = all.clone();
        if direction == Direction::Descending {
            wanted.reverse();
        }
        assert_eq!(found, wanted, "{direction:?}");
    }
    // Pages that are asked for by number, as other dialects do.
    let search = Search { product: Some(product), ..Search::default() };
    let mut paged = Vec::new();
    for page in 0..5 {
        paged.extend(ids(&search_licenses(core, account, &search, PageOf { page, size: 6 }).await.unwrap()));
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn a_template_whose_making_ended_in_a_fault_stays_its_products_if_it_was_made() {
    let world = faults::world().await;
    let vendor = world.vendor().await;
    let (core, account, product) = (&world.core, vendor.account, vendor.product.id);
    world.table.inject(Rule::every(Fault::DropAfter).on("TransactWriteItems"));
    let unclear = create_template(core, account, fields(&vendor)).await;
    assert!(matches!(unclear, Err(Rejected::Fault(_))), "{unclear:?}");
    world.table.clear();
    let made = list_templates(core, account, Some(product), None, 10).await.unwrap().items.remove(0);
    // Long after it, somebody looks which templates are the product's no longer.
    world.clock.advance_seconds(3_601);
    let other = template(&world, &vendor).await;
    let licenses = [from_template(&world, &made, |_| {}).await, from_template(&world, &other, |_| {}).await];
    let listed = core.table.licenses(account, &Selection::Product(product), None, 10).await.unwrap();
    assert_eq!(ids(&listed.items), ids(&licenses));
}

#[tokio::test]
async fn a_product_has_so_many_templates_and_those_that_left_make_room_after_an_hour() {
    let world = World::new().await;
    let vendor = world.vendor_of(new_product("many")).await;
    let (core, account) = (&world.core, vendor.account);
    let mut made = Vec::new();
    for _ in 0..MOST_TEMPLATES {
        made.push(template(&world, &vendor).await);
    }
    let refused = create_template(core, account, fields(&vendor)).await.unwrap_err();
    assert!(matches!(refused, Rejected::TooManyTemplates { .. }), "{refused:?}");
    delete_template(core, edit_template(&made[0])).await.unwrap();
    assert!(create_template(core, account, fields(&vendor)).await.is_err());
    world.clock.advance_seconds(3_601);
    create_template(core, account, fields(&vendor)).await.unwrap();
}

#[tokio::test]
async fn another_accounts_templates_are_nobodys() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor_of(new_product("other")).await);
    let template = template(&world, &vendor).await;
    let core = &world.core;
    let foreign = EditTemplate { account: other.account, ..edit_template(&template) };
    assert!(matches!(find_template(core, other.account, template.id).await, Err(Rejected::NotFound(Thing::Template))));
    assert!(matches!(delete_template(core, foreign).await, Err(Rejected::NotFound(Thing::Template))));
    assert!(matches!(change_template(core, foreign, |_| Ok(fields(&other))).await, Err(Rejected::NotFound(Thing::Template))));
    assert!(list_templates(core, other.account, None, None, 10).await.unwrap().items.is_empty());
}
