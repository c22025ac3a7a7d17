//! Customers and their contacts.

use std::sync::Arc;

use latchkey_core::domain::contact::ContactPerson;
use latchkey_core::domain::customer::Customer;
use latchkey_core::domain::ids::CustomerId;
use latchkey_core::ops::contacts::{EditContact, change_contact, create_contact, delete_contact, find_contact, list_contacts};
use latchkey_core::ops::customers::{
    change_customer, create_customer, delete_customer, find_customer, find_customer_by_code, list_customers,
};
use latchkey_core::ops::orders::{OrderFields, create_order};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::table::NewCustomer;
use latchkey_tests::world::World;

use super::{EMAIL, customer, edit_customer, new_customer, profile};

#[tokio::test]
async fn a_customer_is_kept_with_all_that_is_known_and_found_by_number_code_and_address() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    let new = NewCustomer { code: "ACME".parse().ok(), profile: profile(), country: "DE".parse().ok(), ..new_customer() };
    let created = create_customer(&world.core, vendor.account, new.clone()).await.unwrap();
    assert_eq!((created.revision, &created.profile), (1, &profile()));
    assert_eq!(find_customer(&world.core, vendor.account, created.id).await.unwrap(), created);
    assert_eq!(find_customer_by_code(&world.core, vendor.account, &created.code).await.unwrap(), Some(created.clone()));
    let listed = list_customers(&world.core, vendor.account, EMAIL.parse().ok(), None, 10).await.unwrap();
    assert_eq!(listed.items, std::slice::from_ref(&created));

    let taken = create_customer(&world.core, vendor.account, new.clone()).await;
    assert!(matches!(taken, Err(Rejected::InUse(Unique::CustomerCode))), "{taken:?}");
    let drawn = customer(&world, &vendor).await;
    assert!(drawn.code.as_str().starts_with("C-") && drawn.code.as_str().len() == 10, "{:?}", drawn.code);
    let listed = list_customers(&world.core, vendor.account, EMAIL.parse().ok(), None, 10).await.unwrap();
    assert_eq!(listed.items.len(), 2, "several customers may have one address");

    assert!(matches!(find_customer(&world.core, other.account, created.id).await, Err(Rejected::NotFound(Thing::Customer))));
    assert_eq!(find_customer_by_code(&world.core, other.account, &created.code).await.unwrap(), None);
    assert_eq!(create_customer(&world.core, other.account, new).await.unwrap().account, other.account);
}

#[tokio::test]
async fn a_customer_is_changed_by_who_saw_it_last_and_its_licences_stay_as_they_are() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (one, other) = (customer(&world, &vendor).await, customer(&world, &vendor).await);
    let license = world.license(&vendor, |new| new.customer = Some(one.id)).await;
    world.clock.advance_seconds(60);
    let renamed = change_customer(&world.core, edit_customer(&one, Some(1)), |customer| {
        Ok(Customer { name: "Erika Gabler".parse().unwrap(), email: None, code: "E-1".parse().unwrap(), id: other.id, ..customer })
    });
    let renamed = renamed.await.unwrap();
    assert_eq!((renamed.id, renamed.revision, renamed.last_change()), (one.id, 2, world.clock.now()));
    assert_eq!(find_customer_by_code(&world.core, vendor.account, &one.code).await.unwrap(), None, "the former code is free");
    assert_eq!(
        list_customers(&world.core, vendor.account, EMAIL.parse().ok(), None, 10).await.unwrap().items,
        std::slice::from_ref(&other)
    );

    let stale = change_customer(&world.core, edit_customer(&one, Some(1)), Ok).await;
    assert!(matches!(stale, Err(Rejected::Changed)), "{stale:?}");
    let taken =
        change_customer(&world.core, edit_customer(&other, None), |customer| Ok(Customer { code: "E-1".parse().unwrap(), ..customer }));
    assert!(matches!(taken.await, Err(Rejected::InUse(Unique::CustomerCode))));
    assert_eq!(world.core.table.license(vendor.account, license.id).await.unwrap().unwrap().licensee, license.licensee);
}

#[tokio::test]
async fn changes_of_one_customer_at_the_same_time_are_all_there() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let customer = customer(&world, &vendor).await;
    let core = Arc::new(world.direct());
    let edits = (0..4).map(|_| {
        let (core, edit) = (Arc::clone(&core), edit_customer(&customer, None));
        tokio::spawn(async move {
            let count = |mut customer: Customer| {
                customer.profile.rating = Some(customer.profile.rating.unwrap_or(0) + 1);
                Ok(customer)
            };
            change_customer(&core, edit, count).await.unwrap();
        })
    });
    for edit in edits.collect::<Vec<_>>() {
        edit.await.unwrap();
    }
    let customer = find_customer(&core, vendor.account, customer.id).await.unwrap();
    assert_eq!((customer.profile.rating, customer.revision), (Some(4), 5));
}

#[tokio::test]
async fn a_customer_goes_with_its_contacts_but_not_while_a_licence_or_an_order_is_the_customers() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (buyer, licensed, free) = (customer(&world, &vendor).await, customer(&world, &vendor).await, customer(&world, &vendor).await);
    create_order(&world.core, vendor.account, OrderFields { customer: Some(buyer.id), ..OrderFields::default() }).await.unwrap();
    world.license(&vendor, |new| new.customer = Some(licensed.id)).await;
    for (customer, thing) in [(&buyer, Thing::Order), (&licensed, Thing::License)] {
        let refused = delete_customer(&world.core, edit_customer(customer, None)).await;
        assert!(matches!(refused, Err(Rejected::Referenced { by }) if by == thing), "{refused:?}");
    }
    for customer in [&free, &free, &buyer] {
        create_contact(&world.core, vendor.account, customer.id, ContactPerson::default()).await.unwrap();
    }
    assert!(matches!(delete_customer(&world.core, edit_customer(&free, Some(2))).await, Err(Rejected::Changed)));
    delete_customer(&world.core, edit_customer(&free, Some(1))).await.unwrap();
    assert!(matches!(delete_customer(&world.core, edit_customer(&free, None)).await, Err(Rejected::NotFound(Thing::Customer))));
    let contacts = list_contacts(&world.core, vendor.account, None, None, 10).await.unwrap();
    assert_eq!(contacts.items.iter().map(|contact| contact.customer).collect::<Vec<_>>(), [buyer.id]);
}

#[tokio::test]
async fn contacts_are_a_customers_and_listed_page_by_page() {
    let world = World::new().await;
    let (vendor, foreign) = (world.vendor().await, world.vendor().await);
    let (one, other) = (customer(&world, &vendor).await, customer(&world, &vendor).await);
    let person = ContactPerson {
        title: "Herr".parse().ok(),
        given_name: "Max".parse().ok(),
        family_name: "Mustermann".parse().ok(),
        email: "max.mustermann@customer-site.com".parse().ok(),
        details: "Only by\ntelephone.".parse().ok(),
        notify: true,
        meta: "{}".parse().ok(),
        ..ContactPerson::default()
    };
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(create_contact(&world.core, vendor.account, one.id, person.clone()).await.unwrap().id);
    }
    let first = list_contacts(&world.core, vendor.account, Some(one.id), None, 3).await.unwrap();
    assert_eq!((first.items.len(), first.next), (3, Some(ids[2])));
    let rest = list_contacts(&world.core, vendor.account, Some(one.id), first.next, 3).await.unwrap();
    assert_eq!((rest.items.iter().map(|contact| contact.id).collect::<Vec<_>>(), rest.next), (ids[3..].to_vec(), None));

    let edit = EditContact { account: vendor.account, contact: ids[0], seen: Some(1) };
    let moved = change_contact(&world.core, edit, other.id, ContactPerson { notify: false, ..person.clone() }).await.unwrap();
    assert_eq!((moved.customer, moved.revision, moved.person.notify), (other.id, 2, false));
    assert_eq!(find_contact(&world.core, vendor.account, ids[0]).await.unwrap(), moved);
    assert_eq!(list_contacts(&world.core, vendor.account, Some(one.id), None, 10).await.unwrap().items.len(), 4);
    assert!(matches!(change_contact(&world.core, edit, one.id, person.clone()).await, Err(Rejected::Changed)));
    let nobody = CustomerId::new(999).unwrap();
    let refused = change_contact(&world.core, EditContact { seen: None, ..edit }, nobody, person.clone()).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Customer))), "{refused:?}");
    let refused = create_contact(&world.core, foreign.account, one.id, person).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Customer))), "{refused:?}");
    let strange = EditContact { account: foreign.account, ..edit };
    assert!(matches!(delete_contact(&world.core, strange).await, Err(Rejected::NotFound(Thing::Contact))));
    delete_contact(&world.core, EditContact { seen: None, ..edit }).await.unwrap();
    assert!(matches!(find_contact(&world.core, vendor.account, ids[0]).await, Err(Rejected::NotFound(Thing::Contact))));
}
