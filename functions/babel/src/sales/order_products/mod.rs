//! The products of orders.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::domain::ids::{OrderId, ProductId};
use latchkey_core::domain::order_product::{MOST_SOLD, Sale};
use latchkey_core::ops::order_products::ProductOf;
use latchkey_core::ops::rejected::Thing;

use super::customers::amount;
use crate::caller::Caller;
use crate::changes::Changes;
use crate::error::Error;
use crate::path::id;
use crate::wire::OrderProductGiven;

/// Which product of which order an address means.
fn of(caller: &Caller, (order, product): (i32, i32)) -> Result<ProductOf, Error> {
    let (order, product) = (id(order, OrderId::new, Thing::Order)?, id(product, ProductId::new, Thing::Product)?);
    Ok(ProductOf { account: caller.account(), order, product, seen: None })
}

/// What a request says of a product of an order.
fn parse(given: OrderProductGiven) -> Result<Changes<Sale>, Error> {
    let mut changes = Changes::of("productOrder");
    changes.parsed(given.quantity, |sale: &mut Sale| &mut sale.quantity, quantity)?;
    changes.set(given.unit_price.said().map(amount), |sale| &mut sale.unit_price);
    changes.set(given.discount.said().map(amount), |sale| &mut sale.discount);
    changes.set(given.taxes.said().map(amount), |sale| &mut sale.taxes);
    changes.text("description", given.description, |sale| &mut sale.description)?;
    Ok(changes)
}

fn quantity(quantity: i32) -> Result<u32, Error> {
    let quantity = u32::try_from(quantity).ok().filter(|quantity| *quantity <= MOST_SOLD);
    quantity.ok_or_else(|| Error::invalid("productOrder.quantity", format_args!("it is a whole number from 0 to {MOST_SOLD}")))
}
