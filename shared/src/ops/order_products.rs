//! The products of orders, as a vendor's staff manage them. Nothing is computed from them: an order's total is what was said.
//!
//! What they do say is how many licences there will be. So where an order has fewer numbers for licences than its products' quantities
//! say, more are reserved with the change, beside its write, and issuing them later need not.

use super::edit_license::ROUNDS;
use super::find_product::require_product;
use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::ids::{AccountId, OrderId, ProductId};
use crate::domain::order::Order;
use crate::domain::order_lines::OrderLines;
use crate::domain::order_product::{MOST_SOLD, OrderProduct, Sale};
use crate::fault::{Fault, FaultKind};
use crate::table::{ByProduct, Freshness, OrderProductError, Page, Span};

/// How many of an order's products are looked at for how many licences there will be.
const LOOKED_AT: u16 = 100;

/// A product of an order, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductOf {
    /// The account, from the credential.
    pub account: AccountId,
    /// The order.
    pub order: OrderId,
    /// The product.
    pub product: ProductId,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

/// Adds a product to an order that has it not.
pub async fn add_order_product(core: &Core, of: ProductOf, sale: Sale) -> Result<OrderProduct, Rejected> {
    let ProductOf { account, order, product, seen: _ } = of;
    check(&sale)?;
    let ((), wanted) = tokio::try_join!(
        Box::pin(async { require_product(core, account, product).await.map(|_| ()) }),
        Box::pin(async { Ok(wanted(core, of, sale.quantity).await) }),
    )?;
    let new = OrderProduct { account, order, product, sale, revision: 1 };
    let (written, ()) = tokio::join!(Box::pin(core.table.create_order_product(&new)), Box::pin(reserve(core, of, wanted)));
    match written {
        Ok(()) => Ok(new),
        Err(OrderProductError::NoOrder) => Err(Rejected::NotFound(Thing::Order)),
        Err(OrderProductError::Exists) => Err(Rejected::InUse(Unique::OrderProduct)),
        Err(error @ (OrderProductError::Changed | OrderProductError::Fault(_))) => Err(not_written(error)),
    }
}

/// Changes how much of a product an order has, and at which price.
pub async fn change_order_product(core: &Core, of: ProductOf, sale: Sale) -> Result<OrderProduct, Rejected> {
    edit_order_product(core, of, |_| sale.clone()).await
}

/// The same, where that follows from what it is.
pub async fn edit_order_product(core: &Core, of: ProductOf, change: impl Fn(&Sale) -> Sale) -> Result<OrderProduct, Rejected> {
    for _ in 0..ROUNDS {
        let before = find_order_product(core, of).await?;
        let sale = change(&before.sale);
        check(&sale)?;
        let wanted = if sale.quantity > before.sale.quantity { wanted(core, of, sale.quantity).await } else { None };
        let after = OrderProduct { sale, revision: before.revision.saturating_add(1), ..before.clone() };
        let (written, ()) = tokio::join!(Box::pin(core.table.replace_order_product(&before, &after)), Box::pin(reserve(core, of, wanted)));
        match written {
            Ok(()) => return Ok(after),
            Err(OrderProductError::Changed) => {}
            Err(error @ (OrderProductError::NoOrder | OrderProductError::Exists | OrderProductError::Fault(_))) => {
                return Err(not_written(error));
            }
        }
    }
    Err(Fault::new(FaultKind::Contended, "changing a product of an order").into())
}

/// Takes a product out of an order.
pub async fn delete_order_product(core: &Core, of: ProductOf) -> Result<(), Rejected> {
    let before = find_order_product(core, of).await?;
    core.table.delete_order_product(&before).await.map_err(not_written)
}

/// A product of an order, where it is at the revision that was seen.
pub async fn find_order_product(core: &Core, of: ProductOf) -> Result<OrderProduct, Rejected> {
    let found = core.table.order_product(of.account, of.order, of.product).await?;
    let found = found.ok_or(Rejected::NotFound(Thing::OrderProduct))?;
    if of.seen.is_some_and(|seen| seen != found.revision) { Err(Rejected::Changed) } else { Ok(found) }
}

/// At most `limit` products of an order after the number `after`, in the order of their numbers; none where there is no such order.
/// May lag a moment behind.
pub async fn list_order_products(
    core: &Core,
    account: AccountId,
    order: OrderId,
    after: Option<ProductId>,
    limit: u16,
) -> Result<Page<OrderProduct, ProductId>, Fault> {
    core.table.products_of_order(account, order, Span::ALL, after, limit).await
}

/// At most `limit` orders that have a product, after the order `after`, in the order of their numbers. May lag a moment behind.
pub async fn list_product_orders(
    core: &Core,
    account: AccountId,
    product: ProductId,
    after: Option<OrderId>,
    limit: u16,
) -> Result<ByProduct, Fault> {
    core.table.orders_of_product(account, product, Span::ALL, after, limit).await
}

/// How many numbers an order is to have, and those that it has.
struct Wanted {
    lines: OrderLines,
    numbers: u32,
}

/// What an order needs that has so many of a product, beside its others; nothing where that cannot be told. Three reads side by side, of a
/// moment ago.
async fn wanted(core: &Core, of: ProductOf, quantity: u32) -> Option<Wanted> {
    let ProductOf { account, order, product, seen: _ } = of;
    let read = tokio::try_join!(
        Box::pin(core.table.order_lines(account, order, Freshness::Eventual)),
        Box::pin(core.table.record::<Order>(account, order.get(), Freshness::Eventual)),
        Box::pin(core.table.products_of_order(account, order, Span::ALL, None, LOOKED_AT)),
    );
    let (lines, order, products) = match read {
        Ok(read) => read,
        Err(fault) => {
            tracing::warn!(%fault, "no numbers were reserved for an order");
            return None;
        }
    };
    let others = products.items.iter().filter(|of| of.product != product).map(|of| of.sale.quantity);
    let all = others.fold(quantity, u32::saturating_add);
    // What was promised when it was placed has its numbers.
    Some(Wanted { lines: lines?, numbers: all.saturating_sub(u32::from(order?.promised_lines())) })
}

/// Reserves what is wanted. Whatever goes wrong here is no matter of the change beside it: numbers are reserved later as well.
async fn reserve(core: &Core, of: ProductOf, wanted: Option<Wanted>) {
    let Some(Wanted { lines, numbers }) = wanted else { return };
    if let Err(fault) = core.table.reserve_lines(of.account, of.order, &lines, numbers).await {
        tracing::warn!(%fault, "no numbers were reserved for an order");
    }
}

fn check(sale: &Sale) -> Result<(), Rejected> {
    if sale.quantity > MOST_SOLD { Err(Rejected::Quantity { most: MOST_SOLD }) } else { Ok(()) }
}

fn not_written(error: OrderProductError) -> Rejected {
    match error {
        OrderProductError::Changed => Rejected::Changed,
        OrderProductError::Fault(fault) => fault.into(),
        OrderProductError::NoOrder | OrderProductError::Exists => {
            Fault::new(FaultKind::Corrupt, "a product of an order: a condition failed that was not stated").into()
        }
    }
}
