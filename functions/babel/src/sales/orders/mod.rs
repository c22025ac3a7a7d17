//! Orders.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod licenses;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, CustomerId, OrderId};
use latchkey_core::domain::money::Currency;
use latchkey_core::domain::order::Order;
use latchkey_core::ops::orders::{OrderFields, find_order};
use latchkey_core::ops::rejected::Thing;
use latchkey_core::query::{Index, Value};

use super::customers::{amount, of_customer};
use crate::caller::Caller;
use crate::changes::Changes;
use crate::error::Error;
use crate::list::{Leads, Records};
use crate::path::id;
use crate::wire::{Order as OrderRow, OrderGiven};

/// What a request says of an order.
fn parse(given: OrderGiven) -> Result<Changes<OrderFields>, Error> {
    let mut changes = Changes::of("order");
    changes.text("orderNumber", given.order_number, |order: &mut OrderFields| &mut order.reference)?;
    changes.text("status", given.status, |order| &mut order.details.status)?;
    changes.text("processedBy", given.processed_by, |order| &mut order.details.processed_by)?;
    changes.text("purchaseOrder", given.purchase_order, |order| &mut order.details.purchase_order)?;
    changes.set(given.total.said().map(amount), |order| &mut order.details.total);
    changes.parsed(given.currency, |order| &mut order.details.currency, |code| currency(&code))?;
    changes.text("invoiceNumber", given.invoice_number, |order| &mut order.details.invoice_number)?;
    changes.text("paymentType", given.payment_type, |order| &mut order.details.payment_type)?;
    changes.text("paymentNumber", given.payment_number, |order| &mut order.details.payment_number)?;
    changes.text("paymentStatus", given.payment_status, |order| &mut order.details.payment_status)?;
    changes.set(given.payment_date.nullable().map(|date| date.map(|moment| moment.0)), |order| &mut order.details.paid);
    changes.text("description", given.description, |order| &mut order.details.description)?;
    changes.parsed(given.customer_id, |order| &mut order.customer, customer)?;
    changes.parsed(given.reseller_id, |order| &mut order.details.reseller, customer)?;
    Ok(changes)
}

/// What is said of an order as it is: nothing of its number, so that it keeps it.
fn fields(order: &Order) -> OrderFields {
    OrderFields { customer: order.customer, reference: None, details: order.details.clone() }
}

fn currency(code: &str) -> Result<Option<Currency>, Error> {
    if code.trim().is_empty() {
        return Ok(None);
    }
    Currency::parse(code).map(Some).map_err(|error| Error::invalid("order.currency", error))
}

/// A customer's id, or 0 for nobody's.
fn customer(number: i32) -> Result<Option<CustomerId>, Error> {
    if number == 0 { Ok(None) } else { id(number, CustomerId::new, Thing::Customer).map(Some) }
}

/// The account's orders.
pub(super) fn rows(core: &Core, account: AccountId) -> Records<'_, Order, OrderRow> {
    Records::led(core, account, leads)
}

fn leads(index: &Index, value: &Value<'static>) -> Leads {
    match index.path {
        ["orderNumber"] => Leads::Text(Order::REFERENCE, value.as_text().unwrap_or_default().to_owned()),
        ["customerId"] => of_customer(index, value),
        _ => Leads::Anywhere,
    }
}

/// The order whose parts are asked for, which has to be there, and to be the caller's own where no other is shown.
pub(super) async fn of(core: &Core, caller: &Caller, number: i32) -> Result<OrderId, Error> {
    let own = caller.only_customer()?;
    let order = find_order(core, caller.account(), id(number, OrderId::new, Thing::Order)?).await?;
    match own {
        Some(own) if order.customer != Some(own) => Err(Error::not_found(Thing::Order)),
        Some(_) | None => Ok(order.id),
    }
}
