//! Customers, contacts, orders and their products, as a vendor's staff manage them.

mod customers;
mod lines;
mod lists;
mod orders;

use latchkey_core::domain::customer::{Customer, CustomerProfile, PostalAddress};
use latchkey_core::domain::ids::{LicenseId, OrderId};
use latchkey_core::domain::license::License;
use latchkey_core::domain::order::{Order, OrderDetails};
use latchkey_core::ops::customers::{EditCustomer, create_customer};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::order_licenses::order_licenses;
use latchkey_core::ops::orders::{EditOrder, OrderFields, create_order};
use latchkey_core::table::NewCustomer;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

const EMAIL: &str = "erika.mustermann@customer-site.com";

fn new_customer() -> NewCustomer {
    NewCustomer { email: EMAIL.parse().ok(), ..NewCustomer::named("Erika Mustermann".parse().unwrap()) }
}

async fn customer(world: &World, vendor: &Vendor) -> Customer {
    world.keep_secret(EMAIL);
    create_customer(&world.core, vendor.account, new_customer()).await.unwrap()
}

async fn order(world: &World, vendor: &Vendor) -> Order {
    create_order(&world.core, vendor.account, OrderFields::default()).await.unwrap()
}

/// Issues a licence for an order's next line.
async fn issue(world: &World, vendor: &Vendor, order: OrderId) -> License {
    world.license(vendor, |new| new.order = Some(order)).await
}

/// The numbers of an order's licences, in pages of `size`.
async fn licenses(world: &World, vendor: &Vendor, order: OrderId, size: u16) -> Vec<LicenseId> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = order_licenses(&world.core, vendor.account, order, after, size).await.unwrap();
        assert!(page.items.len() <= usize::from(size));
        ids.extend(page.items.iter().map(|license| license.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
    }
}

fn edit_customer(customer: &Customer, seen: Option<u32>) -> EditCustomer {
    EditCustomer { account: customer.account, customer: customer.id, seen }
}

fn edit_order(order: &Order, seen: Option<u32>) -> EditOrder {
    EditOrder { account: order.account, order: order.id, seen }
}

fn edit_license(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

fn profile() -> CustomerProfile {
    CustomerProfile {
        title: "Dr.".parse().ok(),
        company: "Muster GmbH".parse().ok(),
        vat_code: "DE123456789".parse().ok(),
        invoice_code: "0000000".parse().ok(),
        rating: Some(-3),
        address: PostalAddress {
            line: "Heidestraße 17".parse().ok(),
            line1: "Hinterhaus".parse().ok(),
            line2: "3. Stock".parse().ok(),
            postal_code: "51147".parse().ok(),
            city: "Köln".parse().ok(),
            region: "NRW".parse().ok(),
            country_name: "Deutschland".parse().ok(),
        },
        map_coordinates: "50.87,7.14".parse().ok(),
        map_zoom: "0.1".parse().ok(),
        phone: "+49 221 1".parse().ok(),
        mobile: "+49 171 1".parse().ok(),
        fax: "+49 221 2".parse().ok(),
        website: "customer-site.com".parse().ok(),
        notes: "Knows what she wants.\nPays in time.".parse().ok(),
        is_reseller: true,
        image: "erika.png".parse().ok(),
        meta: "{}".parse().ok(),
    }
}

fn details() -> OrderDetails {
    OrderDetails {
        status: "paid".parse().ok(),
        processed_by: "Max Mustermann".parse().ok(),
        purchase_order: "PO-1".parse().ok(),
        total: "119.00".parse().ok(),
        currency: latchkey_core::domain::money::Currency::parse("EUR").ok(),
        invoice_number: "2026-1".parse().ok(),
        payment_type: "card".parse().ok(),
        payment_number: "ch_1".parse().ok(),
        payment_status: "captured".parse().ok(),
        paid: latchkey_core::domain::time::Timestamp::from_seconds(1_700_000_000),
        description: "A trial, then\na purchase.".parse().ok(),
        reseller: None,
    }
}

fn assert_read(world: &World, what: &str) {
    assert_eq!(world.table.round_trips(), 1, "{what}");
    if world.engines.is_embedded {
        assert!(world.table.capacity().total <= 1.0, "{what}");
    }
    world.table.reset_calls();
}
